import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createChallengeBook } from '../../src/services/challenge-book.ts';
import { temporaryFolder } from './temporary-folder.ts';

const record = (name: string, value: string) => ({
  ...{ hosted_zone_id: 'Z1', domain: 'example.com' },
  ...{ name: `_acme-challenge.${name}`, values: [`"${value}"`] },
});

test('what is noted is left until it is struck, also for another process', async () => {
  const path = join(await temporaryFolder(), 'acme', 'records.json');
  const book = createChallengeBook(path);
  expect(await book.left()).toEqual([]);
  const [one, two] = [record('a.example.com', '1'), record('a.example.com', '2')];
  await book.note(one);
  await book.note(two);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  await createChallengeBook(path).strike(one);
  expect(await book.left()).toEqual([two]);
  await book.strike(one);
  expect(JSON.parse(await readFile(path, 'utf8'))).toEqual([two]);
});

test.each(['', '{}', '[{"name": "a"}]'])('a file that holds %j is damaged: told, not forgotten', async (text) => {
  const path = join(await temporaryFolder(), 'records.json');
  await writeFile(path, text);
  const book = createChallengeBook(path);
  for (const use of [book.left, () => book.note(record('a.example.com', '1'))]) {
    await expect(use()).rejects.toMatchObject({ code: 'journal_unavailable', hint: expect.stringContaining('TXT') });
  }
  expect(await readFile(path, 'utf8')).toBe(text);
});
