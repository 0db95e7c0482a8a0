import { buildNumberedService, type Config } from '@fountainai/service-kit';
import { createHandlers } from './handlers.ts';
import { migrations } from './migrations.ts';
import type { Tables } from './tables.ts';

/** Builds the service on its database. `close` gives the database back, once the service has ended. */
export const buildApp = (config: Config) =>
  buildNumberedService<Tables>({
    config,
    folder: new URL('../', import.meta.url),
    name: 'character-management-api',
    migrations,
    createHandlers,
  });
