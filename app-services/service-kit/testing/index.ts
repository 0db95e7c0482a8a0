export { type ContractClient, contractClient } from './contract-client.ts';
export { databases, type TestDatabase } from './databases.ts';
export { openSequenceStandIn, type SequenceStandIn } from './sequence-stand-in.ts';
export { type ServiceProcess, startProcess } from './service-process.ts';
