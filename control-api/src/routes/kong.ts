import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { applyKongConfigBodySchema, deployKongBodySchema, kongResultSchema } from '../schemas/kong.ts';
import { type OperationOptions, operationRoute } from './operation-route.ts';

const tags = ['kong'];
const example = { instance_ip: '5.6.7.8', ssh_key_path: '/path/to/ssh_key' };

const deploy = {
  name: 'kong.deploy',
  url: '/deploy-kong',
  tags,
  summary: 'Deploy Kong',
  description: `Brings a host to where Kong Gateway (open source) serves our configuration, without a database: system and swap first,
then the package by its pinned SHA-256. Kong checks the configuration itself before it is loaded. Refused before anything is
installed: a system without a package (422), too little memory or disk (422), a program on port 80 or 443 (409).`,
  body: deployKongBodySchema,
  example,
  result: kongResultSchema,
};

const apply = {
  name: 'kong.apply-config',
  url: '/apply-kong-config',
  tags,
  summary: 'Apply the configuration of Kong',
  description: `Brings the configuration (setting KONG_CONFIG) to a host on which Kong is deployed. It is checked here, and by Kong on
the host; one that does not parse is refused (422), and the running one is not touched. It is loaded without cutting a connection,
the loaded hash is compared, and the previous configuration is kept, and put back when loading fails.`,
  body: applyKongConfigBodySchema,
  example: { ...example, apps_ip: '172.26.0.5' },
  result: kongResultSchema,
};

export const kong: FastifyPluginAsyncZod<OperationOptions> = async (app, options) => {
  for (const route of [deploy, apply]) operationRoute(app, options, route);
};
