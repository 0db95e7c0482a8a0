import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

const log = new URL('../src/log.ts', import.meta.url).href;
const run = (body: string) =>
  spawnSync(process.execPath, ['--input-type=module', '--eval', `import { batchedOutput } from '${log}';${body}`], {
    encoding: 'utf8',
  });

test('lines are written in their order, many at a time', () => {
  const { stdout } = run(`
    const { write } = process.stdout;
    process.stdout.write = (text) => write.call(process.stdout, '[' + text + ']');
    const output = batchedOutput();
    output.write('a');
    output.write('b');
    setTimeout(() => output.write('c'), 200);
    setTimeout(() => undefined, 400);`);
  expect(stdout).toBe('[ab][c]');
});

test('a process that fails has written all of them', () => {
  const { stdout, status } = run(`
    const output = batchedOutput();
    output.write('last words');
    throw new Error('failed on purpose');`);
  expect(stdout).toBe('last words');
  expect(status).toBe(1);
});
