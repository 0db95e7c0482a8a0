import type { FastifyInstance, FastifyReply, FastifySchema, HTTPMethods } from 'fastify';
import type { RequestContext } from './contract.ts';
import { ServiceError } from './errors.ts';
import { createReader } from './reading.ts';
import { createRoom, type Room, type Weight } from './room.ts';
import { type Method, methods, type Operation, type Parameter, type Schema, type Spec } from './spec.ts';

interface AnyReply {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

// The contract's types hold each handler to its operation; here they are only called.
// biome-ignore lint/suspicious/noExplicitAny: handlers of every input stand in one table
export type AnyHandler = (input: any, context: RequestContext) => Promise<AnyReply>;

/**
 * Adds a route for each operation of a contract. Throws before anything listens when an operation has no handler, or a
 * handler no operation.
 */
export function addRoutes(app: FastifyInstance, spec: Spec, handlers: Readonly<Record<string, AnyHandler>>): void {
  const operations = operationsOf(spec);
  const ids = operations.map(({ operation }) => operation.operationId);
  const missing = ids.filter((id) => !(id in handlers));
  const surplus = Object.keys(handlers).filter((id) => !ids.includes(id));
  if (missing.length + surplus.length > 0) {
    throw new Error(`${spec.info.title}: no handler for [${missing}], no operation for [${surplus}]`);
  }
  const room = createRoom();
  const readWith = createReader();
  for (const { path, method, operation } of operations) {
    const handler = handlers[operation.operationId] as AnyHandler;
    app.route({
      method: method.toUpperCase() as HTTPMethods,
      url: path.replace(/\{(\w+)\}/g, ':$1'),
      schema: schemaOf(operation),
      async handler({ params, query, body, log, id }, reply) {
        const readRows = readWith((weight) => makeRoom(room, weight, reply));
        const context = { log, requestId: id, readRows };
        const { status, headers = {}, body: answer } = await handler({ params, query, body }, context);
        return reply.code(status).headers(headers).send(answer);
      },
    });
  }
}

/** Who takes an answer more slowly than this keeps others from theirs. */
const SEND_MS = 10_000;

/** Takes room until the answer has been sent, or nobody wants it any more. */
async function makeRoom(room: Room, weight: Weight, { raw }: FastifyReply): Promise<void> {
  const giveBack = await room(weight);
  if (raw.destroyed) {
    giveBack();
    throw new ServiceError(408, 'gone', 'Who asked has gone.');
  }
  const tooSlow = setTimeout(() => raw.destroy(), SEND_MS);
  raw.once('close', () => {
    clearTimeout(tooSlow);
    giveBack();
  });
}

/** Each operation with all of its parameters, its path's included. */
export function operationsOf({ paths }: Spec): { path: string; method: Method; operation: Operation }[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const own = item[method];
      const parameters = [...(item.parameters ?? []), ...(own?.parameters ?? [])];
      return own ? [{ path, method, operation: { ...own, parameters } }] : [];
    }),
  );
}

/** Query and path values come as text and are coerced; a body's are not, so that "1" is no number there. */
function schemaOf({ parameters = [], requestBody, responses }: Operation): FastifySchema {
  const body = requestBody?.content['application/json']?.schema;
  const answers = Object.entries(responses).flatMap(([status, { content }]) => {
    const schema = content?.['application/json']?.schema;
    return schema ? [[status, without(FOR_REQUESTS, schema)]] : [];
  });
  return {
    params: objectOf(parameters, 'path'),
    querystring: objectOf(parameters, 'query'),
    ...(body ? { body: without(FOR_READERS, body) } : {}),
    response: Object.fromEntries(answers),
  };
}

function objectOf(parameters: readonly Parameter[], place: Parameter['in']): Schema {
  const own = parameters.filter((one) => one.in === place);
  return {
    type: 'object',
    properties: Object.fromEntries(own.map(({ name, schema }) => [name, without(FOR_READERS, schema)])),
    required: own.filter(({ required }) => required).map(({ name }) => name),
  };
}

/** Keywords that Fastify's strict validator does not know. */
const FOR_READERS = ['example', 'examples'];
/** Times are texts already: a serializer that knew their format would ask of each whether it is a Date. */
const FOR_REQUESTS = [...FOR_READERS, 'format'];

function without(keywords: readonly string[], schema: Schema): Schema {
  const strip = (value: unknown, named: boolean): unknown => {
    if (Array.isArray(value)) return value.map((item) => strip(item, false));
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).filter(([key]) => named || !keywords.includes(key));
    return Object.fromEntries(entries.map(([key, item]) => [key, strip(item, key === 'properties' && !named)]));
  };
  return strip(schema, false) as Schema;
}
