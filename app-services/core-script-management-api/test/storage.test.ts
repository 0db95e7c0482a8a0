import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Config, loadConfig } from '@fountainai/service-kit';
import { type ServiceProcess, startProcess } from '@fountainai/service-kit/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';

/** What a file may grow to, in bytes. */
const LIMIT = 400_000;
const canLimit = spawnSync('prlimit', ['--version']).status === 0;

let config: Config;
let service: ServiceProcess;
beforeEach(() => {
  config = loadConfig({ DATA_DIR: mkdtempSync(join(tmpdir(), 'fountain-storage-')), CENTRAL_SEQUENCE_URL: '' });
});
afterEach(async () => {
  service.kill('SIGKILL');
  await service.ended;
  rmSync(config.dataDir, { recursive: true, force: true });
});

const start = async (under: readonly string[] = []) => {
  service = await startProcess(new URL('../src/server.ts', import.meta.url), { config, under });
};
const list = async () => (await (await fetch(`${service.url}/scripts?limit=1000`)).json()) as { scriptId: number }[];
const create = (description = '') =>
  fetch(`${service.url}/scripts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ title: 'x', description }),
  });

test.skipIf(!canLimit)('the disk is full: what does not fit is refused whole, and the rest can be read', async () => {
  await start(['prlimit', `--fsize=${LIMIT}:unlimited`]);
  let kept = 0;
  let answer = await create('y'.repeat(10_000));
  for (; answer.status === 201 && kept < 100; kept++) answer = await create('y'.repeat(10_000));
  expect(answer.status).toBe(500);
  expect(await answer.json()).toMatchObject({ errorCode: 'storage_full' });
  expect((await fetch(`${service.url}/ready`)).status).toBe(200);
  expect(await list()).toHaveLength(kept);
  spawnSync('prlimit', ['--pid', String(service.pid), '--fsize=unlimited']);
  expect(await (await create('y'.repeat(10_000))).json()).toMatchObject({
    scriptId: kept + 1,
    sequenceNumber: kept + 1,
  });
  expect(await list()).toHaveLength(kept + 1);
});

test('another process writes: a create waits for it', async () => {
  await start();
  const other = new DatabaseSync(join(config.dataDir, 'core-script-management-api.sqlite'));
  other.exec('begin immediate');
  let done = false;
  const creating = create().finally(() => {
    done = true;
  });
  await new Promise((later) => setTimeout(later, 200));
  expect(done).toBe(false);
  other.exec('commit');
  other.close();
  expect((await creating).status).toBe(201);
});
