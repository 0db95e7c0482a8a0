import { bytesIn, type Database, prepare, type RequestContext, rowCount, weigh } from '@fountainai/service-kit';
import type { Kysely } from 'kysely';
import type { Condition, Filter } from './filters.ts';
import { type Elements, type Numbered, places, type Tables } from './tables.ts';

/** The columns of a row's own; undefined ones are left as they are. */
export type Values<Row> = { [Column in Exclude<keyof Row, keyof Numbered>]?: Row[Column] | undefined };

export interface Page {
  /** Only these. */
  ids?: readonly number[] | undefined;
  /** `links`: rows without texts and times. */
  view: 'full' | 'links';
  limit: number;
  offset: number;
}

/** The rows of one type of element. */
export interface ElementStore<Row> {
  idOf(row: Row): number;
  insert(own: Kysely<Tables>, element: { id: number; sequenceNumber: number }, values: Values<Row>): Promise<Row>;
  find(id: number): Promise<Row | undefined>;
  /**
   * A page of those that fit, in the order of their ids, and how many there are in all.
   * @throws {ServiceError} 413 when the texts are too long for one answer, 503 when too many lists wait
   */
  page(filter: Filter, page: Page, context: RequestContext): Promise<{ total: number; rows: Row[] }>;
  update(id: number, values: Values<Row>): Promise<Row | undefined>;
  /** Its paraphrases go with it. Whether it was there; throws as the database does while something refers to it. */
  remove(id: number): Promise<boolean>;
}

/**
 * What is not there is `undefined` or `false`.
 * @param fitting those that the filter lets through; it is called with places of values, not to be looked at
 */
export function createElementStore<Type extends keyof Elements>(
  database: Database<Tables>,
  type: Type,
  fitting: (query: Kysely<Tables>, filter: Filter) => Condition,
) {
  // kysely's types cannot follow a table that is a parameter: here, one stands for all.
  const { query, among } = database;
  const { table, id: column, texts, links } = places[type] as (typeof places)['character'];
  const select = (value: ValueOf) => {
    const filter = { scriptId: value('scriptId'), headingId: value('headingId'), characterId: value('characterId') };
    const condition = fitting(query, filter);
    const all = query.selectFrom(table);
    const found = condition ? all.where(condition) : all;
    const ids = value('ids');
    return ids === undefined ? found : found.where(among(column, ids));
  };
  const selectPage = (value: ValueOf) =>
    select(value)
      .orderBy(column)
      .limit(rowCount(value('limit')))
      .offset(rowCount(value('offset')));
  const columns = [column, 'sequence_number', 'created_at', 'updated_at', ...texts, ...links] as const;
  const unset = Object.fromEntries(links.map((link) => [link, null]));
  const insert = prepare(database, (prepared, value) =>
    prepared
      .insertInto(table)
      .values(Object.fromEntries(columns.map((name) => [name, value(name)])) as unknown as Elements['character'])
      .returningAll(),
  );
  const find = prepare(database, (prepared, value) =>
    prepared.selectFrom(table).selectAll().where(column, '=', value('id')),
  );
  const count = prepare(database, (_, value) => select(value).select(({ fn }) => fn.countAll<number>().as('total')));
  const weightOf = (columns: readonly string[]) =>
    prepare(database, (_, value) => weigh(query, selectPage(value).select(bytesIn(columns))));
  const full = { read: prepare(database, (_, value) => selectPage(value).selectAll()), weight: weightOf(texts) };
  const linksOnly = {
    read: prepare(database, (_, value) => selectPage(value).select([column, 'sequence_number', ...links])),
    weight: weightOf([]),
  };
  const store: ElementStore<Elements['character']> = {
    idOf: (row) => row[column],
    async insert(own, { id, sequenceNumber }, values) {
      const created_at = now();
      const kept = { [column]: id, sequence_number: sequenceNumber, created_at, updated_at: created_at };
      const [row] = await insert(own, { ...unset, ...values, ...kept });
      return row as Elements['character'];
    },
    find: async (id) => (await find(query, { id }))[0],
    async page(filter, { ids, view, limit, offset }, { readRows }) {
      const found = { ...filter, ids };
      const page = { ...found, limit, offset };
      const { read, weight } = view === 'full' ? full : linksOnly;
      const rows = await readRows({
        most: limit,
        weigh: async () => (await weight(query, page))[0] ?? { rows: 0, bytes: 0 },
        read: () => read(query, page) as Promise<Elements['character'][]>,
      });
      const [counted] = await count(query, found);
      return { total: counted?.total ?? 0, rows };
    },
    update(id, values) {
      const changed = query.updateTable(table).set({ ...values, updated_at: now() });
      return changed.where(column, '=', id).returningAll().executeTakeFirst();
    },
    async remove(id) {
      const { numDeletedRows } = await query.deleteFrom(table).where(column, '=', id).executeTakeFirstOrThrow();
      return numDeletedRows > 0n;
    },
  };
  return store as unknown as ElementStore<Elements[Type]>;
}

// biome-ignore lint/suspicious/noExplicitAny: as in `prepare`
type ValueOf = (name: string) => any;

const now = () => new Date().toISOString();
