import type { FastifyInstance } from 'fastify';
import type { Config } from '../src/config.ts';
import { readSpec } from '../src/spec.ts';
import { type ContractClient, contractClient } from './contract-client.ts';
import type { TestDatabase } from './databases.ts';
import { openSequenceStandIn, type SequenceStandIn } from './sequence-stand-in.ts';

/** What the tests need to know of a service. */
export interface ServiceUnderTest {
  /** Where its openapi.yaml lies. */
  folder: URL;
  /** The app that production builds. */
  buildApp(config: Config): Promise<{ app: FastifyInstance; close(): Promise<void> }>;
}

export interface TestService {
  client: ContractClient;
  /** The only peer; not asked where the settings say so. */
  sequence: SequenceStandIn;
  config: Config;
  /** Ends the service, and starts it again on the same database. */
  restart(settings?: { withoutSequence?: boolean; peerTimeoutMs?: number }): Promise<void>;
  /** From now on every query fails. */
  loseDatabase(): Promise<void>;
  close(): Promise<void>;
}

/** Builds a service on a database of its own, within this process; every answer is checked against the contract. */
export async function openTestService(
  { folder, buildApp }: ServiceUnderTest,
  database: TestDatabase,
  settings: Readonly<Record<string, string>> = {},
): Promise<TestService> {
  const sequence = await openSequenceStandIn();
  const { config, drop } = await database.fresh({ CENTRAL_SEQUENCE_URL: sequence.url, ...settings });
  const spec = await readSpec(folder);
  const build = async (own = config) => {
    const { app, close } = await buildApp(own);
    return { app, close, client: contractClient(app, spec) };
  };
  let running = await build();
  const end = async () => {
    await running.app.close();
    await running.close();
  };
  return {
    get client() {
      return running.client;
    },
    sequence,
    config,
    async restart({ withoutSequence = false, peerTimeoutMs = config.peerTimeoutMs } = {}) {
      await end();
      running = await build({ ...config, peerTimeoutMs, ...(withoutSequence ? { peerUrl: () => '' } : {}) });
    },
    loseDatabase: () => running.close(),
    async close() {
      await end();
      await drop();
      await sequence.close();
    },
  };
}
