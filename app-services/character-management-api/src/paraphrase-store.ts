import { breaksReference, type Database, type RequestContext, readPage } from '@fountainai/service-kit';
import { type Kysely, sql } from 'kysely';
import { type ElementType, type ParaphraseRow, places, type Tables } from './tables.ts';

interface Page {
  limit: number;
  offset: number;
}

/** Undefined fields stay as they are. */
interface Changes {
  text?: string | undefined;
  commentary?: string | undefined;
}

/** The paraphrases of one type of element. What is not there is `undefined` or `false`. */
export function createParaphraseStore({ query, write }: Database<Tables>, type: ElementType) {
  /** Named like the column in the original's own table. */
  const { id: original } = places[type];

  /** Ids are counted over all types, so that a paraphrase is known by its id alone. */
  async function nextId(own: Kysely<Tables>): Promise<number> {
    const { last_id } = await own
      .updateTable('element_counters')
      .set({ last_id: sql`last_id + 1` })
      .where('element_type', '=', 'paraphrase')
      .returning('last_id')
      .executeTakeFirstOrThrow();
    return last_id;
  }

  return {
    /** Undefined when there is no such original. */
    async insert(originalId: number, texts: { text: string; commentary: string }): Promise<ParaphraseRow | undefined> {
      const created_at = now();
      const none = { character_id: null, action_id: null, dialogue_id: null };
      const row = { ...texts, ...none, [original]: originalId, created_at, updated_at: created_at };
      try {
        return await write(async (own) =>
          own
            .insertInto('paraphrases')
            .values({ ...row, paraphrase_id: await nextId(own) })
            .returningAll()
            .executeTakeFirstOrThrow(),
        );
      } catch (error) {
        if (breaksReference(error)) return undefined;
        throw error;
      }
    },

    find: (originalId: number, id: number): Promise<ParaphraseRow | undefined> =>
      query
        .selectFrom('paraphrases')
        .selectAll()
        .where('paraphrase_id', '=', id)
        .where(original, '=', originalId)
        .executeTakeFirst(),

    /** A page in the order of the ids, and how many there are in all. @throws {ServiceError} 413, 503 */
    page(originalId: number, page: Page, context: RequestContext) {
      const found = query
        .selectFrom('paraphrases')
        .selectAll()
        .where(original, '=', originalId)
        .orderBy('paraphrase_id');
      return readPage(query, found, { ...page, most: page.limit, texts: ['text', 'commentary'] }, context);
    },

    update: (originalId: number, id: number, { text, commentary }: Changes): Promise<ParaphraseRow | undefined> =>
      query
        .updateTable('paraphrases')
        .set({ text, commentary, updated_at: now() })
        .where('paraphrase_id', '=', id)
        .where(original, '=', originalId)
        .returningAll()
        .executeTakeFirst(),

    async remove(originalId: number, id: number): Promise<boolean> {
      const { numDeletedRows } = await query
        .deleteFrom('paraphrases')
        .where('paraphrase_id', '=', id)
        .where(original, '=', originalId)
        .executeTakeFirstOrThrow();
      return numDeletedRows > 0n;
    },
  };
}

const now = () => new Date().toISOString();
