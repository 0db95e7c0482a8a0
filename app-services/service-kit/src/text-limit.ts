import { type AliasableExpression, type Kysely, sql } from 'kysely';
import { ServiceError } from './errors.ts';

/** In one answer, for a heap of 48 MB. */
const ANSWER_CHARACTERS = 3_000_000;

interface Page {
  limit: number;
  /** The most characters that one row may have: where even `limit` of those fit, nothing is counted. */
  longest: number;
  columns: readonly string[];
  /** The most characters in one answer. */
  most?: number;
}

/** @throws {ServiceError} 413 when the texts of `rows`, of which these are the columns, are too long for one answer */
export async function refuseTooMuchText<Tables>(
  query: Kysely<Tables>,
  rows: () => AliasableExpression<unknown>,
  { limit, longest, columns, most = ANSWER_CHARACTERS }: Page,
): Promise<void> {
  if (limit * longest <= most) return;
  const length = sql.join(
    columns.map((column) => sql`coalesce(length(${sql.ref(column)}), 0)`),
    sql` + `,
  );
  const counted = sql<{ size: number | null }>`select sum(${length}) as size from ${rows()} as page`;
  const [row] = (await counted.execute(query)).rows;
  if (Number(row?.size ?? 0) <= most) return;
  const message = `These texts have more than ${most.toLocaleString('en')} characters: ask for fewer at once.`;
  throw new ServiceError(413, 'too_large', message);
}
