import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compare } from 'bcryptjs';
import { expect, onTestFinished, test } from 'vitest';
import { Secret } from '../../src/lib/secret.ts';
import { createPasswords } from '../../src/services/passwords.ts';

async function setUp(key = 7) {
  const dataDir = await mkdtemp(join(tmpdir(), 'fountain-passwords-'));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  return { dataDir, passwords: createPasswords(dataDir, Buffer.alloc(32, key)) };
}

test('a password is made of a purpose and the key alone, and passes every rule', async () => {
  const { passwords } = await setUp();
  const made = passwords.derive('host a').reveal();
  expect(made).toMatch(/^[A-Za-z0-9_-]{35}$/);
  for (const kind of [/[A-Z]/, /[a-z]/, /\d/, /[^A-Za-z\d]/]) expect(made).toMatch(kind);
  expect(passwords.derive('host a').reveal()).toBe(made);
  expect(passwords.derive('host b').reveal()).not.toBe(made);
  expect((await setUp(8)).passwords.derive('host a').reveal()).not.toBe(made);
});

test('its hash is one of bcrypt, the same each time, and another for another password', async () => {
  const { passwords } = await setUp();
  const [one, again, other] = await Promise.all(
    ['aB3$', 'aB3$', 'aB4$'].map((text) => passwords.hash(new Secret(text), 'host a')),
  );
  expect(one?.reveal()).toMatch(/^\$2b\$10\$[./A-Za-z0-9]{53}$/);
  expect(again?.reveal()).toBe(one?.reveal());
  expect(other?.reveal().slice(0, 29)).not.toBe(one?.reveal().slice(0, 29));
  expect(await compare('aB3$', one?.reveal() ?? '')).toBe(true);
});

test('the file is the owner’s alone, and written once', async () => {
  const { dataDir, passwords } = await setUp();
  const path = await passwords.keep('opensearch-eu-central-1-search', new Secret('s3cret'));
  expect(path).toBe(join(dataDir, 'passwords/opensearch-eu-central-1-search'));
  expect(path).toBe(passwords.pathOf('opensearch-eu-central-1-search'));
  expect(await readFile(path, 'utf8')).toBe('s3cret\n');
  const { mode, ino } = await stat(path);
  expect(mode & 0o777).toBe(0o600);
  await passwords.keep('opensearch-eu-central-1-search', new Secret('s3cret'));
  expect((await stat(path)).ino).toBe(ino);
  await passwords.keep('opensearch-eu-central-1-search', new Secret('another'));
  expect(await readFile(path, 'utf8')).toBe('another\n');
  expect(await readdir(join(dataDir, 'passwords'))).toEqual(['opensearch-eu-central-1-search']);
});

test('a folder that cannot be made: nothing is begun, and the password is not told', async () => {
  const { dataDir, passwords } = await setUp();
  await writeFile(join(dataDir, 'passwords'), 'in the way');
  const failure = await passwords.keep('x', new Secret('s3cret')).catch((error) => error);
  expect(failure).toMatchObject({ code: 'journal_unavailable', message: expect.stringContaining('passwords/x') });
  expect(JSON.stringify(failure) + failure.message).not.toContain('s3cret');
});
