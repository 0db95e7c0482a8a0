import { type Database, prepare, refuseTooMuchText } from '@fountainai/service-kit';
import type { Expression, Kysely, SqlBool } from 'kysely';
import { type Elements, type Numbered, places, type Tables } from './tables.ts';

/** The columns of a row's own; undefined ones are left as they are. */
export type Values<Row> = { [Column in Exclude<keyof Row, keyof Numbered>]?: Row[Column] | undefined };

/** The most that one element has in its texts. */
const ELEMENT_CHARACTERS = 20_000;

export interface Page {
  /** Only these. */
  ids?: readonly number[] | undefined;
  /** Rows without texts and times. */
  linksOnly?: boolean;
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
   * @throws {ServiceError} 413 when the texts are too long for one answer
   */
  page(condition: Expression<SqlBool>, page: Page): Promise<{ total: number; rows: Row[] }>;
  update(id: number, values: Values<Row>): Promise<Row | undefined>;
  /** Its paraphrases go with it. Whether it was there; throws as the database does while something refers to it. */
  remove(id: number): Promise<boolean>;
}

/** What is not there is `undefined` or `false`. */
export function createElementStore<Type extends keyof Elements>({ query, among }: Database<Tables>, type: Type) {
  // kysely's types cannot follow a table that is a parameter: here, one stands for all.
  const { table, id: column, texts, links } = places[type] as (typeof places)['character'];
  const fitting = (condition: Expression<SqlBool>, ids: Page['ids']) => {
    const found = query.selectFrom(table).where(condition);
    return ids ? found.where(among(column, ids)) : found;
  };
  const columns = [column, 'sequence_number', 'created_at', 'updated_at', ...texts, ...links] as const;
  const unset = Object.fromEntries(links.map((link) => [link, null]));
  const insert = prepare(query, (prepared, value) =>
    prepared
      .insertInto(table)
      .values(Object.fromEntries(columns.map((name) => [name, value(name)])) as unknown as Elements['character'])
      .returningAll(),
  );
  const store: ElementStore<Elements['character']> = {
    idOf: (row) => row[column],
    async insert(own, { id, sequenceNumber }, values) {
      const created_at = now();
      const kept = { [column]: id, sequence_number: sequenceNumber, created_at, updated_at: created_at };
      const [row] = await insert(own, { ...unset, ...values, ...kept });
      return row as Elements['character'];
    },
    find: (id) => query.selectFrom(table).selectAll().where(column, '=', id).executeTakeFirst(),
    async page(condition, { ids, linksOnly = false, limit, offset }) {
      const found = fitting(condition, ids);
      const page = found.orderBy(column).limit(limit).offset(offset);
      const size = { limit, longest: ELEMENT_CHARACTERS, columns: texts };
      if (!linksOnly) await refuseTooMuchText(query, page.select(texts), size);
      const { total } = await found.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
      const rows = await (linksOnly ? page.select([column, 'sequence_number', ...links]) : page.selectAll()).execute();
      return { total, rows: rows as Elements['character'][] };
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

const now = () => new Date().toISOString();
