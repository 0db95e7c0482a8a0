import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { HostReads } from '../reads/host-reads.ts';
import { errorResponses } from '../schemas/answers.ts';
import { hostQuerySchema, logsQuerySchema } from '../schemas/app.ts';
import { hostStatusSchema, logsSchema } from '../schemas/host-reads.ts';

const tags = ['hosts'];

const status = {
  operationId: 'show_host_status',
  tags,
  summary: 'Show how a host is',
  description: 'System, memory, disk, engine, apps, OpenSearch and Kong of a host, read in one connection.',
  querystring: hostQuerySchema,
  response: { 200: hostStatusSchema, ...errorResponses },
};

const logs = {
  operationId: 'show_logs',
  tags,
  summary: 'Show what ran lately on a host',
  description: `The last lines of an app, standard output and standard error together; or, for the names opensearch and
kong, the last lines of that unit's journal.`,
  querystring: logsQuerySchema,
  response: { 200: logsSchema, ...errorResponses },
};

export const hosts: FastifyPluginAsyncZod<{ reads: HostReads }> = async (app, { reads }) => {
  app.get('/status', { schema: status }, async ({ query }) => reads.status(query));
  app.get('/logs', { schema: logs }, async ({ query }) => reads.logs(query));
};
