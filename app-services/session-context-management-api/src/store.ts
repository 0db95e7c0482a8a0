import {
  type Database,
  type NumberingTables,
  type RequestContext,
  readAll,
  readPage,
  rowCount,
} from '@fountainai/service-kit';
import type { Kysely } from 'kysely';

/** What a session is about, in words and in named values (as JSON); null where there is none. */
interface Context {
  context: string | null;
  data: string | null;
}

export interface SessionRow extends Context {
  session_id: number;
  user_id: number;
  /** These three are ids of other services, unchecked. */
  character_id: number | null;
  script_id: number | null;
  heading_id: number | null;
  /** A copy, from when it was made: the sequence service knows the number of now. */
  sequence_number: number;
  created_at: string;
  updated_at: string;
}

export interface VersionRow extends Context {
  session_id: number;
  version_number: number;
  created_at: string;
}

export interface Tables extends NumberingTables {
  sessions: SessionRow;
  /** Every context that a session has had, that of now included; nothing in it is ever changed. */
  context_versions: VersionRow;
}

type OwnColumns = 'context' | 'data' | 'character_id' | 'script_id' | 'heading_id';

/** Undefined fields stay as they are. */
export type Changes = { [Column in OwnColumns]?: SessionRow[Column] | undefined };

export type Filter = Partial<Pick<SessionRow, 'user_id' | 'character_id' | 'script_id' | 'heading_id'>>;

interface Page {
  limit: number;
  offset: number;
}

const texts = ['context', 'data'];

export type Store = ReturnType<typeof createStore>;

/** Sessions with copies of their numbers, and the history of their contexts. What is not there is `undefined` or `false`. */
export function createStore({ query, write, among }: Database<Tables>) {
  const versionsOf = (from: Kysely<Tables>, sessionId: number) =>
    from.selectFrom('context_versions').where('session_id', '=', sessionId);

  /** Adds the session's context to its history, unless it ends with it. The caller keeps other writers of the session away. */
  async function addVersion(own: Kysely<Tables>, { session_id, context, data, updated_at }: SessionRow) {
    const newestFirst = versionsOf(own, session_id).selectAll().orderBy('version_number', 'desc');
    const { version_number: last, ...before } = (await newestFirst.limit(rowCount(1)).executeTakeFirst()) ?? {
      version_number: 0,
      context: null,
      data: null,
    };
    if (before.context === context && before.data === data) return;
    const version = { session_id, version_number: last + 1, context, data, created_at: updated_at };
    await own.insertInto('context_versions').values(version).execute();
  }

  return {
    /** Within the transaction `own`. */
    async insert(
      own: Kysely<Tables>,
      row: Pick<SessionRow, 'session_id' | 'user_id' | 'sequence_number'> & Changes,
    ): Promise<SessionRow> {
      const created_at = now();
      const values = { ...row, created_at, updated_at: created_at };
      const kept = await own.insertInto('sessions').values(values).returningAll().executeTakeFirstOrThrow();
      await addVersion(own, kept);
      return kept;
    },

    find: (sessionId: number): Promise<SessionRow | undefined> =>
      query.selectFrom('sessions').selectAll().where('session_id', '=', sessionId).executeTakeFirst(),

    /** A page of those that fit, in the order of their ids, and how many there are in all. */
    page(filter: Filter, page: Page, context: RequestContext) {
      const all = query.selectFrom('sessions');
      // SQLite counts the rows of a table at once when there is no condition, not even `true`.
      const found = Object.keys(filter).length > 0 ? all.where((sessions) => sessions.and(filter)) : all;
      return readPage(query, found.selectAll().orderBy('session_id'), { ...page, most: page.limit, texts }, context);
    },

    /** In any order. */
    read(sessionIds: readonly number[], context: RequestContext): Promise<SessionRow[]> {
      const found = query.selectFrom('sessions').selectAll().where(among('session_id', sessionIds));
      return readAll(query, found, { texts, most: sessionIds.length }, context);
    },

    update: (sessionId: number, changes: Changes): Promise<SessionRow | undefined> =>
      write(async (own) => {
        const row = await own
          .updateTable('sessions')
          .set({ ...changes, updated_at: now() })
          .where('session_id', '=', sessionId)
          .returningAll()
          .executeTakeFirst();
        if (row) await addVersion(own, row);
        return row;
      }),

    /** Its history goes with it. */
    async remove(sessionId: number): Promise<boolean> {
      const { numDeletedRows } = await query
        .deleteFrom('sessions')
        .where('session_id', '=', sessionId)
        .executeTakeFirstOrThrow();
      return numDeletedRows > 0n;
    },

    /** A page of the session's contexts, the first one first, and how many there are in all. */
    history(sessionId: number, page: Page, context: RequestContext) {
      const found = versionsOf(query, sessionId).selectAll().orderBy('version_number');
      return readPage(query, found, { ...page, most: page.limit, texts }, context);
    },
  };
}

const now = () => new Date().toISOString();
