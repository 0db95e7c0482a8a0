import { randomUUID } from 'node:crypto';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import fastJson from 'fast-json-stringify';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import type { Config } from './config.ts';
import { answerFailure, handleErrors, invalid } from './errors.ts';
import { batchedOutput, OneLineEach } from './log.ts';
import { observe } from './metrics.ts';
import type { PeerState } from './peer.ts';
import { addProcessRoutes, statesOf } from './process-routes.ts';
import { type AnyHandler, addRoutes } from './routes.ts';
import type { Spec } from './spec.ts';

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
  /** From now on /ready answers 503, and idle connections are ended. */
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
    drain() {
      draining = true;
      app.server.closeIdleConnections();
    },
  };
}

/** A body's values must have the type that the contract says; those of queries and paths come as text and are converted. */
function validateAsTheContractSays(app: FastifyInstance): void {
  const common = { useDefaults: true, allErrors: true, strict: true, allowUnionTypes: true } as const;
  const exact = addFormats.default(new Ajv.default({ ...common, coerceTypes: false }));
  const converting = addFormats.default(new Ajv.default({ ...common, coerceTypes: true }));
  const bodies = once((schema) => exact.compile(schema));
  const others = once((schema) => converting.compile(schema));
  app.setValidatorCompiler(({ schema, httpPart }) => (httpPart === 'body' ? bodies : others)(schema as object));
  const answers = once((schema) => fastJson.default(schema));
  app.setSerializerCompiler(({ schema }) => answers(schema as object));
}

/** A DELETE may say application/json and send nothing; whether there must be a body is for the contract to say. */
function letBodiesBeAbsent(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) =>
    body === '' ? done(null) : parse(request, body, done),
  );
}

/** What is compiled of a schema is kept by its text: a contract says the same of many operations, of errors above all. */
function once<Compiled>(compile: (schema: object) => Compiled): (schema: object) => Compiled {
  const compiled = new Map<string, Compiled>();
  return (schema) => {
    const text = JSON.stringify(schema);
    const known = compiled.get(text) ?? compile(schema);
    compiled.set(text, known);
    return known;
  };
}

/** Deeper than any story, and less than what ends the stack of those who walk through it. */
const DEPTH = 100;

/**
 * Text is kept byte for byte or refused: NUL, which PostgreSQL does not take, and halves of surrogate pairs, which
 * UTF-8 cannot say. So is what is nested too deep.
 */
function refuseWhatNoDatabaseKeeps(app: FastifyInstance): void {
  app.addHook('preValidation', ({ params, query, body }, _reply, done) => {
    for (const value of [params, query, body]) refuseUnlessStorable(value, DEPTH);
    done();
  });
}

function refuseUnlessStorable(value: unknown, depth: number): void {
  if (typeof value === 'string') {
    if (value.isWellFormed() && !value.includes('\0')) return;
    throw invalid('A text holds a NUL character or half a surrogate pair.');
  }
  if (typeof value !== 'object' || value === null) return;
  if (depth === 0) throw invalid(`Lists and objects are nested more than ${DEPTH} deep.`);
  for (const [key, item] of Object.entries(value)) {
    refuseUnlessStorable(key, depth);
    refuseUnlessStorable(item, depth - 1);
  }
}

/** The gateway's id of a request, where it gave one, so that it can be followed through all services. */
function requestIdOf({ headers }: FastifyRequest['raw']): string {
  const given = headers['x-request-id'] ?? headers['kong-request-id'];
  return typeof given === 'string' && /^[\w#.:-]{1,128}$/.test(given) ? given : randomUUID();
}
