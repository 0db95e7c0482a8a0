export { allAnswered, type Call, declaredAnswers, makeCalls } from './calls.ts';
export { type ContractClient, contractClient } from './contract-client.ts';
export { databases, type TestDatabase } from './databases.ts';
export { type Death, type KillableService, openKillableService } from './killable-service.ts';
export { openSequenceStandIn, type SequenceStandIn } from './sequence-stand-in.ts';
export { type ServiceProcess, startProcess } from './service-process.ts';
export { testStorageFaults } from './storage-faults.ts';
export { openTestService, type ServiceUnderTest, type TestService } from './test-service.ts';
