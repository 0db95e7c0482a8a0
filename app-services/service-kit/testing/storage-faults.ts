import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Config, loadConfig } from '../src/config.ts';
import { type ServiceProcess, startProcess } from './service-process.ts';
import type { ServiceUnderTest } from './test-service.ts';

interface StorageFaults extends Pick<ServiceUnderTest, 'folder'> {
  /** Of the database's file. */
  name: string;
  /** Creates something that is kept; `answer` is what the nth of them is answered, in parts. */
  create: { path: string; body(text: string): object; answer(nth: number): object };
  /** A list of what was created. */
  list: string;
}

/** What a file may grow to, in bytes. */
const LIMIT = 400_000;
const TEXT = 'y'.repeat(10_000);
const canLimit = spawnSync('prlimit', ['--version']).status === 0;

/** Tests of a service whose disk is full, or whose file another process holds. */
export function testStorageFaults({
  folder,
  name,
  create: { path, body, answer: answerOf },
  list,
}: StorageFaults): void {
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
    service = await startProcess(new URL('src/server.ts', folder), { config, under });
  };
  const create = (text: string) =>
    fetch(`${service.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body(text)),
    });
  const kept = async () => ((await (await fetch(`${service.url}${list}`)).json()) as unknown[]).length;

  describe('storage', () => {
    test.skipIf(!canLimit)('the disk is full: what does not fit is refused whole, the rest can be read', async () => {
      await start(['prlimit', `--fsize=${LIMIT}:unlimited`]);
      let created = 0;
      let answer = await create(TEXT);
      for (; answer.status === 201 && created < 100; created++) answer = await create(TEXT);
      expect(answer.status).toBe(500);
      expect(await answer.json()).toMatchObject({ errorCode: 'storage_full' });
      expect((await fetch(`${service.url}/ready`)).status).toBe(200);
      expect(await kept()).toBe(created);
      spawnSync('prlimit', ['--pid', String(service.pid), '--fsize=unlimited']);
      expect(await (await create(TEXT)).json()).toMatchObject(answerOf(created + 1));
      expect(await kept()).toBe(created + 1);
    });

    test('another process writes: a create waits for it', async () => {
      await start();
      const other = new SqliteDatabase(join(config.dataDir, `${name}.sqlite`));
      other.exec('begin immediate');
      let done = false;
      const creating = create('x').finally(() => {
        done = true;
      });
      // Nothing tells that it waits.
      await new Promise((later) => setTimeout(later, 200));
      expect(done).toBe(false);
      other.exec('commit');
      other.close();
      expect((await creating).status).toBe(201);
    });
  });
}
