import { readSpec } from '@fountainai/service-kit';
import {
  type ContractClient,
  contractClient,
  openSequenceStandIn,
  type SequenceStandIn,
  type TestDatabase,
} from '@fountainai/service-kit/testing';
import { buildApp } from '../src/app.ts';

export interface TestService {
  client: ContractClient;
  sequence: SequenceStandIn;
  /** Ends the service, and starts it again on the same database. */
  restart(settings?: { withoutSequence?: boolean }): Promise<void>;
  /** From now on every query fails. */
  loseDatabase(): Promise<void>;
  close(): Promise<void>;
}

/** The app that production builds, on a database of its own; every answer is checked against the contract. */
export async function openService(database: TestDatabase, settings = {}): Promise<TestService> {
  const sequence = await openSequenceStandIn();
  const { config, drop } = await database.fresh({ CENTRAL_SEQUENCE_URL: sequence.url, ...settings });
  const spec = await readSpec(new URL('../', import.meta.url));
  const build = async (own = config) => {
    const { app, close } = await buildApp(own);
    return { app, close, client: contractClient(app, spec) };
  };
  let running = await build();
  return {
    get client() {
      return running.client;
    },
    sequence,
    async restart({ withoutSequence = false } = {}) {
      await running.app.close();
      await running.close();
      running = await build(withoutSequence ? { ...config, peerUrl: () => '' } : config);
    },
    loseDatabase: () => running.close(),
    async close() {
      await running.app.close();
      await running.close();
      await drop();
      await sequence.close();
    },
  };
}
