import { type Database, type NumberingTables, type RequestContext, readAll, readPage } from '@fountainai/service-kit';
import { type Insertable, type Kysely, type Selectable, type SelectQueryBuilder, sql } from 'kysely';

interface Kept {
  sequence_number: number;
  created_at: string;
  updated_at: string;
}

export interface Tables extends NumberingTables {
  scripts: Kept & {
    script_id: number;
    title: string;
    author: string | null;
    description: string | null;
    /** For finding: see `keyOf`. */
    title_key: string;
    author_key: string | null;
  };
  sections: Kept & { heading_id: number; script_id: number; title: string };
}

/** What of a script is shown. */
const shown = ['script_id', 'title', 'author', 'description', 'sequence_number', 'created_at', 'updated_at'] as const;

export type ScriptRow = Pick<Selectable<Tables['scripts']>, (typeof shown)[number]>;
export type SectionRow = Selectable<Tables['sections']>;

/** Undefined fields stay as they are. */
export interface ScriptChanges {
  title?: string | undefined;
  author?: string | undefined;
  description?: string | undefined;
}

export interface ScriptFilter {
  title?: string | undefined;
  author?: string | undefined;
  limit: number;
  offset: number;
}

export type Store = ReturnType<typeof createStore>;

/** Scripts and their sections, with copies of their numbers. What is not there is `undefined` or `false`. */
export function createStore({ query, among }: Database<Tables>) {
  const sectionsOf = (scriptId: number) => query.selectFrom('sections').where('script_id', '=', scriptId);

  return {
    async insertScript(own: Kysely<Tables>, row: { script_id: number; sequence_number: number } & ScriptChanges) {
      const values = { ...row, ...keysOf(row), ...born() } as Insertable<Tables['scripts']>;
      return own.insertInto('scripts').values(values).returningAll().executeTakeFirstOrThrow();
    },

    findScript: (scriptId: number): Promise<ScriptRow | undefined> =>
      query.selectFrom('scripts').selectAll().where('script_id', '=', scriptId).executeTakeFirst(),

    /** A page in the order of the copied numbers, and how many there are in all. @throws {ServiceError} 413, 503 */
    listScripts({ title, author, limit, offset }: ScriptFilter, context: RequestContext) {
      let found = query.selectFrom('scripts');
      if (title !== undefined) found = containing(found, 'title_key', title);
      if (author !== undefined) found = containing(found, 'author_key', author);
      const inOrder = found.select(shown).orderBy('sequence_number').orderBy('script_id');
      const texts = ['title', 'author', 'description'];
      return readPage(query, inOrder, { limit, offset, most: limit, texts }, context);
    },

    updateScript: (scriptId: number, changes: ScriptChanges): Promise<ScriptRow | undefined> =>
      query
        .updateTable('scripts')
        .set({ ...changes, ...keysOf(changes), updated_at: now() })
        .where('script_id', '=', scriptId)
        .returningAll()
        .executeTakeFirst(),

    /** Its sections go with it. */
    async deleteScript(scriptId: number): Promise<boolean> {
      const { numDeletedRows } = await query
        .deleteFrom('scripts')
        .where('script_id', '=', scriptId)
        .executeTakeFirstOrThrow();
      return numDeletedRows > 0n;
    },

    insertSection: (
      own: Kysely<Tables>,
      row: { heading_id: number; script_id: number; title: string; sequence_number: number },
    ): Promise<SectionRow> =>
      own
        .insertInto('sections')
        .values({ ...row, ...born() })
        .returningAll()
        .executeTakeFirstOrThrow(),

    findSection: (scriptId: number, headingId: number): Promise<SectionRow | undefined> =>
      sectionsOf(scriptId).selectAll().where('heading_id', '=', headingId).executeTakeFirst(),

    /** The copied numbers of all sections of a script, by heading id. */
    async sectionNumbers(scriptId: number): Promise<Map<number, number>> {
      const rows = await sectionsOf(scriptId).select(['heading_id', 'sequence_number']).execute();
      return new Map(rows.map(({ heading_id, sequence_number }) => [heading_id, sequence_number]));
    },

    /** In any order. @throws {ServiceError} 413, 503 */
    readSections(headingIds: readonly number[], context: RequestContext): Promise<SectionRow[]> {
      const found = query.selectFrom('sections').selectAll().where(among('heading_id', headingIds));
      return readAll(query, found, { texts: ['title'], most: headingIds.length }, context);
    },

    updateSection: (scriptId: number, headingId: number, title: string | undefined): Promise<SectionRow | undefined> =>
      query
        .updateTable('sections')
        .set({ title, updated_at: now() })
        .where('script_id', '=', scriptId)
        .where('heading_id', '=', headingId)
        .returningAll()
        .executeTakeFirst(),

    async deleteSection(scriptId: number, headingId: number): Promise<boolean> {
      const { numDeletedRows } = await query
        .deleteFrom('sections')
        .where('script_id', '=', scriptId)
        .where('heading_id', '=', headingId)
        .executeTakeFirstOrThrow();
      return numDeletedRows > 0n;
    },

    /** One that is gone meanwhile needs no place. */
    async moveSections(own: Kysely<Tables>, places: readonly { headingId: number; newSequence: number }[]) {
      for (const { headingId, newSequence } of places) {
        await own
          .updateTable('sections')
          .set({ sequence_number: newSequence })
          .where('heading_id', '=', headingId)
          .execute();
      }
    },
  };
}

const now = () => new Date().toISOString();

function born() {
  const created_at = now();
  return { created_at, updated_at: created_at };
}

/** Texts are found whatever their case, in every script; the databases' own `lower` knows ASCII only, or a locale. */
const keyOf = (text: string) => text.normalize('NFC').toLowerCase();

const keysOf = ({ title, author }: ScriptChanges) => ({
  ...(title === undefined ? {} : { title_key: keyOf(title) }),
  ...(author === undefined ? {} : { author_key: keyOf(author) }),
});

function containing<Found>(
  found: SelectQueryBuilder<Tables, 'scripts', Found>,
  column: 'title_key' | 'author_key',
  text: string,
) {
  const literally = keyOf(text).replace(/[\\%_]/g, '\\$&');
  return found.where(column, 'like', sql<string>`${`%${literally}%`} escape '\\'`);
}
