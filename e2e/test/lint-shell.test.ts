import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = new URL('../../', import.meta.url).pathname;
const script = 'scripts/lint-shell.sh';
const folder = mkdtempSync(join(tmpdir(), 'lint-shell-'));
const programs = join(folder, 'programs');
/** Of another repository, where a test puts what it likes. */
const other = join(folder, 'repository');

function write(path: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, mode);
}

beforeAll(() => {
  write(join(programs, 'shellcheck'), '#!/bin/sh\nprintf "%s\\n" "$@"\nexit $COMPLAINTS\n', 0o755);
  mkdirSync(join(other, 'scripts'), { recursive: true });
  cpSync(join(root, script), join(other, script));
  spawnSync('git', ['init', '--quiet'], { cwd: other });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What shellcheck is given to read, by one that says so, and how the script ends. */
function lint(repository: string, env: Record<string, string> = {}) {
  const { status, stdout } = spawnSync(join(repository, script), {
    encoding: 'utf8',
    env: { ...process.env, PATH: `${programs}:${process.env.PATH}`, COMPLAINTS: '0', ...env },
  });
  return { status, read: stdout.trim().split('\n').sort() };
}

test('all shell of this repository is read', () => {
  const { status, read } = lint(root);
  expect(status).toBe(0);
  expect(read.length).toBeGreaterThan(10);
  const packages = 'sandbox/src/machines/packages';
  const known = [
    '.ci/run',
    'control-api/src/host-runner.sh',
    `${packages}/kong/tree/usr/local/bin/kong`,
    ...globSync(['scripts/*.sh', `${packages}/*/control/{pre,post}*`], { cwd: root }),
  ];
  expect(read).toEqual(expect.arrayContaining(known));
});

test('that is what is called .sh or begins as a script of a shell, committed or not, and nothing else', () => {
  write(join(other, 'by-bash'), '#!/usr/bin/env bash\n');
  write(join(other, 'a folder/by-sh'), '#!/bin/sh -e\n');
  write(join(other, 'sourced.sh'), 'true\n');
  write(join(other, 'by-node'), '#!/usr/bin/env node\n');
  write(join(other, 'by-fish'), '#!/usr/bin/fish\n');
  write(join(other, 'README.md'), 'Some text\n#!/bin/sh\n');
  write(join(other, 'ignored.sh'), '#!/bin/sh\n');
  write(join(other, '.gitignore'), 'ignored.sh\n');
  write(join(other, 'gone.sh'), '#!/bin/sh\n');
  spawnSync('git', ['add', 'by-bash', 'gone.sh'], { cwd: other });
  rmSync(join(other, 'gone.sh'));
  expect(lint(other)).toEqual({ status: 0, read: ['a folder/by-sh', 'by-bash', script, 'sourced.sh'] });
});

test('it ends as shellcheck does', () => {
  expect(lint(root, { COMPLAINTS: '1' }).status).toBe(1);
});
