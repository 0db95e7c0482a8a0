import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import {
  addConsumerBodySchema,
  consumerResultSchema,
  revokeKeyBodySchema,
  rotateKeyBodySchema,
} from '../schemas/consumers.ts';
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
then the package by its pinned SHA-256. The configuration is that of apply-kong-config, and checked by Kong itself. Refused before anything is
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
  description: `Brings the configuration to a host on which Kong is deployed: made of the manifests, the services' contracts, the
consumers in SECRETS_FILE and the certificates, or the file that KONG_CONFIG names. It is checked here, and by Kong on the host; one
that does not parse is refused (422), and the running one is not touched. It is loaded without cutting a connection, the loaded hash
is compared, one route of each service is asked for through the gateway, and only then it takes the place of the one before, which
is kept, and loaded again when any of that fails.`,
  body: applyKongConfigBodySchema,
  example: { ...example, apps_ip: '172.26.0.5' },
  result: kongResultSchema,
};

const username = 'story-reader';

const add = {
  name: 'gateway.add-consumer',
  url: '/add-consumer',
  tags,
  summary: 'Add a consumer of the gateway',
  description: `Makes a key for somebody who may use the gateway, or changes what a consumer may do, who then keeps its keys. The key
is in the file that key_path names, and in no answer; SECRETS_FILE gets it, and then the gateway, in the way of apply-kong-config.`,
  body: addConsumerBodySchema,
  example: { ...example, username, access: { all: 'read' } },
  result: consumerResultSchema,
};

const rotate = {
  name: 'gateway.rotate-key',
  url: '/rotate-key',
  tags,
  summary: 'Exchange the key of a consumer',
  description: `In two calls: the first makes a second key, and both are let in; once the new one is in use, the same call with
drop_old drops the old one. Until then a repeated first call changes nothing.`,
  body: rotateKeyBodySchema,
  example: { ...example, username },
  result: consumerResultSchema,
};

const revoke = {
  name: 'gateway.revoke-key',
  url: '/revoke-key',
  tags,
  summary: 'Revoke the keys of a consumer',
  description: `Removes a consumer with its keys from SECRETS_FILE and from the gateway. Added again, it gets another key.`,
  body: revokeKeyBodySchema,
  example: { ...example, username, confirm: username },
  result: consumerResultSchema,
};

export const kong: FastifyPluginAsyncZod<OperationOptions> = async (app, options) => {
  for (const route of [deploy, apply, add, rotate, revoke]) operationRoute(app, options, route);
};
