import { type Handlers, invalid, type Numbering, notFound, type RequestContext } from '@fountainai/service-kit';
import type { components, operations } from './contract.ts';
import type { Filter, SessionRow, Store, Tables, VersionRow } from './store.ts';

type Schemas = components['schemas'];

/** Of a session's data, names and values together. */
const DATA_CHARACTERS = 10_000;

/** What each operation of openapi.yaml does. */
export function createHandlers(store: Store, numbering: Numbering<Tables>): Handlers<operations> {
  /** With their numbers of now. */
  async function current(rows: readonly SessionRow[], context: RequestContext) {
    const copies = new Map(rows.map(({ session_id, sequence_number }) => [session_id, sequence_number]));
    const { numbers, headers } = await numbering.lookUpSequenceNumbers('session', copies, context);
    return { body: rows.map((row) => sessionOf(row, numbers.get(row.session_id))), headers };
  }

  async function answer(sessionId: number, row: SessionRow | undefined, context: RequestContext) {
    const { body, headers } = await current([there(sessionId, row)], context);
    return { status: 200 as const, body: body[0] as Schemas['Session'], headers };
  }

  return {
    async createSession({ body }, context) {
      const values = { user_id: body.userId, ...valuesOf(body) };
      const row = await numbering.create('session', context, (own, { id, sequenceNumber }) =>
        store.insert(own, { session_id: id, sequence_number: sequenceNumber, ...values }),
      );
      return { status: 201, body: sessionOf(row) };
    },
    async listSessions({ query: { limit = 100, offset = 0, ...filter } }, context) {
      const { total, rows } = await store.page(columnsOf(filter), { limit, offset }, context);
      const { body, headers } = await current(rows, context);
      body.sort((a, b) => a.sequenceNumber - b.sequenceNumber);
      return { status: 200, body, headers: { ...headers, 'x-total-count': String(total) } };
    },
    async lookUpSessions({ body: { sessionIds } }, context) {
      const ids = [...new Set(sessionIds)].sort((a, b) => a - b);
      const rows = await store.read(ids, context);
      const { body, headers } = await current(
        rows.sort((a, b) => a.session_id - b.session_id),
        context,
      );
      return { status: 200, body: { sessions: body }, headers };
    },
    getSessionById: async ({ params: { sessionId } }, context) =>
      answer(sessionId, await store.find(sessionId), context),
    updateSession: async ({ params: { sessionId }, body }, context) =>
      answer(sessionId, await store.update(sessionId, valuesOf(body)), context),
    async deleteSession({ params: { sessionId } }) {
      if (!(await store.remove(sessionId))) throw missing(sessionId);
      return { status: 204 };
    },
    async getSessionContext({ params: { sessionId } }) {
      const row = there(sessionId, await store.find(sessionId));
      return { status: 200, body: { sessionId, ...contextOf(row) } };
    },
    async getSessionContextHistory({ params: { sessionId }, query: { limit = 100, offset = 0 } }, context) {
      there(sessionId, await store.find(sessionId));
      const { total, rows } = await store.history(sessionId, { limit, offset }, context);
      return { status: 200, body: rows.map(versionOf), headers: { 'x-total-count': String(total) } };
    },
  };
}

const missing = (sessionId: number) => notFound(`There is no session ${sessionId}.`);

function there(sessionId: number, row: SessionRow | undefined): SessionRow {
  if (!row) throw missing(sessionId);
  return row;
}

/** @throws {ServiceError} 400 when data is too long, which no schema can say */
function valuesOf({ context, data, characterId, scriptId, headingId }: Schemas['SessionUpdateRequest']) {
  const length = [
    ...Object.entries(data ?? {})
      .flat()
      .join(''),
  ].length;
  if (length > DATA_CHARACTERS) {
    throw invalid('The data is too long.', [`body/data must NOT have more than ${DATA_CHARACTERS} characters in all`]);
  }
  return {
    context,
    data: data && JSON.stringify(data),
    character_id: characterId,
    script_id: scriptId,
    heading_id: headingId,
  };
}

type Links = Partial<Record<'userId' | 'characterId' | 'scriptId' | 'headingId', number>>;

const columnsOf = ({ userId, characterId, scriptId, headingId }: Links): Filter => ({
  ...(userId === undefined ? {} : { user_id: userId }),
  ...(characterId === undefined ? {} : { character_id: characterId }),
  ...(scriptId === undefined ? {} : { script_id: scriptId }),
  ...(headingId === undefined ? {} : { heading_id: headingId }),
});

const contextOf = ({ context, data }: Pick<SessionRow, 'context' | 'data'>) => ({
  ...(context === null ? {} : { context }),
  ...(data === null ? {} : { data: JSON.parse(data) as Record<string, string> }),
});

const sessionOf = (row: SessionRow, sequenceNumber = row.sequence_number): Schemas['Session'] => ({
  sessionId: row.session_id,
  userId: row.user_id,
  ...contextOf(row),
  ...(row.character_id === null ? {} : { characterId: row.character_id }),
  ...(row.script_id === null ? {} : { scriptId: row.script_id }),
  ...(row.heading_id === null ? {} : { headingId: row.heading_id }),
  sequenceNumber,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

const versionOf = (row: VersionRow): Schemas['ContextVersion'] => ({
  versionNumber: row.version_number,
  ...contextOf(row),
  createdAt: row.created_at,
});
