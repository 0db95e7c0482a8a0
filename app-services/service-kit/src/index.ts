export { type Config, loadConfig } from './config.ts';
export type { Handlers, RequestContext } from './contract.ts';
export type { Migration } from './database/migrate.ts';
export { type Database, openDatabase } from './database.ts';
export { conflict, invalid, notFound, ServiceError } from './errors.ts';
export { createPeer, type Peer } from './peer.ts';
export { buildService, type Service } from './service.ts';
export { readSpec, type Spec } from './spec.ts';
export { runService } from './start.ts';
