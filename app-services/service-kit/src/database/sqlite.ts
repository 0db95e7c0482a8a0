import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { type DatabaseConnection, Kysely, type SqlBool, SqliteDialect, SqliteDriver, sql } from 'kysely';
import type { Database } from './database.ts';
import { Place } from './prepare.ts';

const BUSY_MS = 5000;

/**
 * Opens the file `name`.sqlite in a folder. One connection, so that work in this process queues; another release on the
 * same file (both run during a switch) is waited for up to 5 s.
 */
export function openSqlite<Tables>(dataDir: string, name: string): Database<Tables> {
  const file = open(dataDir, name);
  const query = new Kysely<Tables>({ dialect: new ImmediateDialect(file) });
  return {
    query,
    kind: 'sqlite',
    write: (work) => query.transaction().execute(work),
    among(column, numbers) {
      const list = numbers instanceof Place ? new Place(numbers.name, JSON.stringify) : JSON.stringify(numbers);
      return sql<SqlBool>`${sql.ref(column)} in (select value from json_each(${list}))`;
    },
    async check() {
      await sql`select 1`.execute(query);
    },
    close: () => query.destroy(),
  };
}

function open(dataDir: string, name: string): SqliteDatabase.Database {
  const inMemory = dataDir === ':memory:';
  if (!inMemory) mkdirSync(dataDir, { recursive: true });
  const file = new SqliteDatabase(inMemory ? ':memory:' : join(dataDir, `${name}.sqlite`), { timeout: BUSY_MS });
  file.pragma('journal_mode = WAL');
  file.pragma('synchronous = NORMAL');
  file.pragma('foreign_keys = ON');
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

/** A transaction that begins as a reader fails when another process wrote meanwhile (SQLITE_BUSY_SNAPSHOT): begin as a writer. */
class ImmediateDialect extends SqliteDialect {
  readonly #file: SqliteDatabase.Database;

  constructor(file: SqliteDatabase.Database) {
    super({ database: file });
    this.#file = file;
  }

  override createDriver(): SqliteDriver {
    return new ImmediateDriver(this.#file);
  }
}

class ImmediateDriver extends SqliteDriver {
  readonly #file: SqliteDatabase.Database;

  constructor(file: SqliteDatabase.Database) {
    super({ database: file });
    this.#file = file;
  }

  override async beginTransaction(): Promise<void> {
    this.#file.prepare('begin immediate').run();
  }

  override async commitTransaction(): Promise<void> {
    this.#file.prepare('commit').run();
  }

  /** A full disk ends the transaction of itself; a rollback would then fail, and hide why. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#file.inTransaction) await super.rollbackTransaction(connection);
  }
}
