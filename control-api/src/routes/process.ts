import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { errorResponses } from '../schemas/answers.ts';

const tags = ['process'];

const health = {
  operationId: 'health',
  tags,
  security: [],
  summary: 'Tell whether it is up',
  description: 'Answers as long as the control API takes calls. Needs no token and leaves no log line.',
  response: {
    200: z
      .object({ status: z.literal('ok').meta({ description: 'It is up', example: 'ok' }) })
      .meta({ description: 'It is up' }),
    ...errorResponses,
  },
};

const document = {
  operationId: 'openapi',
  tags,
  security: [],
  summary: 'Describe every route',
  description: 'This document, OpenAPI 3.1. Needs no token.',
  response: {
    200: z
      .looseObject({ openapi: z.string().meta({ description: 'Version of the format', example: '3.1.0' }) })
      .meta({ description: 'An OpenAPI document' }),
    ...errorResponses,
  },
};

const metrics = {
  operationId: 'metrics',
  tags,
  summary: 'Show metrics',
  description: 'Of the process, its requests and its operations, in the text format of Prometheus.',
  response: {
    200: {
      description: 'Metrics',
      content: {
        'text/plain': {
          schema: z.string().meta({
            description: 'One metric to a line',
            example: 'operations_total{operation="instance.create",status="succeeded"} 3\n',
          }),
        },
      },
    },
    ...errorResponses,
  },
};

/** Routes that need no token. */
export const openProcess: FastifyPluginAsyncZod = async (app) => {
  app.get('/health', { schema: health, logLevel: 'warn' }, async () => ({ status: 'ok' as const }));
  app.get('/openapi.json', { schema: document }, async () => app.swagger() as { openapi: string });
};

export interface MetricsOptions {
  registry: { contentType: string; metrics(): Promise<string> };
}

export const metricsRoute: FastifyPluginAsyncZod<MetricsOptions> = async (app, { registry }) => {
  app.get('/metrics', { schema: metrics }, async (_, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  );
};
