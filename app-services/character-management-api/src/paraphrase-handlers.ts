import { type Database, type Handlers, invalid, notFound, type RequestContext } from '@fountainai/service-kit';
import type { components, operations } from './contract.ts';
import { missing } from './element-handlers.ts';
import { createParaphraseStore } from './paraphrase-store.ts';
import type { References } from './references.ts';
import { type ElementType, nameOf, type ParaphraseRow, type Tables } from './tables.ts';

type Schemas = components['schemas'];
type Name<Id> = Id extends `${string}Paraphrase${string}` ? Id : never;
type ParaphraseOperations = Pick<operations, Name<keyof operations>>;

interface Page {
  limit?: number;
  offset?: number;
}

/** What is done with paraphrases; those of each type of element are told apart by their path alone. */
export function createParaphraseHandlers(
  database: Database<Tables>,
  references: References,
): Handlers<ParaphraseOperations> {
  const characters = handlersOf('character', database, references);
  const actions = handlersOf('action', database, references);
  const words = handlersOf('spokenWord', database, references);
  return {
    listCharacterParaphrases: ({ params: { characterId }, query }, context) =>
      characters.list(characterId, query, context),
    createCharacterParaphrase: ({ params: { characterId }, body }) => characters.create(characterId, body),
    getCharacterParaphraseById: ({ params }) => characters.get(params.characterId, params.paraphraseId),
    updateCharacterParaphrase: ({ params, body }) => characters.update(params.characterId, params.paraphraseId, body),
    deleteCharacterParaphrase: ({ params }) => characters.remove(params.characterId, params.paraphraseId),

    listActionParaphrases: ({ params: { actionId }, query }, context) => actions.list(actionId, query, context),
    createActionParaphrase: ({ params: { actionId }, body }) => actions.create(actionId, body),
    getActionParaphraseById: ({ params }) => actions.get(params.actionId, params.paraphraseId),
    updateActionParaphrase: ({ params, body }) => actions.update(params.actionId, params.paraphraseId, body),
    deleteActionParaphrase: ({ params }) => actions.remove(params.actionId, params.paraphraseId),

    listSpokenWordParaphrases: ({ params: { spokenWordId }, query }, context) =>
      words.list(spokenWordId, query, context),
    createSpokenWordParaphrase: ({ params: { spokenWordId }, body }) => words.create(spokenWordId, body),
    getSpokenWordParaphraseById: ({ params }) => words.get(params.spokenWordId, params.paraphraseId),
    updateSpokenWordParaphrase: ({ params, body }) => words.update(params.spokenWordId, params.paraphraseId, body),
    deleteSpokenWordParaphrase: ({ params }) => words.remove(params.spokenWordId, params.paraphraseId),
  };
}

/** The paraphrases of one type of element. */
function handlersOf(type: ElementType, database: Database<Tables>, references: References) {
  const store = createParaphraseStore(database, type);

  const answer = (originalId: number, id: number, row: ParaphraseRow | undefined) => {
    if (!row) throw notFound(`The ${nameOf[type]} ${originalId} has no paraphrase ${id}.`);
    return { status: 200 as const, body: wireOf(originalId, row) };
  };

  return {
    async list(originalId: number, { limit = 100, offset = 0 }: Page, context: RequestContext) {
      if (!(await references.isThere(type, originalId))) throw missing(type, originalId);
      const { total, rows } = await store.page(originalId, { limit, offset }, context);
      const body = rows.map((row) => wireOf(originalId, row));
      return { status: 200 as const, body, headers: { 'x-total-count': String(total) } };
    },
    async create(originalId: number, body: Schemas['ParaphraseCreateRequest']) {
      refuseAnother(originalId, body);
      const row = await store.insert(originalId, { text: body.text, commentary: body.commentary });
      if (!row) throw missing(type, originalId);
      return { status: 201 as const, body: wireOf(originalId, row) };
    },
    get: async (originalId: number, id: number) => answer(originalId, id, await store.find(originalId, id)),
    async update(originalId: number, id: number, body: Schemas['ParaphraseUpdateRequest']) {
      refuseAnother(originalId, body);
      return answer(originalId, id, await store.update(originalId, id, body));
    },
    async remove(originalId: number, id: number) {
      if (!(await store.remove(originalId, id))) answer(originalId, id, undefined);
      return { status: 204 as const };
    },
  };
}

/** The path alone says whose paraphrase it is; V1 wants to hear it twice. */
function refuseAnother(originalId: number, body: { originalId?: number }): void {
  if (body.originalId === undefined || body.originalId === originalId) return;
  throw invalid('originalId is not the id in the path.', [`body/originalId must be ${originalId}`]);
}

const wireOf = (originalId: number, row: ParaphraseRow): Schemas['Paraphrase'] => ({
  paraphraseId: row.paraphrase_id,
  originalId,
  text: row.text,
  commentary: row.commentary,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});
