import type { Database, Handlers, Numbering } from '@fountainai/service-kit';
import type { components, operations } from './contract.ts';
import { createElementHandlers, setOnly } from './element-handlers.ts';
import { createElementStore } from './element-store.ts';
import { actionsWith } from './filters.ts';
import type { References } from './references.ts';
import type { ActionRow, Tables } from './tables.ts';

type ActionOperations = Pick<
  operations,
  'createAction' | 'listActions' | 'getActionById' | 'updateAction' | 'deleteAction'
>;

/** What is done with actions. */
export function createActionHandlers(
  database: Database<Tables>,
  numbering: Numbering<Tables>,
  references: References,
): Handlers<ActionOperations> {
  const store = createElementStore(database, 'action', actionsWith);
  const actions = createElementHandlers({ type: 'action', store, wireOf }, numbering, references);
  return {
    createAction: ({ body }, context) => actions.create(valuesOf(body), body, context),
    listActions: ({ query }, context) => actions.list(query, context),
    getActionById: ({ params: { actionId } }, context) => actions.get(actionId, context),
    updateAction: ({ params: { actionId }, body }, context) => actions.update(actionId, valuesOf(body), body, context),
    deleteAction: ({ params: { actionId } }) => actions.remove(actionId),
  };
}

const valuesOf = (body: components['schemas']['ActionUpdateRequest']) => ({
  description: body.description,
  script_id: body.scriptId,
  heading_id: body.headingId,
  character_id: body.characterId,
  dialogue_id: body.dialogueId,
  context_id: body.contextId,
});

const wireOf = (row: ActionRow, sequenceNumber: number): components['schemas']['Action'] => ({
  actionId: row.action_id,
  description: row.description,
  ...setOnly({
    scriptId: row.script_id,
    headingId: row.heading_id,
    characterId: row.character_id,
    dialogueId: row.dialogue_id,
    contextId: row.context_id,
  }),
  sequenceNumber,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});
