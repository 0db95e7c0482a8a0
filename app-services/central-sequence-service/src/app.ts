import { buildService, type Config, openDatabase, readSpec, type Service } from '@fountainai/service-kit';
import { createHandlers } from './handlers.ts';
import { migrations } from './migrations.ts';
import { createStore, type Tables } from './store.ts';

/** Builds the service on its database. `close` gives the database back, once the service has ended. */
export async function buildApp(config: Config): Promise<Service & { close(): Promise<void> }> {
  const { dataDir, databaseUrl } = config;
  const spec = await readSpec(new URL('../', import.meta.url));
  const database = await openDatabase<Tables>({ name: 'central-sequence-service', dataDir, databaseUrl, migrations });
  const handlers = createHandlers(createStore(database));
  return { ...buildService({ config, spec, handlers, check: database.check }), close: database.close };
}
