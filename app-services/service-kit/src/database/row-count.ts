import { sql } from 'kysely';

/**
 * A number of rows, for `limit` and `offset`. SQLite looks at a bare parameter there when it prepares a statement, and prepares
 * it anew each time it is bound: that takes as long as reading a hundred rows.
 */
export const rowCount = (rows: number) => sql<number>`cast(${rows} as bigint) + 0`;
