import { type Kysely, sql } from 'kysely';
import type { Database } from './database.ts';

/**
 * One step of the schema. What it changes must work with the code of the release before (expand now, contract a release
 * later): two releases overlap on one database during a switch, and a rollback runs old code on the new schema.
 */
export interface Migration {
  name: string;
  // biome-ignore lint/suspicious/noExplicitAny: a migration works on tables that no type of today describes
  up(query: Kysely<any>, kind: 'sqlite' | 'postgres'): Promise<void>;
}

interface Applied {
  schema_migrations: { name: string; applied_at: string };
}

/**
 * Applies what is missing, in order, in one transaction and under a lock, so that two releases that start at once take
 * turns. Migrations of a later release are left alone. (kysely's own migrator does neither on SQLite.)
 */
export async function migrate<Tables>(database: Database<Tables>, migrations: readonly Migration[]): Promise<void> {
  await database.write(async (anyQuery) => {
    const query = anyQuery as unknown as Kysely<Applied>;
    if (database.kind === 'postgres') await sql`select pg_advisory_xact_lock(7206, 1)`.execute(query);
    await sql`create table if not exists schema_migrations (name text primary key, applied_at text not null)`.execute(
      query,
    );
    const rows = await query.selectFrom('schema_migrations').select('name').execute();
    const done = new Set(rows.map(({ name }) => name));
    for (const { name, up } of migrations) {
      if (done.has(name)) continue;
      await up(query, database.kind);
      await query.insertInto('schema_migrations').values({ name, applied_at: new Date().toISOString() }).execute();
    }
  });
}
