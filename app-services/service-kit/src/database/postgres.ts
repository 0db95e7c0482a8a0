import { CompiledQuery, Kysely, PostgresDialect, type SqlBool, sql } from 'kysely';
import pg from 'pg';
import type { Database } from './database.ts';

const POOL = 5;
/** As with SQLite: another writer is waited for this long, and no longer. */
const BUSY_MS = 5000;
/** Also the time that a query waits for a free connection. */
const CONNECT_MS = 10_000;
const INT8 = 20;
const NUMERIC = 1700;

/** Opens a schema of the service's own on a server that several may share; makes the schema when it is not there. */
export async function openPostgres<Tables>(url: string, name: string): Promise<Database<Tables>> {
  const schema = name.replaceAll('-', '_');
  const pool = new pg.Pool({
    connectionString: url,
    max: POOL,
    connectionTimeoutMillis: CONNECT_MS,
    types: { getTypeParser },
  });
  // An idle connection that the server ends is replaced at the next query.
  pool.on('error', () => undefined);
  const onCreateConnection = async (connection: { executeQuery(query: CompiledQuery): Promise<unknown> }) => {
    await connection.executeQuery(CompiledQuery.raw(`set search_path to "${schema}"; set lock_timeout to ${BUSY_MS}`));
  };
  const query = new Kysely<Tables>({ dialect: new PostgresDialect({ pool, onCreateConnection }) });
  try {
    await sql.raw(`create schema if not exists "${schema}"`).execute(query);
  } catch (error) {
    // Two releases that start at once may both find it missing.
    if ((error as { code?: string }).code !== '23505') throw error;
  }
  return {
    query,
    kind: 'postgres',
    write: (work) => query.transaction().execute(work),
    execute: async (own, compiled) => (await own.executeQuery(compiled)).rows,
    among: (column, numbers) => sql<SqlBool>`${sql.ref(column)} = any(${numbers}::bigint[])`,
    async check() {
      await sql`select name from schema_migrations limit 1`.execute(query);
    },
    close: () => query.destroy(),
  };
}

/** Counts and ids as numbers, as SQLite gives them: ours stay below 2^53. */
const getTypeParser = ((oid: number, format?: 'text' | 'binary') =>
  oid === INT8 || oid === NUMERIC
    ? Number
    : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser;
