import { readSpec } from '../src/spec.ts';
import { type ContractClient, contractClient } from './contract-client.ts';
import type { TestDatabase } from './databases.ts';
import { openSequenceStandIn, type SequenceStandIn } from './sequence-stand-in.ts';
import { startProcess } from './service-process.ts';
import type { ServiceUnderTest } from './test-service.ts';

/** Where a process dies: at a point of its own (see kill-at.ts), or while it asks the sequence service. */
export type Death =
  | { killAt: string }
  | { during: 'before the sequence service knows' | 'before the sequence service answers' };

/** A service on one database, now in a process that is killed, now in this one. */
export interface KillableService {
  sequence: SequenceStandIn;
  /** Makes a call to a process of its own, which dies before it has answered. */
  dieIn(path: string, body: object, death: Death): Promise<void>;
  /** Runs the service in this process, on the database that the killed one has left. */
  run<T>(work: (client: ContractClient) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Nothing is started before it is used. */
export async function openKillableService(
  { folder, buildApp }: ServiceUnderTest,
  database: TestDatabase,
): Promise<KillableService> {
  const sequence = await openSequenceStandIn();
  const { config, drop } = await database.fresh({ CENTRAL_SEQUENCE_URL: sequence.url });
  const spec = await readSpec(folder);

  const playing = (during: string, kill: () => void): SequenceStandIn['play'] =>
    during === 'before the sequence service knows'
      ? () => kill()
      : (_asked, answer, response) => {
          response.writeHead = () => response;
          response.end = () => response;
          answer();
          kill();
        };

  return {
    sequence,
    async dieIn(path, body, death) {
      const killAt = 'killAt' in death ? death : {};
      const service = await startProcess(new URL('src/server.ts', folder), { config, ...killAt });
      if ('during' in death) sequence.play = playing(death.during, () => service.kill('SIGKILL'));
      const headers = { 'content-type': 'application/json' };
      const call = fetch(`${service.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
      const answered = await call.then(
        ({ status }) => status,
        () => undefined,
      );
      sequence.play = undefined;
      if (answered !== undefined) {
        service.kill('SIGKILL');
        throw new Error(`It lived, and answered ${answered}: ${service.log.join('\n')}`);
      }
      const how = await service.ended;
      if (how !== 'SIGKILL') throw new Error(`It ended with ${how}: ${service.log.join('\n')}`);
    },
    async run(work) {
      const { app, close } = await buildApp(config);
      return work(contractClient(app, spec)).finally(async () => {
        await app.close();
        await close();
      });
    },
    async close() {
      await drop();
      await sequence.close();
    },
  };
}
