import { type Numbering, notFound, type RequestContext } from '@fountainai/service-kit';
import type { ElementStore, Page, Values } from './element-store.ts';
import type { Filter } from './filters.ts';
import type { Links, References } from './references.ts';
import { type ElementType, type Numbered, nameOf, type Tables } from './tables.ts';

interface Kind<Row, Wire> {
  type: ElementType;
  store: ElementStore<Row>;
  wireOf(row: Row, sequenceNumber: number): Wire;
}

interface ListQuery extends Filter {
  /** With commas between them. */
  ids?: string;
  view?: 'full' | 'links';
  limit?: number;
  offset?: number;
}

/** What is done alike with characters, actions and spoken words. */
export function createElementHandlers<Row extends Numbered, Wire extends { sequenceNumber: number }>(
  { type, store, wireOf }: Kind<Row, Wire>,
  numbering: Numbering<Tables>,
  references: References,
) {
  /** With their numbers of now. */
  async function current(rows: readonly Row[], context: RequestContext) {
    const copies = new Map(rows.map((row) => [store.idOf(row), row.sequence_number]));
    const { numbers, headers } = await numbering.lookUpSequenceNumbers(type, copies, context);
    return { body: rows.map((row) => wireOf(row, numbers.get(store.idOf(row)) ?? row.sequence_number)), headers };
  }

  async function list(filter: Filter, page: Page, context: RequestContext) {
    const { total, rows } = await store.page(filter, page, context);
    const { body, headers } = await current(rows, context);
    body.sort((a, b) => a.sequenceNumber - b.sequenceNumber);
    return { status: 200 as const, body, headers: { ...headers, 'x-total-count': String(total) } };
  }

  async function answer(id: number, row: Row | undefined, context: RequestContext) {
    if (!row) throw missing(type, id);
    const { body, headers } = await current([row], context);
    return { status: 200 as const, body: body[0] as Wire, headers };
  }

  return {
    async create(values: Values<Row>, links: Links, context: RequestContext) {
      await references.check(links);
      const row = await references.holding(links, () =>
        numbering.create(type, context, (own, element) => store.insert(own, element, values)),
      );
      return { status: 201 as const, body: wireOf(row, row.sequence_number) };
    },
    list(query: ListQuery, context: RequestContext) {
      const { ids, view = 'full', limit = 100, offset = 0, scriptId, headingId, characterId } = query;
      const filter = { scriptId, headingId, characterId };
      const page = { ids: ids?.split(',').map(Number), view, limit, offset };
      return list(filter, page, context);
    },
    get: async (id: number, context: RequestContext) => answer(id, await store.find(id), context),
    async update(id: number, values: Values<Row>, links: Links, context: RequestContext) {
      const row = await references.holding(links, () => store.update(id, values));
      return answer(id, row, context);
    },
    async remove(id: number) {
      const removed = await references.releasing(type, id, () => store.remove(id));
      if (!removed) throw missing(type, id);
      return { status: 204 as const };
    },
  };
}

/** 404, in the words of the element's type. */
export const missing = (type: ElementType, id: number) => notFound(`There is no ${nameOf[type]} ${id}.`);

/** Links that are set: the contract leaves the others out. */
export const setOnly = <Name extends string>(links: Readonly<Record<Name, number | null>>) =>
  Object.fromEntries(Object.entries(links).filter(([, id]) => id !== null)) as { [Link in Name]?: number };
