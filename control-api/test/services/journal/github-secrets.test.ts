import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../src/lib/clock.ts';
import { openJournal } from '../../../src/services/journal.ts';

async function open(dataDir = mkdtempSync(join(tmpdir(), 'journal-'))) {
  const journal = await openJournal(dataDir, systemClock);
  onTestFinished(() => journal.close());
  return journal;
}

const place = { repo_name: 'Fountain/Stack' };
const secret = { name: 'A', hmac: 'one', updatedAt: '2026-11-21T10:00:00.000Z' };

test('what was written is known by place and name, in capitals or not, and after the journal was opened again', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'journal-'));
  const first = await openJournal(dataDir, systemClock);
  await first.writtenSecrets.put(place, { ...secret, updatedAt: null });
  await first.writtenSecrets.put(place, secret);
  await first.writtenSecrets.put({ ...place, environment: 'Production' }, { ...secret, hmac: 'two' });
  await first.close();
  const { writtenSecrets } = await open(dataDir);
  expect(await writtenSecrets.of({ repo_name: 'fountain/stack' })).toEqual([secret]);
  expect(await writtenSecrets.of({ ...place, environment: 'production' })).toEqual([{ ...secret, hmac: 'two' }]);
  expect(await writtenSecrets.of({ repo_name: 'fountain/other' })).toEqual([]);
});

test('what is forgotten is forgotten in its place only', async () => {
  const { writtenSecrets } = await open();
  const environment = { ...place, environment: 'production' };
  await writtenSecrets.put(place, secret);
  await writtenSecrets.put(place, { ...secret, name: 'B' });
  await writtenSecrets.put(environment, secret);
  await writtenSecrets.forget({ repo_name: 'fountain/STACK' }, 'A');
  expect((await writtenSecrets.of(place)).map(({ name }) => name)).toEqual(['B']);
  expect(await writtenSecrets.of(environment)).toEqual([secret]);
});

test('a journal that fails is told as such', async () => {
  const journal = await openJournal(mkdtempSync(join(tmpdir(), 'journal-')), systemClock);
  await journal.close();
  await expect(journal.writtenSecrets.put(place, secret)).rejects.toMatchObject({ code: 'journal_unavailable' });
});
