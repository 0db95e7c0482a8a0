import type { CompiledQuery, Expression, Kysely, SqlBool } from 'kysely';
import type { Place } from './place.ts';

/** A service's own store. `Tables` describes its rows; SQL is written once for both kinds. */
export interface Database<Tables> {
  query: Kysely<Tables>;
  kind: 'sqlite' | 'postgres';
  /**
   * Runs `work` in one transaction that may write. On SQLite it takes its turn before it reads, so that what it read still
   * holds; on PostgreSQL (READ COMMITTED) `work` must lock what it goes by first.
   * Inside, only what `work` is given may be used: on SQLite all else waits until `work` has ended. Afterwards that throws.
   */
  write<T>(work: (query: Kysely<Tables>) => Promise<T>): Promise<T>;
  /** Executes what has been compiled, within the transaction `own` if it is one. */
  execute<Row>(own: Kysely<Tables>, compiled: CompiledQuery<Row>): Promise<Row[]>;
  /**
   * A condition: the column has one of these numbers. Unlike `in`, its text and what a prepared statement takes of memory
   * do not grow with the list, which may be empty. In a prepared query: the place of a list.
   */
  among(column: string, numbers: readonly number[] | Place): Expression<SqlBool>;
  /** Throws when it cannot be read, or is not the service's own any more. */
  check(): Promise<void>;
  close(): Promise<void>;
}
