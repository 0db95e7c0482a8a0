import { type Handlers, type Numbering, notFound, type RequestContext } from '@fountainai/service-kit';
import type { components, operations } from './contract.ts';
import type { ScriptRow, Store, Tables } from './store.ts';

type ScriptOperations = Pick<
  operations,
  'createScript' | 'listScripts' | 'getScriptById' | 'updateScript' | 'deleteScript'
>;

/** What is done with scripts. */
export function createScriptHandlers(store: Store, numbering: Numbering<Tables>): Handlers<ScriptOperations> {
  const numbersOf = (rows: readonly ScriptRow[], context: RequestContext) => {
    const copies = new Map(rows.map(({ script_id, sequence_number }) => [script_id, sequence_number]));
    return numbering.lookUpSequenceNumbers('script', copies, context);
  };

  const answer = async (row: ScriptRow | undefined, scriptId: number, context: RequestContext) => {
    if (!row) throw noScript(scriptId);
    const { numbers, headers } = await numbersOf([row], context);
    return { status: 200 as const, body: scriptOf(row, numbers), headers };
  };

  return {
    async createScript({ body: { title, author, description } }, context) {
      const row = await numbering.create('script', context, (own, { id, sequenceNumber }) =>
        store.insertScript(own, { script_id: id, title, author, description, sequence_number: sequenceNumber }),
      );
      return { status: 201, body: scriptOf(row) };
    },
    async listScripts({ query: { limit = 100, offset = 0, ...filter } }, context) {
      const { total, rows } = await store.listScripts({ ...filter, limit, offset }, context);
      const { numbers, headers } = await numbersOf(rows, context);
      const body = rows
        .map((row) => scriptOf(row, numbers))
        .sort((a, b) => a.sequenceNumber - b.sequenceNumber || a.scriptId - b.scriptId);
      return { status: 200, body, headers: { ...headers, 'x-total-count': String(total) } };
    },
    getScriptById: async ({ params: { scriptId } }, context) =>
      answer(await store.findScript(scriptId), scriptId, context),
    updateScript: async ({ params: { scriptId }, body: { title, author, description } }, context) =>
      answer(await store.updateScript(scriptId, { title, author, description }), scriptId, context),
    async deleteScript({ params: { scriptId } }) {
      if (!(await store.deleteScript(scriptId))) throw noScript(scriptId);
      return { status: 204 };
    },
  };
}

/** 404. */
export const noScript = (scriptId: number) => notFound(`There is no script ${scriptId}.`);

function scriptOf(row: ScriptRow, numbers?: ReadonlyMap<number, number>): components['schemas']['Script'] {
  return {
    scriptId: row.script_id,
    title: row.title,
    ...(row.author === null ? {} : { author: row.author }),
    ...(row.description === null ? {} : { description: row.description }),
    sequenceNumber: numbers?.get(row.script_id) ?? row.sequence_number,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
