import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../src/lib/clock.ts';
import { operationId } from '../../src/lib/ids.ts';
import { type Journal, type NewOperation, openJournal } from '../../src/services/journal.ts';

const folder = () => mkdtempSync(join(tmpdir(), 'journal-'));

async function open(dataDir: string): Promise<Journal> {
  const journal = await openJournal(dataDir, systemClock);
  onTestFinished(() => journal.close());
  return journal;
}

function operation(more: Partial<NewOperation> = {}): NewOperation {
  const startedAt = new Date();
  return {
    id: operationId(startedAt),
    operation: 'docker-app.deploy',
    target: 'instance eu-central-1/apps',
    locks: ['arn:apps@2026'],
    fingerprint: 'f',
    actor: 'local',
    reason: null,
    dryRun: false,
    startedAt,
    deadlineAt: startedAt,
    ...more,
  };
}

const succeeded = { status: 'succeeded', message: 'done', changed: true, error: null, result: { a: 1 } } as const;

test('an operation is the fold of its rows, also after the journal was closed and opened again', async () => {
  const dataDir = folder();
  const first = await openJournal(dataDir, systemClock);
  const begun = operation({ reason: 'a first try' });
  await first.begin(begun);
  await first.planned(begun.id, 'abc');
  await first.append(begun.id, 'step', { step: 0, name: 'Pull', outcome: 'running', duration_ms: null });
  await first.append(begun.id, 'step', { step: 0, name: 'Pull', outcome: 'changed', duration_ms: 12 });
  await first.append(begun.id, 'step', { step: 1, name: 'Run', outcome: 'unchanged', duration_ms: 3 });
  await first.end(begun.id, { ...succeeded, endedAt: new Date() });
  await first.close();

  const view = await (await open(dataDir)).get(begun.id);
  expect(view).toMatchObject({
    status: 'succeeded',
    changed: true,
    reason: 'a first try',
    plan_hash: 'abc',
    result: { a: 1 },
  });
  expect(view?.steps.map(({ name, outcome }) => [name, outcome])).toEqual([
    ['Pull', 'changed'],
    ['Run', 'unchanged'],
  ]);
});

test('of a plan that was made anew only the last lines count, also when its process dies', async () => {
  const dataDir = folder();
  const first = await openJournal(dataDir, systemClock);
  const begun = operation();
  await first.begin(begun);
  const step = (data: object) => first.append(begun.id, 'step', { duration_ms: null, ...data });
  await step({ step: 0, name: 'Swap', outcome: 'unchanged' });
  await step({ step: 4, name: 'Image', outcome: 'unchanged', detail: 'of the first plan' });
  await step({ step: 1, plan: 2, name: 'Image', outcome: 'unchanged' });
  await step({ step: 4, plan: 2, name: 'Start', outcome: 'running' });
  const names = async (journal: Journal) =>
    (await journal.get(begun.id))?.steps.map(({ name, outcome }) => [name, outcome]);
  expect(await names(first)).toEqual([
    ['Image', 'unchanged'],
    ['Start', 'running'],
  ]);
  await first.close();
  expect(await names(await open(dataDir))).toEqual([
    ['Image', 'unchanged'],
    ['Start', 'unknown'],
  ]);
});

test('one operation at a time holds a target; a dry run holds none', async () => {
  const journal = await open(folder());
  const holder = operation();
  await journal.begin(holder);
  await expect(journal.begin(operation({ actor: 'token' }))).rejects.toMatchObject({
    code: 'target_locked',
    details: [expect.objectContaining({ operation_id: holder.id, actor: 'local' })],
  });
  await journal.begin(operation({ dryRun: true }));
  await journal.begin(operation({ locks: ['arn:other@2026'] }));
  await journal.end(holder.id, { ...succeeded, endedAt: new Date() });
  await journal.begin(operation());
});

test('an operation holds all of its locks or none', async () => {
  const journal = await open(folder());
  const holder = operation({ locks: ['instance eu-central-1/apps', 'arn:apps@2026'] });
  await journal.begin(holder);
  const wider = operation({ locks: ['static-ip eu-central-1/ip', 'arn:apps@2026'] });
  await expect(journal.begin(wider)).rejects.toMatchObject({ code: 'target_locked' });
  await journal.begin(operation({ locks: ['static-ip eu-central-1/ip'] }));
  await journal.end(holder.id, { ...succeeded, endedAt: new Date() });
  await journal.begin(operation({ locks: ['instance eu-central-1/apps'] }));
  await journal.begin(operation({ locks: ['arn:apps@2026'] }));
});

test('what was running when its process died is interrupted at the next start, and its lock is free', async () => {
  const dataDir = folder();
  const first = await openJournal(dataDir, systemClock);
  const begun = operation();
  await first.begin(begun);
  await first.append(begun.id, 'step', { step: 0, name: 'Pull', outcome: 'changed', duration_ms: 12 });
  await first.append(begun.id, 'step', { step: 1, name: 'Run', outcome: 'running', duration_ms: null });
  await first.close();

  const second = await open(dataDir);
  const view = await second.get(begun.id);
  expect(view).toMatchObject({ status: 'interrupted', changed: true, error: { code: 'connection_lost' } });
  expect(view?.steps[1]).toMatchObject({ name: 'Run', outcome: 'unknown' });
  expect((await second.events(begun.id, 0)).at(-1)).toMatchObject({ type: 'done', data: { status: 'interrupted' } });
  await second.begin(operation());
});

test('events are numbered without a gap and reach subscribers as they are written', async () => {
  const journal = await open(folder());
  const begun = operation();
  await journal.begin(begun);
  const seen: number[] = [];
  const stop = journal.subscribe(begun.id, ({ seq }) => seen.push(seq));
  await Promise.all([1, 2, 3, 4].map((n) => journal.append(begun.id, 'output', { step: 0, text: `line ${n}` })));
  stop();
  await journal.append(begun.id, 'output', { step: 0, text: 'unheard' });
  expect(seen.sort()).toEqual([1, 2, 3, 4]);
  expect((await journal.events(begun.id, 2)).map(({ seq }) => seq)).toEqual([3, 4, 5]);
});

test('a second process cannot open the same DATA_DIR', async () => {
  const dataDir = folder();
  await open(dataDir);
  const script = `
    import { openJournal } from ${JSON.stringify(new URL('../../src/services/journal.ts', import.meta.url).href)};
    import { systemClock } from ${JSON.stringify(new URL('../../src/lib/clock.ts', import.meta.url).href)};
    await openJournal(process.argv[1], systemClock).catch((error) => { console.log(error.message); process.exit(3); });
  `;
  const second = spawnSync(process.execPath, ['--input-type=module', '-e', script, dataDir], { encoding: 'utf8' });
  expect(second.stdout).toContain('data_dir_in_use');
  expect(second.status).toBe(3);
});

test('a damaged journal is refused and left as it is', async () => {
  const dataDir = folder();
  await (await openJournal(dataDir, systemClock)).close();
  const path = join(dataDir, 'journal.sqlite');
  truncateSync(path, 0);
  writeFileSync(path, 'this is no database, this is a text that somebody saved under its name'.repeat(100));
  const before = readFileSync(path);
  await expect(openJournal(dataDir, systemClock)).rejects.toMatchObject({ code: 'journal_unavailable' });
  expect(readFileSync(path)).toEqual(before);
});

test('a DATA_DIR that cannot be written is refused', async (context) => {
  context.skip(process.getuid?.() === 0, 'root can write everywhere; run as another user to see this one');
  const dataDir = folder();
  const hint = expect.stringContaining(`User ${process.getuid?.()} must be able to write to ${dataDir}`);
  const refusal = { code: 'journal_unavailable', message: expect.stringContaining(dataDir), hint };
  chmodSync(dataDir, 0o500);
  await expect(openJournal(dataDir, systemClock)).rejects.toMatchObject(refusal);
  chmodSync(dataDir, 0o700);
  await (await openJournal(dataDir, systemClock)).close();
  chmodSync(join(dataDir, 'journal.sqlite'), 0o400);
  await expect(openJournal(dataDir, systemClock)).rejects.toMatchObject(refusal);
});

test('a DATA_DIR that is a file is refused', async () => {
  const path = join(folder(), 'file');
  writeFileSync(path, '');
  await expect(openJournal(path, systemClock)).rejects.toMatchObject({ code: 'journal_unavailable' });
});

test('a pin belongs to an identity; an address leads to the regions where it was seen', async () => {
  const { pins } = await open(folder());
  const hostKeys = [{ algorithm: 'ssh-ed25519', publicKey: 'AAAA' }];
  await pins.put({ identity: 'arn:a@1', region: 'eu-central-1', instanceName: 'a', address: '203.0.113.7', hostKeys });
  await pins.put({ identity: 'arn:b@2', region: 'us-east-1', instanceName: 'b', address: '203.0.113.7', hostKeys: [] });
  await pins.put({ identity: 'arn:a@1', region: 'eu-central-1', instanceName: 'a', address: '203.0.113.9', hostKeys });
  expect(await pins.get('arn:a@1')).toMatchObject({ address: '203.0.113.9', hostKeys });
  expect(await pins.get('arn:c@3')).toBeUndefined();
  expect(await pins.regionsOf('203.0.113.7')).toEqual(['us-east-1']);
});
