import type { Database } from './database.ts';
import { type Migration, migrate } from './migrate.ts';

export interface DatabaseOptions {
  /** Of the service: the file's name, and the schema's on a shared server. */
  name: string;
  /** ':memory:' keeps nothing. */
  dataDir: string;
  databaseUrl?: string | undefined;
  /** Milliseconds that another writer of a file is waited for; else 5 s. */
  busyMs?: number;
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
  const { openPostgres } = await import('./postgres.ts');
  return openPostgres(databaseUrl, name);
}

async function sqlite<Tables>({ name, dataDir, busyMs }: DatabaseOptions): Promise<Database<Tables>> {
  const { openSqlite } = await import('./sqlite.ts');
  return openSqlite(dataDir, name, busyMs);
}
