import type { Handlers, Numbering } from '@fountainai/service-kit';
import type { operations } from './contract.ts';
import { createScriptHandlers } from './script-handlers.ts';
import { createSectionHandlers } from './section-handlers.ts';
import type { Store, Tables } from './store.ts';

/** What each operation of openapi.yaml does. */
export function createHandlers(store: Store, numbering: Numbering<Tables>): Handlers<operations> {
  return { ...createScriptHandlers(store, numbering), ...createSectionHandlers(store, numbering) };
}
