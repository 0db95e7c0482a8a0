import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, onTestFinished } from 'vitest';

/** Groups tests that need a program; where it is not installed they are left out, and the output says so. */
export function describeWith(program: 'csound' | 'lilypond', tests: () => void): void {
  const installed = spawnSync(program, ['--version']).status === 0;
  if (!installed) process.stdout.write(`${program} is not installed: the tests with it are skipped.\n`);
  describe.skipIf(!installed)(`read by ${program} itself`, tests);
}

/** Puts files into a folder of the test's own and runs a program there. */
export function runOn(files: Record<string, string>, program: string, ...words: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'fountain-music-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  const { status, stdout, stderr } = spawnSync(program, words, { cwd: folder, encoding: 'utf8', timeout: 55_000 });
  return { folder, status, output: `${stdout}${stderr}` };
}
