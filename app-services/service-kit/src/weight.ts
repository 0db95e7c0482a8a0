import { type AliasableExpression, type Kysely, type SelectQueryBuilder, sql } from 'kysely';
import type { Weight } from './room.ts';

/** The bytes of a row's texts in these columns; databases know them without reading the texts. */
export function bytesIn(columns: readonly string[]) {
  const each = columns.map((column) => sql`coalesce(octet_length(${sql.ref(column)}), 0)`);
  return sql<number>`${sql.join([sql`0`, ...each], sql` + `)}`.as('bytes');
}

/** What the rows of a page weigh, of which nothing but `bytesIn` is selected. */
export function weigh(query: unknown, page: AliasableExpression<{ bytes: number }>) {
  const rows = sql<number>`count(*)`.as('rows');
  const bytes = sql<number>`coalesce(sum(bytes), 0)`.as('bytes');
  // kysely's types cannot follow a page of any table.
  const found = (query as Kysely<{ page: { bytes: number } }>).selectFrom(page.as('page')).select([rows, bytes]);
  return found as SelectQueryBuilder<{ page: { bytes: number } }, 'page', Weight>;
}
