export { createAdminApi, createStatusApi } from './apis.ts';
export { environmentFile, portsTaken, refusalToStart, runKong } from './command.ts';
export { checkConf, type Listen, readConf } from './conf.ts';
export { checkDeclarative, configurationHash, EMPTY_HASH } from './declarative.ts';
export { createGateway, type Gateway } from './proxy/gateway.ts';
export type { Reach } from './proxy/reach.ts';
export { VERSION } from './version.ts';
