import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { AppError } from '../lib/errors.ts';
import { errorResponses } from '../schemas/answers.ts';
import { type OperationView, operationSchema } from '../schemas/operation.ts';
import { sendEvents } from '../web/event-stream.ts';
import { followOperation, type JournalReads } from './operation-events.ts';

export interface OperationsOptions {
  journal: JournalReads;
  /** Aborted when the app closes. */
  closing: AbortSignal;
}

const HEARTBEAT_MS = 15_000;

const tags = ['operations'];
const params = z.object({
  id: z.string().meta({ description: 'The operation’s id', example: 'op_019aa2b3c4d0f1e2d3c4' }),
});

const list = {
  operationId: 'list_operations',
  tags,
  summary: 'List operations',
  description: 'What was done and what is being done, newest first, dry runs included.',
  querystring: z.strictObject({
    limit: z.coerce.number().int().min(1).max(200).default(20).meta({ description: 'At most so many', example: 20 }),
    target: z.string().optional().meta({ description: 'Only on this target', example: 'instance eu-central-1/apps' }),
    status: operationSchema.shape.status.optional().meta({ description: 'Only these', example: 'running' }),
  }),
  response: {
    200: z
      .object({ operations: z.array(operationSchema).meta({ description: 'Newest first', example: [] }) })
      .meta({ description: 'Operations' }),
    ...errorResponses,
  },
};

const show = {
  operationId: 'show_operation',
  tags,
  summary: 'Show an operation',
  description: 'An operation as the journal has it, with its steps so far, its result or why it failed.',
  params,
  response: { 200: operationSchema, ...errorResponses },
};

const events = {
  operationId: 'follow_operation',
  tags,
  summary: 'Follow an operation',
  description: `Server-sent events: \`step\` (a step started or ended), \`output\` (a line that a step printed) and \`done\`, after
which the stream ends. An event's id is its number; with the last one in Last-Event-ID the stream goes on behind it, and
answers 204 when nothing is left to tell. \`curl -N\` shows it live.`,
  params,
  headers: z.looseObject({
    'last-event-id': z
      .string()
      .regex(/^\d{1,15}$/, 'is not the id of an event')
      .optional()
      .meta({ description: 'Only events after this one', example: '12' }),
  }),
  response: {
    200: {
      description: 'Events until the operation has ended',
      content: {
        'text/event-stream': {
          schema: z.string().meta({
            description: 'Server-sent events',
            example:
              'id: 1\nevent: step\ndata: {"step":0,"name":"Start my-app","outcome":"running","duration_ms":null}\n\n',
          }),
        },
      },
    },
    204: z.null().meta({ description: 'The operation has ended and every event is told' }),
    ...errorResponses,
  },
};

export const operations: FastifyPluginAsyncZod<OperationsOptions> = async (app, { journal, closing }) => {
  async function find(id: string): Promise<OperationView> {
    const operation = await journal.get(id);
    if (!operation) throw new AppError('operation_not_found');
    return operation;
  }

  app.get('', { schema: list }, async ({ query: { limit, target, status } }) => ({
    operations: await journal.list({ limit, ...(target ? { target } : {}), ...(status ? { status } : {}) }),
  }));

  app.get('/:id', { schema: show }, async ({ params }) => find(params.id));

  app.get('/:id/events', { schema: events }, async (request, reply) => {
    const operation = await find(request.params.id);
    const after = Number(request.headers['last-event-id'] ?? 0);
    const toldAll = operation.status !== 'running' && (await journal.events(operation.id, after)).length === 0;
    if (toldAll) return reply.code(204).send(null);
    return sendEvents(reply, closing, (signal) => followOperation(journal, operation.id, after, HEARTBEAT_MS, signal));
  });
};
