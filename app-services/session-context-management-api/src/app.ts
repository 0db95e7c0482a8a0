import {
  buildService,
  type Config,
  createNumbering,
  openDatabase,
  readSpec,
  type Service,
} from '@fountainai/service-kit';
import { createHandlers } from './handlers.ts';
import { migrations } from './migrations.ts';
import { createStore, type Tables } from './store.ts';

/** Builds the service on its database. `close` gives the database back, once the service has ended. */
export async function buildApp(config: Config): Promise<Service & { close(): Promise<void> }> {
  const { dataDir, databaseUrl } = config;
  const spec = await readSpec(new URL('../', import.meta.url));
  const name = 'session-context-management-api';
  const database = await openDatabase<Tables>({ name, dataDir, databaseUrl, migrations });
  const numbering = createNumbering(database, config);
  const handlers = createHandlers(createStore(database), numbering);
  const service = buildService({ config, spec, handlers, check: database.check, peers: [numbering.peer] });
  return { ...service, close: database.close };
}
