import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

const dataDir = () => mkdtempSync(join(tmpdir(), 'server-'));

/** Starts it where it cannot work; returns what it says before it ends, and its exit code. */
async function refused(env: Record<string, string>) {
  const server = new URL('../src/server.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [server], {
    env: { PATH: process.env.PATH, PORT: '0', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said += text;
  });
  const [code] = await once(child, 'close');
  return { said, code };
}

test('a port that is taken ends it with what to do and exit code 1', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void other.close());
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  expect(await refused({ PORT: String(port), DATA_DIR: dataDir() })).toEqual({
    said: `listen EADDRINUSE: address already in use 127.0.0.1:${port}; set PORT to another one\n`,
    code: 1,
  });
});

test('a DATA_DIR that is not to be written ends it with the path, the user and exit code 1', async () => {
  const DATA_DIR = dataDir();
  // As SQLite meets a folder of another user, also where root runs the tests.
  mkdirSync(join(DATA_DIR, 'journal.sqlite'));
  const { said, code } = await refused({ DATA_DIR });
  expect(said).toBe(
    `The journal in ${DATA_DIR} cannot be used: unable to open database file (SQLITE_CANTOPEN)\n` +
      `User ${process.getuid?.()} must be able to write to ${DATA_DIR} and all in it: ` +
      'look at its owner, and for a read-only mount.\n',
  );
  expect(code).toBe(1);
});

test('a DATA_DIR that is a file ends it with what to look at and exit code 1', async () => {
  const path = join(dataDir(), 'file');
  writeFileSync(path, '');
  const { said, code } = await refused({ DATA_DIR: path });
  expect(said).toMatch(new RegExp(`^The journal in ${path} cannot be used: EEXIST.*\nLook at DATA_DIR:.*\n$`));
  expect(code).toBe(1);
});

test('a missing token ends it with how to make one, which holds in a container too', async () => {
  const { said, code } = await refused({ HOST: '0.0.0.0', DATA_DIR: dataDir() });
  expect(said).toContain('CONTROL_API_TOKEN: is not set, but HOST can be reached from other machines.');
  expect(said).toMatch(/openssl rand -hex 32.*not in a container.*127\.0\.0\.1/);
  expect(code).toBe(1);
});
