export { createAdminApi, createStatusApi, type Loaded } from './apis.ts';
export { environmentFile, portsTaken, refusalToStart, runKong, VERSION } from './command.ts';
export { checkConf, type Listen, readConf } from './conf.ts';
export { checkDeclarative, configurationHash, EMPTY_HASH } from './declarative.ts';
