import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

const root = new URL('../../', import.meta.url).pathname;
const folders = ['openapi2kong', 'actionlint', 'compose'];

/** What the script says and builds where these programs, and those of any computer that it uses, are all there are. */
function install(programs: Record<string, string>) {
  const bin = mkdtempSync(join(tmpdir(), 'go-tools-'));
  onTestFinished(() => rmSync(bin, { recursive: true }));
  for (const name of ['bash', 'dirname', 'sed']) {
    symlinkSync(execFileSync('bash', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim(), join(bin, name));
  }
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(join(bin, name), `#!/usr/bin/env bash\n${text}\n`, { mode: 0o755 });
  }
  const called = join(bin, 'called');
  const env = { PATH: bin, CALLED: called };
  const { status, stdout } = spawnSync(join(root, 'scripts/install-go-tools.sh'), { encoding: 'utf8', env });
  const built = existsSync(called) ? readFileSync(called, 'utf8').trim().split('\n') : [];
  return { status, stdout, built: built.map((line) => line.replace(root, '')) };
}

/** A Go that says what it builds, and where, and builds nothing. */
const go = (build = '') =>
  `case $1 in list) ;; build) printf '%s: %s %s %s\\n' "$PWD" "\${@: -3}" >>"$CALLED"; ${build} ;; *) exit 2 ;; esac`;
const all = [
  'tools/openapi2kong: -o /usr/local/bin/go-apiops github.com/kong/go-apiops',
  'tools/actionlint: -o /usr/local/bin/actionlint github.com/rhysd/actionlint/cmd/actionlint',
  'tools/compose: -o /usr/local/lib/docker/cli-plugins/docker-compose github.com/docker/compose/v2/cmd',
];

test.each([
  ['no Go', {}, 'command not found'],
  ['an older Go', { go: 'echo go.mod requires another go >&2; exit 1' }, 'go.mod requires another go'],
])('with %s it names the one that it takes, what is left out, and what to do', (_what, programs, why) => {
  const { status, stdout, built } = install(programs);
  expect({ status, built }).toEqual({ status: 0, built: [] });
  expect(stdout.match(/^\S+ is left out/gm)).toHaveLength(3);
  expect(stdout.split(why)).toHaveLength(4);
  expect(stdout).toContain('https://go.dev/doc/install');
  for (const folder of folders) {
    const [, wanted] = /^go (\S+)$/m.exec(readFileSync(join(root, `tools/${folder}/go.mod`), 'utf8')) ?? [];
    expect(stdout).toContain(`It takes Go ${wanted} or newer`);
  }
});

test('with a Go that is new enough it builds what is not there', () => {
  expect(install({ go: go() })).toMatchObject({ status: 0, built: all });
  expect(install({ go: go(), docker: 'exit 1', 'go-apiops': '' })).toMatchObject({ status: 0, built: all.slice(1) });
  expect(install({ go: go(), docker: '' })).toMatchObject({ status: 0, built: all.slice(0, 2) });
});

test('what cannot be built then is an error', () => {
  expect(install({ go: go('exit 1') })).toMatchObject({ status: 1, built: all.slice(0, 1) });
});

test('when all is there it neither does nor says anything', () => {
  expect(install({ docker: '', actionlint: '', 'go-apiops': '' })).toEqual({ status: 0, stdout: '', built: [] });
});
