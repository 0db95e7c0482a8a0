import type { FastifyInstance } from 'fastify';
import { register } from 'prom-client';
import type { PeerState } from './peer.ts';

interface State {
  check(): Promise<void>;
  peers: readonly PeerState[];
  draining(): boolean;
}

/** The routes beside the contract: /health (the process answers), /ready (it can serve), /metrics (Prometheus). */
export function addProcessRoutes(app: FastifyInstance, { check, peers, draining }: State): void {
  app.get('/health', async () => ({ status: 'healthy' }));
  app.get('/ready', { logLevel: 'silent' }, async (_request, reply) => {
    const database = await check().then(
      () => 'ready',
      (error) => {
        app.log.error(error, 'the database cannot be used');
        return 'unavailable';
      },
    );
    const status = draining() ? 'draining' : database;
    return reply.code(status === 'ready' ? 200 : 503).send({ status, database, peers: statesOf(peers) });
  });
  app.get('/metrics', { logLevel: 'silent' }, async (_request, reply) =>
    reply.type(register.contentType).send(await register.metrics()),
  );
}

/** By name, as /ready and the log show them. */
export const statesOf = (peers: readonly PeerState[]) =>
  Object.fromEntries(peers.map(({ name, state }) => [name, state()]));
