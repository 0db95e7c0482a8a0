export { checkConfiguration, httpHosts, httpPort, readSettings, type Settings } from './configuration.ts';
export { checkHeap, heapMb, neededMb } from './heap.ts';
export { createNode } from './node.ts';
export { pluginsOf, removePlugin } from './plugins.ts';
export { DEMO_FAILED, startupFailure } from './words.ts';
