import type { Expression, Kysely, SqlBool } from 'kysely';
import { type Migration, migrate } from './database/migrate.ts';
import type { Place } from './database/prepare.ts';

/** A service's own store. `Tables` describes its rows; SQL is written once for both kinds. */
export interface Database<Tables> {
  query: Kysely<Tables>;
  kind: 'sqlite' | 'postgres';
  /** Runs `work` in one transaction that may write: it takes its turn before it reads, so that what it read still holds. */
  write<T>(work: (query: Kysely<Tables>) => Promise<T>): Promise<T>;
  /**
   * A condition: the column has one of these numbers. Unlike `in`, its text and what a prepared statement takes of memory
   * do not grow with the list, which may be empty. In a prepared query: the place of a list.
   */
  among(column: string, numbers: readonly number[] | Place): Expression<SqlBool>;
  /** Throws when it cannot be read. */
  check(): Promise<void>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** Of the service: the file's name, and the schema's on a shared server. */
  name: string;
  /** ':memory:' keeps nothing. */
  dataDir: string;
  databaseUrl?: string | undefined;
  migrations: readonly Migration[];
}

/** Opens the service's database and brings it to this release's schema. */
export async function openDatabase<Tables>(options: DatabaseOptions): Promise<Database<Tables>> {
  const database = options.databaseUrl ? await postgres<Tables>(options) : await sqlite<Tables>(options);
  try {
    await migrate(database, options.migrations);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** Each driver is loaded only where it is used: pg takes about 10 MB. */
async function postgres<Tables>({ name, databaseUrl = '' }: DatabaseOptions): Promise<Database<Tables>> {
  const { openPostgres } = await import('./database/postgres.ts');
  return openPostgres(databaseUrl, name);
}

async function sqlite<Tables>({ name, dataDir }: DatabaseOptions): Promise<Database<Tables>> {
  const { openSqlite } = await import('./database/sqlite.ts');
  return openSqlite(dataDir, name);
}
