export { type ContractClient, contractClient } from './contract-client.ts';
export { databases } from './databases.ts';
