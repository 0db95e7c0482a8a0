import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Database } from '../src/database/database.ts';
import { openDatabase } from '../src/database/open.ts';
import { buildService, type Service } from '../src/service.ts';
import { things } from './things.ts';

interface Tables {
  things: { name: string };
}

const migrations = [
  {
    name: '001-things',
    async up(query) {
      await query.schema.createTable('things').addColumn('name', 'text').execute();
    },
  },
] satisfies Parameters<typeof openDatabase>[0]['migrations'];

const BUSY_MS = 2000;
let dataDir: string;
let database: Database<Tables>;
let service: Service;
let other: SqliteDatabase.Database;
let url: string;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'fountain-locked-'));
  database = await openDatabase<Tables>({ name: 'things', dataDir, migrations, busyMs: BUSY_MS });
  const { query, write } = database;
  service = buildService({
    config: { logLevel: 'silent' },
    spec: things(),
    check: database.check,
    handlers: {
      async makeThing({ body }) {
        const insert = (own: typeof query) => own.insertInto('things').values({ name: body.name }).execute();
        // Services write both in transactions and without.
        await (body.name.startsWith('alone') ? insert(query) : write(insert));
        return { status: 201, body };
      },
      listThings: async () => {
        const rows = await query.selectFrom('things').selectAll().execute();
        return { status: 200, body: { limit: 1, kind: rows.map(({ name }) => name).join() } };
      },
      deleteThing: async () => ({ status: 204 }),
    },
  });
  url = await service.app.listen({ host: '127.0.0.1', port: 0 });
  other = new SqliteDatabase(join(dataDir, 'things.sqlite'));
  other.exec('begin immediate');
});
afterEach(async () => {
  other.close();
  await service.app.close();
  await database.close();
  rmSync(dataDir, { recursive: true });
});

const create = (name: string) =>
  fetch(`${url}/things`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name }),
  });
const names = async () => ((await (await fetch(`${url}/things?kind=a`)).json()) as { kind: string }).kind;

test('writes wait for another process, in order, while everything else is answered', async () => {
  let written = 0;
  const writing: Promise<number>[] = [];
  for (const name of ['first', 'alone second', 'third']) {
    writing.push(create(name).then(({ status }) => status));
    void writing.at(-1)?.then(() => written++);
    // It has come once something that was sent after it has been answered.
    expect((await fetch(`${url}/health`)).status).toBe(200);
  }
  expect((await fetch(`${url}/ready`)).status).toBe(200);
  expect(await names()).toBe('');
  expect(written).toBe(0);
  other.exec('commit');
  expect(await Promise.all(writing)).toEqual([201, 201, 201]);
  expect(await names()).toBe('first,alone second,third');
});

test('what waits too long is told so, and all that came with it at the same time', async () => {
  const began = performance.now();
  const answers = await Promise.all(['first', 'alone second', 'third', 'alone fourth'].map(create));
  expect(performance.now() - began).toBeLessThan(3 * BUSY_MS);
  for (const answer of answers) {
    expect([answer.status, await answer.json()]).toEqual([
      500,
      { errorCode: 'database_busy', message: 'The database is kept busy by others; try again.' },
    ]);
  }
  other.exec('commit');
  expect((await create('fifth')).status).toBe(201);
  expect(await names()).toBe('fifth');
});

test('readers see nothing of a transaction that has not ended', async () => {
  other.exec('commit');
  const { promise: half, resolve: halfDone } = Promise.withResolvers<void>();
  const { promise: rest, reject: fail } = Promise.withResolvers<void>();
  const writing = database.write(async (own) => {
    await own.insertInto('things').values({ name: 'half' }).execute();
    halfDone();
    await rest;
  });
  await half;
  const seen = names();
  // Nothing tells that it waits.
  setTimeout(() => fail(new Error('no')), 100);
  await expect(writing).rejects.toThrow('no');
  expect(await seen).toBe('');
});
