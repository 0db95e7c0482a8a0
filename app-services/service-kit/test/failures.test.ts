import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { breaksReference, storageFailure } from '../src/database/failures.ts';
import { openDatabase } from '../src/database/open.ts';
import { databases } from '../testing/index.ts';

const failureOf = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    return error as { code?: string };
  }
  throw new Error('It did not fail.');
};

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fountain-failures-'));
  file = join(folder, 'x.sqlite');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a file that another process keeps locked', () => {
  const other = new SqliteDatabase(file);
  other.exec('begin immediate');
  const own = new SqliteDatabase(file, { timeout: 0 });
  expect(storageFailure(failureOf(() => own.exec('begin immediate')))?.[0]).toBe('database_busy');
  other.close();
  own.close();
});

test('a file that cannot grow', () => {
  const own = new SqliteDatabase(file);
  own.exec('create table things (name text); pragma max_page_count = 2');
  const fill = () => own.prepare('insert into things values (?)').run('x'.repeat(100_000));
  expect(storageFailure(failureOf(fill))?.[0]).toBe('storage_full');
  own.close();
});

test('any other failure', () => {
  expect(storageFailure({})).toBeUndefined();
  expect(storageFailure({ code: 'SQLITE_CORRUPT' })).toBeUndefined();
  expect(breaksReference(new Error('no code'))).toBe(false);
});

databases('failures', ({ kind, fresh }) => {
  test('a row that refers to nothing, and one that is referred to', async () => {
    const { config, drop } = await fresh();
    const { query, close } = await openDatabase({ name: 'things', ...config, migrations: [] });
    await sql`create table parents (id bigint primary key)`.execute(query);
    await sql`create table children (parent bigint references parents (id))`.execute(query);
    const failure = await sql`insert into children values (1)`.execute(query).catch((error) => error);
    expect(breaksReference(failure)).toBe(true);
    await sql`insert into parents values (1)`.execute(query);
    await sql`insert into children values (1)`.execute(query);
    const refusal = await sql`delete from parents`.execute(query).catch((error) => error);
    expect(breaksReference(refusal)).toBe(true);
    await close();
    await drop();
  });

  test.skipIf(kind === 'sqlite')('a table that another keeps locked is waited for, and not for ever', async () => {
    const { config, drop } = await fresh();
    const { query, write, close } = await openDatabase({ name: 'things', ...config, migrations: [] });
    await sql`create table things (id bigint)`.execute(query);
    await write(async (own) => {
      await sql`lock table things`.execute(own);
      const waiting = write(async (other) => {
        expect((await sql<{ lock_timeout: string }>`show lock_timeout`.execute(other)).rows).toEqual([
          { lock_timeout: '5s' },
        ]);
        await sql`set local lock_timeout to 10`.execute(other);
        await sql`insert into things values (1)`.execute(other);
      });
      expect(storageFailure(await waiting.catch((error) => error))?.[0]).toBe('database_busy');
    });
    await close();
    await drop();
  });
});
