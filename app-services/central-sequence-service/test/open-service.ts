import { readSpec } from '@fountainai/service-kit';
import { type ContractClient, contractClient, type databases } from '@fountainai/service-kit/testing';
import { buildApp } from '../src/app.ts';

type TestDatabase = Parameters<Parameters<typeof databases>[1]>[0];

export interface TestService {
  client: ContractClient;
  close(): Promise<void>;
}

/** The app that production builds, on a database of its own; every answer is checked against the contract. */
export async function openService(database: TestDatabase): Promise<TestService> {
  const { config, drop } = await database.fresh();
  const { app, close } = await buildApp(config);
  const client = contractClient(app, await readSpec(new URL('../', import.meta.url)));
  return {
    client,
    async close() {
      await app.close();
      await close();
      await drop();
    },
  };
}
