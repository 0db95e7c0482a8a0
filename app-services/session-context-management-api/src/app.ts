import { buildNumberedService, type Config } from '@fountainai/service-kit';
import { createHandlers } from './handlers.ts';
import { migrations } from './migrations.ts';
import { createStore, type Tables } from './store.ts';

/** Builds the service on its database. `close` gives the database back, once the service has ended. */
export const buildApp = (config: Config) =>
  buildNumberedService<Tables>({
    config,
    folder: new URL('../', import.meta.url),
    name: 'session-context-management-api',
    migrations,
    createHandlers: (database, numbering) => createHandlers(createStore(database), numbering),
  });
