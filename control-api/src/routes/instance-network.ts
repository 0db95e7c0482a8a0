import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { errorResponses } from '../schemas/answers.ts';
import { type FirewallRule, firewallRuleSchema, firewallSchema, setFirewallBodySchema } from '../schemas/firewall.ts';
import { instanceParamsSchema, instanceSchema } from '../schemas/lightsail.ts';
import {
  attachStaticIpBodySchema,
  regionQuerySchema,
  releaseStaticIpBodySchema,
  type StaticIp,
  staticIpSchema,
} from '../schemas/lightsail-changes.ts';
import { type OperationOptions, type OperationRoute, operationRoute } from './operation-route.ts';

/** All throw AppErrors: instance_not_found, and what AWS answers. */
export interface NetworkReads {
  staticIps(region: string): Promise<StaticIp[]>;
  firewall(region: string, instanceName: string): Promise<FirewallRule[]>;
}

export interface NetworkOptions extends OperationOptions {
  reads: NetworkReads;
}

const tags = ['network'];

const attach: OperationRoute = {
  name: 'static-ip.attach',
  url: '/attach-static-ip',
  tags,
  summary: 'Give an instance a static IP',
  description: `Allocates the static IP unless it is there, and attaches it; one that another instance has is taken from that one. The
instance answers at the new address only, and the one that loses it at another. It costs nothing while it is attached.`,
  body: attachStaticIpBodySchema,
  example: { static_ip_name: 'kong-ip', instance_name: 'kong', region: 'eu-central-1' },
  result: z
    .looseObject({
      static_ip: staticIpSchema
        .nullable()
        .meta({ description: 'The static IP; null on a dry run that would allocate it', example: { name: 'kong-ip' } }),
      instance: instanceSchema
        .nullable()
        .optional()
        .meta({ description: 'The instance', example: { name: 'kong', public_ip: '203.0.113.7' } }),
    })
    .meta({ description: 'What is there now', example: { static_ip: { name: 'kong-ip' } } }),
};

const release: OperationRoute = {
  name: 'static-ip.release',
  url: '/release-static-ip',
  tags,
  summary: 'Give a static IP back',
  description: `Detaches a static IP if need be and gives its address back for good; \`confirm\` must be its exact name. With
instance_name only if that instance has it.`,
  body: releaseStaticIpBodySchema,
  example: { static_ip_name: 'kong-ip', region: 'eu-central-1', confirm: 'kong-ip' },
  result: z
    .looseObject({
      static_ip: staticIpSchema
        .nullable()
        .optional()
        .meta({ description: 'What would be released', example: { name: 'kong-ip' } }),
    })
    .meta({ description: 'On a dry run, what is there', example: {} }),
};

const setFirewall: OperationRoute = {
  name: 'firewall.set',
  url: '/set-firewall',
  tags,
  summary: 'Set the firewall of an instance',
  description: `Opens exactly what is listed on the public addresses of an instance, and closes everything else. A list that closes 22/tcp is
refused unless allow_lockout is true. Instances of one region reach each other's private addresses whatever is set here.`,
  body: setFirewallBodySchema,
  example: {
    instance_name: 'kong',
    region: 'eu-central-1',
    rules: [22, 80, 443].map((port) => ({ protocol: 'tcp', from_port: port, to_port: port })),
  },
  result: z
    .looseObject({
      rules: z.array(firewallRuleSchema).meta({ description: 'What is open; on a dry run, now', example: [] }),
    })
    .meta({ description: 'What is open', example: { instance_name: 'kong', rules: [] } }),
};

const showFirewall = {
  operationId: 'show_firewall',
  tags,
  summary: 'Show the firewall of an instance',
  description: 'What Lightsail lets through to the public addresses of an instance.',
  params: instanceParamsSchema,
  querystring: regionQuerySchema,
  response: { 200: firewallSchema, ...errorResponses },
};

const listStaticIps = {
  operationId: 'list_static_ips',
  tags,
  summary: 'List static IPs',
  description: 'Every static IP of a region, and which instance has it. An idle one costs money.',
  querystring: regionQuerySchema,
  response: {
    200: z
      .object({ static_ips: z.array(staticIpSchema).meta({ description: 'All of the region', example: [] }) })
      .meta({ description: 'The static IPs of a region' }),
    ...errorResponses,
  },
};

export const instanceNetwork: FastifyPluginAsyncZod<NetworkOptions> = async (app, options) => {
  const { reads } = options;
  for (const route of [attach, release, setFirewall]) operationRoute(app, options, route);
  app.get('/static-ips', { schema: listStaticIps }, async ({ query }) => ({
    static_ips: await reads.staticIps(query.region),
  }));
  app.get('/instances/:instance_name/firewall', { schema: showFirewall }, async ({ params, query }) => ({
    instance_name: params.instance_name,
    rules: await reads.firewall(query.region, params.instance_name),
  }));
};
