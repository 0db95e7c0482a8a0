import { type AliasableExpression, type Kysely, type SelectQueryBuilder, sql } from 'kysely';
import type { RequestContext } from './contract.ts';
import { rowCount } from './database/row-count.ts';
import { bytesIn, weigh } from './weight.ts';

interface Rows {
  /** Columns whose texts may be long. */
  texts: readonly string[];
  /** Rows, at most; left out where a single one may be as large as a request. */
  most?: number;
}

interface Page extends Rows {
  limit: number;
  offset: number;
}

/** Reads all rows of a query when memory has room for them. @throws {ServiceError} 413 too_large, 503 busy */
export function readAll<Tables, Table extends keyof Tables, Row extends object>(
  query: Kysely<Tables>,
  found: SelectQueryBuilder<Tables, Table, Row>,
  { texts, ...most }: Rows,
  { readRows }: RequestContext,
): Promise<Row[]> {
  // kysely's types cannot follow the columns of any table.
  const bytes = found.clearSelect().select(bytesIn(texts)) as unknown as AliasableExpression<{ bytes: number }>;
  const read = () => found.execute() as Promise<Row[]>;
  return readRows({ ...most, weigh: () => weigh(query, bytes).executeTakeFirstOrThrow(), read });
}

/** A page of a query's rows, in its order, and how many there are in all. @throws {ServiceError} 413 too_large, 503 busy */
export async function readPage<Tables, Table extends keyof Tables, Row extends object>(
  query: Kysely<Tables>,
  found: SelectQueryBuilder<Tables, Table, Row>,
  { limit, offset, ...rows }: Page,
  context: RequestContext,
): Promise<{ total: number; rows: Row[] }> {
  const count = found.clearSelect().clearOrderBy().select(sql<number>`count(*)`.as('total'));
  const { total } = (await count.executeTakeFirstOrThrow()) as { total: number };
  const page = found.limit(rowCount(limit)).offset(rowCount(offset));
  return { total, rows: await readAll(query, page, rows, context) };
}
