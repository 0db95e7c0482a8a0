import { type Database, notFound, type RequestContext, readPage, rowCount } from '@fountainai/service-kit';
import { type Kysely, sql } from 'kysely';
import type { elementTypes } from './migrations.ts';

export type ElementType = (typeof elementTypes)[number];

export interface Tables {
  counters: { element_type: ElementType; value: number };
  numbers: { element_type: ElementType; element_id: number; sequence_number: number };
  versions: {
    element_type: ElementType;
    element_id: number;
    version_number: number;
    /** JSON. */
    version_data: string;
    created_at: string;
  };
}

export interface Page {
  limit: number;
  offset: number;
}

export interface NewPlace {
  elementId: number;
  newSequence: number;
}

export type Store = ReturnType<typeof createStore>;

/** Numbers and versions. Counters have no gaps: a number is given in the transaction that keeps it. */
export function createStore({ query, write, among }: Database<Tables>) {
  const find = async (from: Kysely<Tables>, type: ElementType, id: number) => {
    const row = await from
      .selectFrom('numbers')
      .select('sequence_number')
      .where('element_type', '=', type)
      .where('element_id', '=', id)
      .executeTakeFirst();
    return row?.sequence_number;
  };

  /** Makes every other writer of this type wait until the transaction has ended. */
  const takeTurn = (own: Kysely<Tables>, type: ElementType) =>
    own.updateTable('counters').set({ value: sql`value` }).where('element_type', '=', type).execute();

  return {
    /** The element's number; one that has none gets the next. */
    async allocate(type: ElementType, id: number): Promise<number> {
      const known = await find(query, type, id);
      if (known !== undefined) return known;
      return write(async (own) => {
        await takeTurn(own, type);
        const meanwhile = await find(own, type, id);
        if (meanwhile !== undefined) return meanwhile;
        const { value } = await own
          .updateTable('counters')
          .set({ value: sql`value + 1` })
          .where('element_type', '=', type)
          .returning('value')
          .executeTakeFirstOrThrow();
        await own
          .insertInto('numbers')
          .values({ element_type: type, element_id: id, sequence_number: value })
          .execute();
        return value;
      });
    },

    async list(type: ElementType, { limit, offset }: Page) {
      const of = query.selectFrom('numbers').where('element_type', '=', type);
      const { total } = await of.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
      const rows = await of
        .select(['element_id', 'sequence_number'])
        .orderBy('sequence_number')
        .orderBy('element_id')
        .limit(rowCount(limit))
        .offset(rowCount(offset))
        .execute();
      return { total, elements: rows.map(elementNumber) };
    },

    /** The numbers of those that have one, in no order. */
    async lookUp(type: ElementType, ids: readonly number[]) {
      const rows = await query
        .selectFrom('numbers')
        .select(['element_id', 'sequence_number'])
        .where('element_type', '=', type)
        .where(among('element_id', ids))
        .execute();
      return rows.map(elementNumber);
    },

    /** All or nothing. @throws {ServiceError} 404 with the elements that have no number */
    async reorder(type: ElementType, places: readonly NewPlace[]): Promise<void> {
      await write(async (own) => {
        await takeTurn(own, type);
        const missing: string[] = [];
        for (const { elementId, newSequence } of places) {
          const { numUpdatedRows } = await own
            .updateTable('numbers')
            .set({ sequence_number: newSequence })
            .where('element_type', '=', type)
            .where('element_id', '=', elementId)
            .executeTakeFirst();
          if (numUpdatedRows === 0n) missing.push(`${type} ${elementId}`);
        }
        if (missing.length > 0) throw notFound('Some elements have no number.', missing);
        // The next new element comes behind all, also behind those that were moved beyond the end.
        const highest = Math.max(...places.map(({ newSequence }) => newSequence));
        await own
          .updateTable('counters')
          .set({ value: highest })
          .where('element_type', '=', type)
          .where('value', '<', highest)
          .execute();
      });
    },

    /** Keeps the next version, from 2 on. */
    addVersion: (type: ElementType, id: number, data: object): Promise<number> =>
      write(async (own) => {
        await takeTurn(own, type);
        const { highest } = await own
          .selectFrom('versions')
          .select(({ fn }) => fn.max<number | null>('version_number').as('highest'))
          .where('element_type', '=', type)
          .where('element_id', '=', id)
          .executeTakeFirstOrThrow();
        const version_number = (highest ?? 1) + 1;
        const row = { element_type: type, element_id: id, version_number };
        const version_data = JSON.stringify(data);
        await own
          .insertInto('versions')
          .values({ ...row, version_data, created_at: new Date().toISOString() })
          .execute();
        return version_number;
      }),

    /** @throws {ServiceError} 413, 503 */
    async versions(type: ElementType, id: number, page: Page, context: RequestContext) {
      const found = query
        .selectFrom('versions')
        .select(['version_number', 'version_data', 'created_at'])
        .where('element_type', '=', type)
        .where('element_id', '=', id)
        .orderBy('version_number');
      // Each may be as large as a request.
      const { total, rows } = await readPage(query, found, { ...page, texts: ['version_data'] }, context);
      const versions = rows.map(({ version_number, version_data, created_at }) => ({
        versionNumber: version_number,
        versionData: JSON.parse(version_data) as Record<string, unknown>,
        createdAt: created_at,
      }));
      return { total, versions };
    },
  };
}

function elementNumber({ element_id, sequence_number }: { element_id: number; sequence_number: number }) {
  return { elementId: element_id, sequenceNumber: sequence_number };
}
