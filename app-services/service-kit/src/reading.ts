import type { Weight } from './room.ts';

/** A page of rows, for an answer. */
export interface Reading<Row> {
  /** Rows, at most; left out where a single one may be as large as a request. */
  most?: number;
  /** What the rows weigh, told by the database without reading their texts (see `weigh`). */
  weigh(): Promise<Weight>;
  read(): Promise<Row[]>;
}

/** Reads a page when memory has room for it. @throws {ServiceError} 413 too_large, 503 busy */
export type ReadRows = <Row extends object>(reading: Reading<Row>) => Promise<Row[]>;

/** A page of so many is read before it is weighed, and is small enough to be thrown away, whatever its texts. */
const FEW = 100;
/** Characters of texts in an answer for which no room is made. */
const LIGHT = 64_000;

/**
 * Most pages are light, and weighing takes a tenth of a list's time: small pages are read first, one at a time, and only
 * what turns out to be heavy is put back, weighed, and read again with room.
 */
export function createReader(): (makeRoom: (weight: Weight) => Promise<void>) => ReadRows {
  let isTrying = false;
  return (makeRoom) =>
    async ({ most = Number.POSITIVE_INFINITY, weigh, read }) => {
      if (most <= FEW && !isTrying) {
        isTrying = true;
        try {
          const rows = await read();
          if (areLight(rows)) return rows;
        } finally {
          isTrying = false;
        }
      }
      await makeRoom(await weigh());
      return read();
    };
}

function areLight(rows: readonly object[]): boolean {
  let characters = 0;
  for (const row of rows as readonly Record<string, unknown>[]) {
    for (const column in row) {
      const value = row[column];
      if (typeof value === 'string') characters += value.length;
    }
  }
  return characters <= LIGHT;
}
