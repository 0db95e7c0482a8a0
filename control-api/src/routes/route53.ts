import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { errorResponses } from '../schemas/answers.ts';
import {
  createHostedZoneBodySchema,
  deleteRecordBodySchema,
  type HostedZone,
  hostedZoneSchema,
  type RecordSet,
  recordResultSchema,
  recordSchema,
  upsertRecordBodySchema,
  zoneQuerySchema,
} from '../schemas/route53.ts';
import { type OperationOptions, operationRoute } from './operation-route.ts';

/** All throw AppErrors: zone_not_found, zone_ambiguous, and what AWS answers. */
export interface Route53Reads {
  hostedZones(): Promise<HostedZone[]>;
  records(query: z.output<typeof zoneQuerySchema>): Promise<{ zone: HostedZone; records: RecordSet[] }>;
}

export interface Route53Options extends OperationOptions {
  reads: Route53Reads;
}

const tags = ['dns'];

const createHostedZone = {
  name: 'hosted-zone.create',
  url: '/create-hosted-zone',
  tags,
  summary: 'Create a hosted zone',
  description: `Creates the public hosted zone of a domain, or finds it, and tells its name servers: set these at the registrar of
the domain, or nobody asks the zone. AWS bills each zone by the month. A lost answer never makes a second zone.`,
  body: createHostedZoneBodySchema,
  example: { domain: 'example.com' },
  result: z
    .looseObject({
      zone: hostedZoneSchema
        .nullable()
        .meta({ description: 'The zone; null on a dry run that would create it', example: { domain: 'example.com' } }),
    })
    .meta({ description: 'What is there now', example: { zone: { domain: 'example.com' } } }),
};

const naming = `The zone is named by domain or hosted_zone_id; without both, it is the closest one above the record's full name. In
\`name\`, \`@\` is the zone itself; a name that ends with the zone's name or with a dot is absolute; any other stands below the
zone: \`www\` in example.com is www.example.com. Capitals, a final dot and escapes (\`\\052\` is \`*\`) do not count.`;

const upsertRecord = {
  name: 'record.upsert',
  url: '/upsert-record',
  tags,
  summary: 'Create or change a record',
  description: `Sets all values and the TTL of a record, unless they are so already, and waits until every name server of Route 53 has
them. Tells what was there before, and until when resolvers may still give the old answer.

${naming}

A TXT value is plain text, quoted and split here; one that starts with a quotation mark is taken as it is. Aliases, weighted and
other routed records, and NS and SOA of the zone itself are shown, but not changed.`,
  body: upsertRecordBodySchema,
  example: { domain: 'example.com', name: 'www', type: 'A', values: ['203.0.113.7'] },
  result: recordResultSchema,
};

const deleteRecord = {
  name: 'record.delete',
  url: '/delete-record',
  tags,
  summary: 'Delete a record',
  description: `Deletes a record with all its values; \`confirm\` is its exact name. With \`values\` or \`ttl\` only if it has those.
One that is not there is no error.

${naming}`,
  body: deleteRecordBodySchema,
  example: { domain: 'example.com', name: 'www', type: 'A', confirm: 'www.example.com' },
  result: recordResultSchema,
};

const hostedZones = {
  operationId: 'list_hosted_zones',
  tags,
  summary: 'List hosted zones',
  description: 'Every public hosted zone of the account, with its name servers.',
  response: {
    200: z
      .object({ hosted_zones: z.array(hostedZoneSchema).meta({ description: 'The zones', example: [] }) })
      .meta({ description: 'The public hosted zones' }),
    ...errorResponses,
  },
};

const records = {
  operationId: 'list_records',
  tags,
  summary: 'List records',
  description: 'Every record of a zone, those that cannot be changed here included.',
  querystring: zoneQuerySchema,
  response: {
    200: z
      .object({
        zone: hostedZoneSchema.meta({ description: 'The zone', example: { domain: 'example.com' } }),
        records: z.array(recordSchema).meta({ description: 'Its records', example: [] }),
      })
      .meta({ description: 'A zone and its records' }),
    ...errorResponses,
  },
};

export const route53: FastifyPluginAsyncZod<Route53Options> = async (app, options) => {
  const { reads } = options;
  operationRoute(app, options, createHostedZone);
  operationRoute(app, options, upsertRecord);
  operationRoute(app, options, deleteRecord);

  app.get('/hosted-zones', { schema: hostedZones }, async () => ({ hosted_zones: await reads.hostedZones() }));
  app.get('/records', { schema: records }, ({ query }) => reads.records(query));
};
