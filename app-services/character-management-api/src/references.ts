import { breaksReference, conflict, type Database, invalid, rowCount } from '@fountainai/service-kit';
import { type ElementType, nameOf, places, type Tables } from './tables.ts';

/** Links to what this service keeps; null and undefined link to nothing. */
export interface Links {
  characterId?: number | null | undefined;
  dialogueId?: number | null | undefined;
}

/** Of each type: who refers more often is counted, and not listed. */
const LISTED = 100;

/** What may refer to an element, and by which column. */
const referrers = {
  character: [
    { type: 'action', by: 'character_id' },
    { type: 'spokenWord', by: 'character_id' },
  ],
  action: [],
  spokenWord: [{ type: 'action', by: 'dialogue_id' }],
} as const;

export type References = ReturnType<typeof createReferences>;

/** Says what refers to what, where the database refuses to separate the two. */
export function createReferences({ query }: Database<Tables>) {
  async function isThere(type: ElementType, id: number): Promise<boolean> {
    // kysely's types cannot follow a table that is a parameter: here and below, one stands for all.
    const { table, id: column } = places[type] as (typeof places)['character'];
    const found = query.selectFrom(table).select(({ lit }) => lit(1).as('found'));
    return (await found.where(column, '=', id).executeTakeFirst()) !== undefined;
  }

  /** @throws {ServiceError} 400 with the links that lead nowhere */
  async function check({ characterId, dialogueId }: Links): Promise<void> {
    const details: string[] = [];
    if (characterId && !(await isThere('character', characterId))) {
      details.push(`body/characterId: there is no character ${characterId}`);
    }
    if (dialogueId && !(await isThere('spokenWord', dialogueId))) {
      details.push(`body/dialogueId: there is no spoken word ${dialogueId}`);
    }
    if (details.length > 0) throw invalid('The request refers to something that is not there.', details);
  }

  async function referringTo(type: ElementType, id: number) {
    const counts: string[] = [];
    const ids: string[] = [];
    for (const referrer of referrers[type]) {
      const { table, id: own } = places[referrer.type] as (typeof places)['action'];
      const found = query.selectFrom(table).where(referrer.by, '=', id);
      const { total } = await found.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
      if (total > 0) counts.push(`${total} ${nameOf[referrer.type]}${total === 1 ? '' : 's'}`);
      const rows = await found.select(`${own} as id`).orderBy(own).limit(rowCount(LISTED)).execute();
      ids.push(...rows.map((row) => `${referrer.type} ${row.id}`));
    }
    return { counts, ids };
  }

  return {
    isThere,
    check,

    /** Runs what writes links. @throws {ServiceError} 400 when one of them leads nowhere by now */
    async holding<T>(links: Links, work: () => Promise<T>): Promise<T> {
      try {
        return await work();
      } catch (error) {
        if (breaksReference(error)) await check(links);
        throw error;
      }
    },

    /** Runs a deletion. @throws {ServiceError} 409 with those that refer to the element */
    async releasing<T>(type: ElementType, id: number, work: () => Promise<T>): Promise<T> {
      try {
        return await work();
      } catch (error) {
        if (!breaksReference(error)) throw error;
        const { counts, ids } = await referringTo(type, id);
        // Who referred to it is gone meanwhile.
        if (ids.length === 0) return work();
        throw conflict(`The ${nameOf[type]} ${id} is referred to by ${counts.join(' and ')}.`, ids);
      }
    },
  };
}
