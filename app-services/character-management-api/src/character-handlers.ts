import type { Database, Handlers, Numbering } from '@fountainai/service-kit';
import type { components, operations } from './contract.ts';
import { createElementHandlers } from './element-handlers.ts';
import { createElementStore } from './element-store.ts';
import { charactersIn } from './filters.ts';
import type { References } from './references.ts';
import type { CharacterRow, Tables } from './tables.ts';

type CharacterOperations = Pick<
  operations,
  'createCharacter' | 'listCharacters' | 'getCharacterById' | 'updateCharacter' | 'deleteCharacter'
>;

/** What is done with characters. */
export function createCharacterHandlers(
  database: Database<Tables>,
  numbering: Numbering<Tables>,
  references: References,
): Handlers<CharacterOperations> {
  const store = createElementStore(database, 'character', charactersIn);
  const characters = createElementHandlers({ type: 'character', store, wireOf }, numbering, references);
  return {
    createCharacter: ({ body: { name, description } }, context) =>
      characters.create({ name, description }, {}, context),
    listCharacters: ({ query }, context) => characters.list(query, context),
    getCharacterById: ({ params: { characterId } }, context) => characters.get(characterId, context),
    updateCharacter: ({ params: { characterId }, body: { name, description } }, context) =>
      characters.update(characterId, { name, description }, {}, context),
    deleteCharacter: ({ params: { characterId } }) => characters.remove(characterId),
  };
}

const wireOf = (row: CharacterRow, sequenceNumber: number): components['schemas']['Character'] => ({
  characterId: row.character_id,
  name: row.name,
  description: row.description,
  sequenceNumber,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});
