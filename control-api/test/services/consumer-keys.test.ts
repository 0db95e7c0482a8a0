import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createConsumerKeys } from '../../src/services/consumer-keys.ts';
import { createPasswords } from '../../src/services/passwords.ts';

async function consumerKeys(hmacKey = Buffer.alloc(32, 7)) {
  const dataDir = await mkdtemp(join(tmpdir(), 'consumer-keys-'));
  onTestFinished(() => rm(dataDir, { recursive: true }));
  return { dataDir, keys: createConsumerKeys(dataDir, createPasswords(dataDir, hmacKey).derive) };
}

test('the next key is the same until it is in use, and another for each consumer and each DATA_DIR', async () => {
  const { keys, dataDir } = await consumerKeys();
  const first = await keys.next('reader', undefined);
  expect(first.reveal()).toMatch(/^[\w-]{35}$/);
  expect((await keys.next('reader', undefined)).reveal()).toBe(first.reveal());
  const others = [
    keys.next('reader', first),
    keys.next('writer', undefined),
    (await consumerKeys(Buffer.alloc(32, 8))).keys.next('reader', undefined),
  ];
  const all = [first, ...(await Promise.all(others))].map((key) => key.reveal());
  expect(new Set(all).size).toBe(4);
  expect(await readdir(dataDir)).toEqual([]);
});

test('a key is kept alone, for its owner only', async () => {
  const { keys } = await consumerKeys();
  const key = await keys.next('reader', undefined);
  expect(await keys.kept('reader')).toBeUndefined();
  await keys.keep('reader', key);
  expect((await keys.kept('reader'))?.reveal()).toBe(key.reveal());
  expect(await readFile(keys.pathOf('reader'), 'utf8')).toBe(`${key.reveal()}\n`);
  expect((await stat(keys.pathOf('reader'))).mode & 0o777).toBe(0o600);
});

test('what was forgotten is never made again, however often', async () => {
  const { keys, dataDir } = await consumerKeys();
  const made = new Set<string>();
  for (let turn = 1; turn <= 4; turn++) {
    const key = await keys.next('reader', undefined);
    made.add(key.reveal());
    await keys.keep('reader', key);
    await keys.forget('reader', key);
    await keys.forget('reader', key);
    expect(await keys.kept('reader')).toBeUndefined();
    expect(made.size).toBe(turn);
  }
  const left = await readdir(join(dataDir, 'consumers'));
  expect(left).toEqual(['reader.revoked']);
  const trace = await readFile(join(dataDir, 'consumers', 'reader.revoked'), 'utf8');
  expect([...made].filter((key) => trace.includes(key))).toEqual([]);
});

test('one that was taken out of the secrets file by hand is not made again either', async () => {
  const { keys } = await consumerKeys();
  const key = await keys.next('reader', undefined);
  await keys.keep('reader', key);
  expect((await keys.next('reader', undefined)).reveal()).not.toBe(key.reveal());
});

test('a folder that cannot be written is told', async () => {
  const { keys, dataDir } = await consumerKeys();
  await writeFile(join(dataDir, 'consumers'), 'no folder');
  const key = await keys.next('reader', undefined);
  await expect(keys.keep('reader', key)).rejects.toMatchObject({ code: 'journal_unavailable' });
});
