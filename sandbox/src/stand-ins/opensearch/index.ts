export { checkConfiguration, httpHosts, httpPort, type Read, readSettings, type Settings } from './configuration.ts';
export { checkHeap, heapMb, neededMb } from './heap.ts';
export { createNode } from './node.ts';
export { pluginsOf, type Removal, removePlugin } from './plugins.ts';
export { DEMO_FAILED, startupFailure } from './words.ts';
