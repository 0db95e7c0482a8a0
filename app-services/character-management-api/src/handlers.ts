import type { Database, Handlers, Numbering } from '@fountainai/service-kit';
import { createActionHandlers } from './action-handlers.ts';
import { createCharacterHandlers } from './character-handlers.ts';
import type { operations } from './contract.ts';
import { createParaphraseHandlers } from './paraphrase-handlers.ts';
import { createReferences } from './references.ts';
import { createSpokenWordHandlers } from './spoken-word-handlers.ts';
import type { Tables } from './tables.ts';

/** What each operation of openapi.yaml does. */
export function createHandlers(database: Database<Tables>, numbering: Numbering<Tables>): Handlers<operations> {
  const references = createReferences(database);
  return {
    ...createCharacterHandlers(database, numbering, references),
    ...createActionHandlers(database, numbering, references),
    ...createSpokenWordHandlers(database, numbering, references),
    ...createParaphraseHandlers(database, references),
  };
}
