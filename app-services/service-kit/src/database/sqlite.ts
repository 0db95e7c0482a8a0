import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { Kysely, type SqlBool, sql } from 'kysely';
import type { Database } from './database.ts';
import { Place } from './place.ts';
import { createWaitingSqlite, dialectOf } from './waiting-sqlite.ts';

const BUSY_MS = 5000;

/**
 * Opens the file `name`.sqlite in a folder. One connection, so that work in this process queues; another release on the
 * same file (both run during a switch) is waited for up to `busyMs`.
 */
export function openSqlite<Tables>(dataDir: string, name: string, busyMs = BUSY_MS): Database<Tables> {
  const file = open(dataDir, name);
  const { execute, executeWithin, transact } = createWaitingSqlite(file, busyMs);
  const query = new Kysely<Tables>({ dialect: dialectOf(file, execute) });
  const within = new Kysely<Tables>({ dialect: dialectOf(file, executeWithin) });
  return {
    query,
    kind: 'sqlite',
    write: (work) => transact(() => work(within)),
    execute: async (own, compiled) => (await (own === within ? executeWithin : execute)(compiled)).rows,
    among(column, numbers) {
      const list = numbers instanceof Place ? new Place(numbers.name, JSON.stringify) : JSON.stringify(numbers);
      return sql<SqlBool>`${sql.ref(column)} in (select value from json_each(${list}))`;
    },
    async check() {
      await sql`select name from schema_migrations limit 1`.execute(query);
    },
    close: async () => {
      file.close();
    },
  };
}

function open(dataDir: string, name: string): SqliteDatabase.Database {
  const inMemory = dataDir === ':memory:';
  if (!inMemory) mkdirSync(dataDir, { recursive: true });
  const file = new SqliteDatabase(inMemory ? ':memory:' : join(dataDir, `${name}.sqlite`), { timeout: BUSY_MS });
  file.pragma('journal_mode = WAL');
  file.pragma('synchronous = NORMAL');
  file.pragma('foreign_keys = ON');
  // From here on the driver waits: SQLite would wait with the whole process.
  file.pragma('busy_timeout = 0');
  keepPrepared(file);
  return file;
}

/** More than a service has queries; the longest ago used goes first. */
const KEPT = 200;
/** A list of values makes a text of its own for each length (see `among`): long ones are not worth their memory. */
const KEPT_LENGTH = 4000;

/** kysely prepares a statement for each query; kept by their text, they take half the time and a fraction of the memory. */
function keepPrepared(file: SqliteDatabase.Database): void {
  const prepare = file.prepare.bind(file);
  const kept = new Map<string, SqliteDatabase.Statement>();
  file.prepare = ((text: string) => {
    if (text.length > KEPT_LENGTH) return prepare(text);
    const statement = kept.get(text) ?? prepare(text);
    kept.delete(text);
    kept.set(text, statement);
    if (kept.size > KEPT) kept.delete(kept.keys().next().value ?? '');
    return statement;
  }) as typeof file.prepare;
}
