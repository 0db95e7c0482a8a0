import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { catalogue, type ErrorCode } from '../lib/errors.ts';
import type { Operations } from '../operations/index.ts';
import type { Started } from '../operations/runner.ts';
import { acceptedSchema, errorResponses, successSchema } from '../schemas/answers.ts';
import type { OperationView } from '../schemas/operation.ts';

export interface OperationOptions {
  operations: Operations;
  actor: string;
  /** Seconds after which a waiting call is answered 202 while its operation goes on. */
  syncLimitS: number;
}

export interface OperationRoute {
  /** The operation's name in the catalogue, e.g. `instance.create`. */
  name: string;
  url: string;
  tags: string[];
  summary: string;
  description: string;
  body: z.ZodType<object>;
  /** A body that says no more than it must; Swagger UI starts with it. */
  example: object;
  result: z.ZodType;
}

const query = z.strictObject({
  dry_run: z
    .enum(['true', 'false'])
    .default('false')
    .meta({ description: 'Only show what would be done: nothing is changed, nothing is locked', example: 'true' }),
});

const headers = z.looseObject({
  prefer: z.string().optional().meta({
    description: '`respond-async`: answer 202 at once, with the place to look',
    example: 'respond-async',
  }),
  'if-match': z
    .string()
    .regex(/^(W\/)?("[\w-]+"|[\w-]+)$/, 'is not a plan_hash')
    .transform((tag) => tag.replace(/^W\/|"/g, ''))
    .optional()
    .meta({
      description: 'The plan_hash of a dry run: another plan is refused with 412',
      example: '"b5bb9d8014a0f9b1"',
    }),
});

/** Adds the route of an operation: every call that changes something is made, awaited and answered here. */
export function operationRoute(
  app: FastifyInstance,
  { operations, actor, syncLimitS }: OperationOptions,
  route: OperationRoute,
): void {
  const schema = {
    operationId: operationIdOf(route.url),
    tags: route.tags,
    summary: route.summary,
    description: `${route.description}\n\nDeadline: ${operations.deadlineS(route.name)} s.`,
    querystring: query,
    headers,
    body: route.body,
    bodyExample: route.example,
    response: { 200: successSchema(route.result), 202: acceptedSchema, ...errorResponses },
  };
  app.withTypeProvider<ZodTypeProvider>().post(route.url, { schema }, async (request, reply) => {
    const dryRun = request.query.dry_run === 'true';
    const ifMatch = request.headers['if-match'];
    const { reason, ...input } = request.body as { reason?: string };
    const started = await operations.start(route.name, input, {
      dryRun,
      actor,
      ...(ifMatch === undefined ? {} : { ifMatch }),
      ...(reason === undefined ? {} : { reason }),
    });
    started.finished.catch((error: unknown) =>
      request.log.error({ err: error, operation_id: started.id }, 'end unknown'),
    );
    const async = prefersAsync(request.headers.prefer);
    if (async) reply.header('preference-applied', 'respond-async');
    const ended = async ? undefined : await within(syncLimitS, started.finished);
    return ended ? answer(reply, ended) : accept(reply, started, dryRun);
  });
}

function answer(reply: FastifyReply, ended: OperationView): FastifyReply {
  const { id: operation_id, message, changed, dry_run, plan_hash, steps, result, error } = ended;
  if (error) {
    reply.code(catalogue[error.code as ErrorCode]?.[0] ?? 500);
    return reply.send({ status: 'error', ...error, operation_id, steps });
  }
  if (dry_run && plan_hash !== null) reply.header('etag', `"${plan_hash}"`);
  return reply.send({ status: 'success', message, changed, dry_run, operation_id, plan_hash, steps, result });
}

function accept(reply: FastifyReply, { id, attached }: Started, dryRun: boolean): FastifyReply {
  const what = attached ? 'The same call is running already' : 'It has started';
  const message = `${what}; follow it at /operations/${id}/events.`;
  reply.code(202).header('location', `/operations/${id}`);
  return reply.send({ status: 'accepted', message, dry_run: dryRun, operation_id: id, attached });
}

/** RFC 7240: preferences stand in a list, each perhaps with parameters. */
function prefersAsync(prefer = ''): boolean {
  return prefer.split(',').some((preference) => /^\s*respond-async\s*(;|$)/i.test(preference));
}

async function within(seconds: number, finished: Promise<OperationView>): Promise<OperationView | undefined> {
  const timer = new AbortController();
  try {
    const limit = delay(seconds * 1000, undefined, { signal: timer.signal });
    return await Promise.race([finished, limit]);
  } finally {
    timer.abort();
  }
}

function operationIdOf(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1).replaceAll('-', '_');
}
