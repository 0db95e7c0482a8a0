import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { deployOpensearchBodySchema, opensearchResultSchema } from '../schemas/opensearch.ts';
import { type OperationOptions, operationRoute } from './operation-route.ts';

const deploy = {
  name: 'opensearch.deploy',
  url: '/deploy-opensearch',
  tags: ['opensearch'],
  summary: 'Deploy OpenSearch',
  description: `Brings a host to where one node of OpenSearch is healthy: system and swap first, then the package from its signed
repository, a heap that fits the RAM, and without the plugins that a small host cannot carry. It never answers to the world, only
on loopback and the private address. Refused before anything is installed: too little memory or disk (422, with the smallest bundle
that would do), a system that is not supported (422), an unknown version (422), an older one than is there (400).`,
  body: deployOpensearchBodySchema,
  example: { instance_ip: '1.2.3.4', ssh_key_path: '/path/to/ssh_key' },
  result: opensearchResultSchema,
};

export const opensearch: FastifyPluginAsyncZod<OperationOptions> = async (app, options) => {
  operationRoute(app, options, deploy);
};
