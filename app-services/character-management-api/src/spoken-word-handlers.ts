import type { Database, Handlers, Numbering } from '@fountainai/service-kit';
import type { components, operations } from './contract.ts';
import { createElementHandlers, setOnly } from './element-handlers.ts';
import { createElementStore } from './element-store.ts';
import { spokenWordsWith } from './filters.ts';
import type { References } from './references.ts';
import type { SpokenWordRow, Tables } from './tables.ts';

type SpokenWordOperations = Pick<
  operations,
  'createSpokenWord' | 'listSpokenWords' | 'getSpokenWordById' | 'updateSpokenWord' | 'deleteSpokenWord'
>;

/** What is done with spoken words. */
export function createSpokenWordHandlers(
  database: Database<Tables>,
  numbering: Numbering<Tables>,
  references: References,
): Handlers<SpokenWordOperations> {
  const store = createElementStore(database, 'spokenWord', spokenWordsWith);
  const words = createElementHandlers({ type: 'spokenWord', store, wireOf }, numbering, references);
  return {
    createSpokenWord: ({ body }, context) => words.create(valuesOf(body), linksOf(body), context),
    listSpokenWords: ({ query }, context) => words.list(query, context),
    getSpokenWordById: ({ params: { spokenWordId } }, context) => words.get(spokenWordId, context),
    updateSpokenWord: ({ params: { spokenWordId }, body }, context) =>
      words.update(spokenWordId, valuesOf(body), linksOf(body), context),
    deleteSpokenWord: ({ params: { spokenWordId } }) => words.remove(spokenWordId),
  };
}

type Body = components['schemas']['SpokenWordUpdateRequest'];

const valuesOf = (body: Body) => ({
  text: body.text,
  script_id: body.scriptId,
  heading_id: body.headingId,
  character_id: body.characterId,
});

/** Nothing else of the body: what the contract does not know, e.g. a dialogueId, is ignored. */
const linksOf = ({ characterId }: Body) => ({ characterId });

const wireOf = (row: SpokenWordRow, sequenceNumber: number): components['schemas']['SpokenWord'] => ({
  dialogueId: row.dialogue_id,
  text: row.text,
  ...setOnly({ scriptId: row.script_id, headingId: row.heading_id, characterId: row.character_id }),
  sequenceNumber,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});
