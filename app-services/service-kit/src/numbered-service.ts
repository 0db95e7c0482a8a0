import type { Config } from './config.ts';
import type { Database } from './database/database.ts';
import type { Migration } from './database/migrate.ts';
import { openDatabase } from './database/open.ts';
import { createNumbering, type Numbering, type NumberingTables } from './numbering.ts';
import { buildService, type Service, type ServiceOptions } from './service.ts';
import { readSpec } from './spec.ts';

interface NumberedServiceOptions<Tables> {
  config: Config;
  /** Where openapi.yaml lies. */
  folder: URL;
  /** Names the database, too. */
  name: string;
  migrations: readonly Migration[];
  createHandlers(database: Database<Tables>, numbering: Numbering<Tables>): ServiceOptions['handlers'];
}

/**
 * Builds a service whose elements the sequence service numbers, on a database of its own. `close` gives the database back,
 * once the service has ended.
 */
export async function buildNumberedService<Tables extends NumberingTables>({
  config,
  folder,
  name,
  migrations,
  createHandlers,
}: NumberedServiceOptions<Tables>): Promise<Service & { close(): Promise<void> }> {
  const { dataDir, databaseUrl } = config;
  const spec = await readSpec(folder);
  const database = await openDatabase<Tables>({ name, dataDir, databaseUrl, migrations });
  const numbering = createNumbering(database, config);
  const handlers = createHandlers(database, numbering);
  const service = buildService({ config, spec, handlers, check: database.check, peers: [numbering.peer] });
  return { ...service, close: database.close };
}
