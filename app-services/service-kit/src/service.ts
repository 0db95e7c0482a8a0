import { randomUUID } from 'node:crypto';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import type { Config } from './config.ts';
import { answerFailure, handleErrors } from './errors.ts';
import { batchedOutput, OneLineEach } from './log.ts';
import { observe } from './metrics.ts';
import type { PeerState } from './peer.ts';
import { addProcessRoutes, statesOf } from './process-routes.ts';
import { type AnyHandler, addRoutes } from './routes.ts';
import type { Spec } from './spec.ts';
import { letBodiesBeAbsent, refuseWhatNoDatabaseKeeps, validateAsTheContractSays } from './validation.ts';

const output = batchedOutput();

export interface ServiceOptions {
  config: Pick<Config, 'logLevel'>;
  spec: Spec;
  handlers: Readonly<Record<string, AnyHandler>>;
  /** Decisive for /ready: throws while the service's own store cannot be used. */
  check(): Promise<void>;
  /** Reported by /ready, and not decisive: a service without its peers still answers what it can. */
  peers?: readonly PeerState[];
  /** Bytes of a request body. */
  bodyLimit?: number;
}

export interface Service {
  app: FastifyInstance;
  /** From now on /ready answers 503, and each connection ends with its next answer. */
  drain(): void;
}

/** Builds a service from its contract, ready to listen. Throws when contract and handlers do not fit together. */
export function buildService({ config, spec, handlers, check, peers = [], bodyLimit }: ServiceOptions): Service {
  let draining = false;
  const app = Fastify({
    logger: { level: config.logLevel, stream: output },
    logController: new OneLineEach(),
    genReqId: requestIdOf,
    bodyLimit: bodyLimit ?? 1024 * 1024,
    return503OnClosing: false,
    // A path that is no URL comes by no hook.
    frameworkErrors(error, request, reply) {
      reply.header('x-request-id', request.id);
      answerFailure(error, request, reply);
    },
    forceCloseConnections: 'idle',
  });
  validateAsTheContractSays(app);
  letBodiesBeAbsent(app);
  refuseWhatNoDatabaseKeeps(app);
  handleErrors(app);
  observe(app);
  app.addHook('onSend', ({ id }, reply, _payload, done) => {
    reply.header('x-request-id', id);
    // A client that keeps its connection would otherwise ask a process that is about to end.
    if (draining) reply.header('connection', 'close');
    done();
  });
  app.addHook('onListen', async () =>
    app.log.info({ peers: statesOf(peers) }, `${spec.info.title} ${spec.info.version}`),
  );
  addProcessRoutes(app, { check, peers, draining: () => draining });
  addRoutes(app, spec, handlers);
  return {
    app,
    // Connections that are idle stay: the gateway may have sent a request on one of them, and would not repeat a POST.
    drain() {
      draining = true;
    },
  };
}

/** The gateway's id of a request, where it gave one, so that it can be followed through all services. */
function requestIdOf({ headers }: FastifyRequest['raw']): string {
  const given = headers['x-request-id'] ?? headers['kong-request-id'];
  return typeof given === 'string' && /^[\w#.:-]{1,128}$/.test(given) ? given : randomUUID();
}
