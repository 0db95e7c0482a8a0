import SqliteDatabase from 'better-sqlite3';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openSqlite } from '../src/database/sqlite.ts';

const prepared: string[] = [];
beforeEach(() => {
  prepared.length = 0;
  const prepare = SqliteDatabase.prototype.prepare;
  vi.spyOn(SqliteDatabase.prototype, 'prepare').mockImplementation(function (this: SqliteDatabase.Database, text) {
    prepared.push(text);
    return prepare.call(this, text) as never;
  });
});
afterEach(() => vi.restoreAllMocks());

test('a query is prepared once, unless it is long, or many others were made since', async () => {
  const { query, close } = openSqlite(':memory:', 'things');
  prepared.length = 0;
  const ask = (text: string) => sql.raw(text).execute(query);
  const long = `select '${'x'.repeat(4000)}'`;
  for (const text of ['select 1', long, 'select 1', long]) await ask(text);
  expect(prepared).toEqual(['select 1', long, long]);
  for (let other = 2; other <= 150; other++) await ask(`select ${other}`);
  await ask('select 1');
  expect(prepared.filter((text) => text === 'select 1')).toHaveLength(1);
  for (let other = 1000; other < 1200; other++) await ask(`select ${other}`);
  await ask('select 1');
  expect(prepared.filter((text) => text === 'select 1')).toHaveLength(2);
  await close();
});
