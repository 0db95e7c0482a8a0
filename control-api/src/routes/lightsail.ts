import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { errorResponses } from '../schemas/answers.ts';
import { budgetSchema } from '../schemas/budget.ts';
import { regionSchema } from '../schemas/common.ts';
import { hostFields } from '../schemas/host.ts';
import { type Readiness, readinessSchema } from '../schemas/host-reads.ts';
import {
  type Blueprint,
  type Bundle,
  blueprintSchema,
  bundleSchema,
  createInstanceBodySchema,
  createKeyPairBodySchema,
  type Instance,
  instanceParamsSchema,
  instanceSchema,
} from '../schemas/lightsail.ts';
import { type OperationOptions, operationRoute } from './operation-route.ts';

/** All throw AppErrors: instance_not_found, and what AWS answers. */
export interface LightsailReads {
  instances(region: string): Promise<Instance[]>;
  instance(region: string, name: string): Promise<Instance>;
  readiness(query: { region: string; instance_name: string; ssh_key_path?: string | undefined }): Promise<Readiness>;
  bundles(region: string): Promise<Bundle[]>;
  blueprints(region: string): Promise<Blueprint[]>;
}

export interface LightsailOptions extends OperationOptions {
  reads: LightsailReads;
}

const tags = ['instances'];
const querystring = z.strictObject({ region: regionSchema });
const readinessQuery = querystring.extend({
  ssh_key_path: hostFields.ssh_key_path.optional().meta({
    description: 'Private key inside SSH_KEY_DIR; without it the ladder ends before the login',
    example: '/path/to/ssh_key',
  }),
});

const createInstance = {
  name: 'instance.create',
  url: '/create-instance',
  tags,
  summary: 'Create an instance',
  description: `Creates an instance, or finds the one of this name: as asked, nothing is changed; otherwise 409 instance_differs.
Waits until it runs, has an address and its SSH server shows the host key that AWS reports, which is pinned.

Everything must cost no more than BUDGET_EUR_MONTH with it, or allow_over_budget is true: all instances of this region, AWS_REGION
and wherever else this API has seen some (stopped ones cost as much), idle static IPs and snapshots. Otherwise 409 budget_exceeded,
with what the sum is made of and the bundles that would still fit; a dry run tells the sum. Taxes are not in it.`,
  body: createInstanceBodySchema,
  example: {
    instance_name: 'opensearch-instance',
    blueprint_id: 'ubuntu_20_04',
    bundle_id: 'nano_2_0',
    region: 'eu-central-1',
    availability_zone: 'eu-central-1a',
  },
  result: z
    .looseObject({
      instance: instanceSchema
        .nullable()
        .optional()
        .meta({ description: 'The instance; null on a dry run that would create it', example: { name: 'apps' } }),
      budget: budgetSchema
        .optional()
        .meta({ description: 'On a dry run that would create it', example: { monthly_usd: 45.65, monthly_eur: 42 } }),
    })
    .meta({ description: 'What is there now', example: { instance: { name: 'apps', public_ip: '203.0.113.7' } } }),
};

const createKeyPair = {
  name: 'key-pair.create',
  url: '/create-key-pair',
  tags,
  summary: 'Create a key pair',
  description: `Makes a key pair here, writes the private key to SSH_KEY_DIR and imports the public one into the region.
The answer has the key's path, never the key.`,
  body: createKeyPairBodySchema,
  example: { key_pair_name: 'fountain-key', region: 'eu-central-1' },
  result: z
    .looseObject({
      ssh_key_path: z
        .string()
        .optional()
        .meta({ description: 'Where the private key is', example: '/data/keys/eu-central-1-fountain-key' }),
      fingerprint: z
        .string()
        .optional()
        .meta({ description: 'Of the public key', example: 'SHA256:uNiVztksCsDhcc0u9e8BrqLDTzRGBtgP4nWXpYbR7QM' }),
    })
    .meta({ description: 'The key pair', example: { ssh_key_path: '/data/keys/eu-central-1-fountain-key' } }),
};

const list = {
  operationId: 'list_instances',
  tags,
  summary: 'List instances',
  description: 'Every instance of a region.',
  querystring,
  response: { 200: listOf('instances', instanceSchema), ...errorResponses },
};

const show = {
  operationId: 'show_instance',
  tags,
  summary: 'Show an instance',
  description: 'An instance as AWS knows it, with its price.',
  params: instanceParamsSchema,
  querystring,
  response: { 200: instanceSchema, ...errorResponses },
};

const readiness = {
  operationId: 'show_readiness',
  tags,
  summary: 'Show how far an instance has got',
  description: 'Climbs from asked for to ready for work and says why it goes no further. Changes nothing.',
  params: instanceParamsSchema,
  querystring: readinessQuery,
  response: { 200: readinessSchema, ...errorResponses },
};

const bundles = {
  operationId: 'list_bundles',
  tags,
  summary: 'List bundles',
  description: 'The sizes that a region sells, with price and memory; the retired ones are not active.',
  querystring,
  response: { 200: listOf('bundles', bundleSchema), ...errorResponses },
};

const blueprints = {
  operationId: 'list_blueprints',
  tags,
  summary: 'List blueprints',
  description: 'The systems that an instance can start with; the retired ones are not active.',
  querystring,
  response: { 200: listOf('blueprints', blueprintSchema), ...errorResponses },
};

export const lightsail: FastifyPluginAsyncZod<LightsailOptions> = async (app, options) => {
  const { reads } = options;
  operationRoute(app, options, createInstance);
  operationRoute(app, options, createKeyPair);

  app.get('/instances', { schema: list }, async ({ query }) => ({ instances: await reads.instances(query.region) }));
  app.get('/instances/:instance_name', { schema: show }, async ({ params, query }) =>
    reads.instance(query.region, params.instance_name),
  );
  app.get('/instances/:instance_name/readiness', { schema: readiness }, async ({ params, query }) =>
    reads.readiness({ ...params, ...query }),
  );
  app.get('/bundles', { schema: bundles }, async ({ query }) => ({ bundles: await reads.bundles(query.region) }));
  app.get('/blueprints', { schema: blueprints }, async ({ query }) => ({
    blueprints: await reads.blueprints(query.region),
  }));
};

function listOf<Name extends string, Item extends z.ZodType>(name: Name, item: Item) {
  const items = z.array(item).meta({ description: `All ${name} of the region`, example: [] });
  return z.object({ [name]: items } as Record<Name, typeof items>).meta({ description: `The ${name} of a region` });
}
