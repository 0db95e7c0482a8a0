export { type Config, loadConfig } from './config.ts';
export type { Handlers, RequestContext } from './contract.ts';

export type { Database } from './database/database.ts';
export { breaksReference } from './database/failures.ts';
export type { Migration } from './database/migrate.ts';
export { openDatabase } from './database/open.ts';
export { prepare } from './database/prepare.ts';
export { rowCount } from './database/row-count.ts';
export { refuseDuplicates } from './duplicates.ts';
export { conflict, invalid, notFound, ServiceError } from './errors.ts';
export { buildNumberedService } from './numbered-service.ts';
export { createElementCounters, type Numbering, type NumberingTables } from './numbering.ts';
export { type Budget, createPeer, type Peer, PeerRefusal, type PeerState } from './peer.ts';
export { buildService, type Service } from './service.ts';
export { readSpec, type Spec } from './spec.ts';
export { runService } from './start.ts';
export { bytesIn, weigh } from './weight.ts';
