import { z } from 'zod';
import { domainProblem, normalName, recordNameProblem } from '../lib/dns-name.ts';
import { type RecordType, recordTypes, valueProblem, wireValue } from '../lib/dns-value.ts';
import { reasonSchema } from './common.ts';

const domain = z
  .string()
  .max(1024)
  .superRefine((text, context) => {
    const message = domainProblem(text);
    if (message) context.addIssue({ code: 'custom', message });
  })
  .transform(normalName)
  .meta({ description: 'Name of the hosted zone; capitals and a final dot do not count', example: 'example.com' });

const hostedZoneId = z
  .string()
  .regex(/^(\/hostedzone\/)?[A-Z0-9]{1,32}$/, 'is no id of a hosted zone, such as Z0123456789ABCDEFGHIJ')
  .transform((id) => id.replace('/hostedzone/', ''))
  .meta({ description: 'Id of the hosted zone, where several have the same name', example: 'Z0123456789ABCDEFGHIJ' });

const recordName = z
  .string()
  .min(1, 'is empty: the zone itself is "@"')
  .max(1024)
  .superRefine((text, context) => {
    const message = recordNameProblem(text);
    if (message) context.addIssue({ code: 'custom', message });
  })
  .meta({
    description:
      'Name of the record: `@` for the zone itself, absolute when it ends with the zone’s name or with a dot, otherwise below the zone',
    example: 'www',
  });

const type = z
  .enum(recordTypes, {
    error: ({ input }) =>
      input === 'SOA'
        ? 'is SOA, which Route 53 keeps by itself: it is shown, not changed'
        : `is none of ${recordTypes.join(', ')}`,
  })
  .meta({ description: `Type of the record: ${recordTypes.join(', ')}`, example: 'A' });

const values = z
  .array(z.string().max(10_000))
  .min(1, 'is empty: to have no record, delete it')
  .max(400, 'are too many: Route 53 takes at most 400')
  .meta({
    description:
      'All values of the record, in any order. A TXT value is plain text, which is quoted and split here, or is quoted already',
    example: ['203.0.113.7'],
  });

const ttl = z
  .int()
  .min(0)
  .max(2_147_483_647)
  .meta({ description: 'Seconds that resolvers may keep the answer', example: 300 });

const wait = z.boolean().default(true).meta({
  description: 'Whether to wait until every name server of Route 53 has the change, mostly within a minute',
  example: true,
});

const zoneNaming = { domain: domain.optional(), hosted_zone_id: hostedZoneId.optional() };

/** Characters of all values of one request; Route 53 takes 32,000 and counts those of an UPSERT twice. */
const charactersLimit = 16_000;

interface RecordFields {
  domain?: string | undefined;
  hosted_zone_id?: string | undefined;
  name: string;
  type: RecordType;
  values?: string[] | undefined;
}

function checkRecord(record: RecordFields, context: z.core.$RefinementCtx): void {
  const { name, type, values = [] } = record;
  const issue = (path: (string | number)[], message: string) => context.addIssue({ code: 'custom', path, message });
  if (record.domain === undefined && record.hosted_zone_id === undefined && !normalName(name).includes('.')) {
    issue(['domain'], 'is missing: without it or hosted_zone_id, name must be a full one, such as www.example.com');
  }
  if (type === 'NS' && name.startsWith('*')) issue(['name'], 'is a wildcard, which NS records cannot have');
  const problems = values.map((value) => valueProblem(type, value));
  for (const [index, problem] of problems.entries()) if (problem) issue(['values', index], problem);
  if (problems.some(Boolean)) return;
  const wire = values.map((value) => wireValue(type, value));
  for (const [index, value] of wire.entries()) {
    if (wire.indexOf(value) < index) issue(['values', index], `repeats /values/${wire.indexOf(value)}`);
  }
  if (type === 'CNAME' && values.length > 1) issue(['values'], 'are too many: a CNAME has exactly one');
  if (wire.join('').length > charactersLimit) issue(['values'], `have more than ${charactersLimit} characters`);
}

const recordFields = { ...zoneNaming, name: recordName, type };

export const createHostedZoneBodySchema = z
  .strictObject({ domain, reason: reasonSchema.optional() })
  .meta({ id: 'CreateHostedZone', description: 'A public hosted zone to create, or to find as it is' });

export const upsertRecordBodySchema = z
  .strictObject({ ...recordFields, values, ttl: ttl.default(300), wait, reason: reasonSchema.optional() })
  .superRefine(checkRecord)
  .meta({ id: 'UpsertRecord', description: 'A record as it is to be: all of its values' });

/** `confirm` is checked by the operation, which answers 409 confirm_required. */
export const deleteRecordBodySchema = z
  .strictObject({
    ...recordFields,
    values: values.optional().meta({
      description: 'Values that the record must have for it to be deleted; whatever it has when left out',
      example: ['203.0.113.7'],
    }),
    ttl: ttl.optional().meta({ description: 'The same for its TTL, in seconds', example: 300 }),
    wait,
    confirm: z
      .string()
      .max(1024)
      .optional()
      .meta({ description: 'The exact name of the record', example: 'www.example.com' }),
    reason: reasonSchema.optional(),
  })
  .superRefine(checkRecord)
  .meta({ id: 'DeleteRecord', description: 'A record to delete' });

export const zoneQuerySchema = z.strictObject(zoneNaming).superRefine(({ domain, hosted_zone_id }, context) => {
  if (domain !== undefined || hosted_zone_id !== undefined) return;
  context.addIssue({ code: 'custom', path: ['domain'], message: 'is missing; hosted_zone_id would do as well' });
});

export const hostedZoneSchema = z
  .object({
    hosted_zone_id: z.string().meta({ description: 'Its id', example: 'Z0123456789ABCDEFGHIJ' }),
    domain: z.string().meta({ description: 'Its name', example: 'example.com' }),
    name_servers: z.array(z.string()).meta({
      description: 'To be set at the registrar of the domain: until then nobody asks this zone',
      example: ['ns-1.awsdns-00.com', 'ns-513.awsdns-01.net', 'ns-1025.awsdns-02.org', 'ns-1537.awsdns-03.co.uk'],
    }),
    records: z
      .int()
      .nullable()
      .meta({ description: 'How many records it has; null when AWS does not tell', example: 2 }),
  })
  .meta({
    id: 'HostedZone',
    description: 'A public hosted zone of Route 53',
    example: { hosted_zone_id: 'Z0123456789ABCDEFGHIJ', domain: 'example.com', name_servers: [], records: 2 },
  });

export const recordSchema = z
  .object({
    name: z.string().meta({ description: 'Its full name', example: 'www.example.com' }),
    type: z.string().meta({ description: 'Its type', example: 'A' }),
    ttl: z
      .int()
      .nullable()
      .meta({ description: 'Seconds that resolvers may keep it; null for an alias', example: 300 }),
    values: z
      .array(z.string())
      .meta({ description: 'Its values as Route 53 has them, TXT quoted', example: ['203.0.113.7'] }),
    alias: z
      .object({
        target: z.string().meta({ description: 'What it stands for', example: 'd111111abcdef8.cloudfront.net' }),
        hosted_zone_id: z.string().meta({ description: 'Zone of the target', example: 'Z2FDTNDATAQYW2' }),
      })
      .nullable()
      .meta({ description: 'Of an alias record: the AWS resource it stands for', example: null }),
    set_identifier: z
      .string()
      .nullable()
      .meta({ description: 'Of a weighted, latency or other routed record: which of its set', example: null }),
    changeable: z.boolean().meta({
      description: 'False for what is shown, but not changed here: aliases, routed records, SOA and NS of the zone',
      example: true,
    }),
  })
  .meta({ id: 'Record', description: 'A record set of a hosted zone' });

const previous = z
  .object({
    ttl: z.int().meta({ description: 'Its TTL in seconds', example: 3600 }),
    values: z.array(z.string()).meta({ description: 'Its values', example: ['203.0.113.9'] }),
  })
  .nullable();

/** What a change of a record tells; a dry run says nothing of a change. */
export const recordResultSchema = z
  .looseObject({
    hosted_zone_id: z.string().meta({ description: 'The zone', example: 'Z0123456789ABCDEFGHIJ' }),
    domain: z.string().meta({ description: 'Its name', example: 'example.com' }),
    record: recordSchema
      .pick({ name: true, type: true, ttl: true, values: true })
      .nullable()
      .meta({
        description: 'The record as it is now; null when there is none',
        example: { name: 'www.example.com', type: 'A', ttl: 300, values: ['203.0.113.7'] },
      }),
    previous: previous.optional().meta({
      description: 'What it was before; null when there was none',
      example: { ttl: 3600, values: ['203.0.113.9'] },
    }),
    change_id: z.string().nullable().optional().meta({
      description: 'Route 53’s name for the change; null when nothing was changed',
      example: 'C2682N5HXP0BZ4',
    }),
    in_sync: z
      .boolean()
      .nullable()
      .optional()
      .meta({ description: 'Whether every name server of Route 53 has it; null when not known', example: true }),
    old_answer_until: z.iso.datetime().nullable().optional().meta({
      description: 'Until when resolvers may still give the old answer; null when nothing was changed',
      example: '2026-11-21T11:00:00.000Z',
    }),
  })
  .meta({ description: 'The record, and what was before', example: { hosted_zone_id: 'Z0123456789ABCDEFGHIJ' } });

export type CreateHostedZoneBody = z.output<typeof createHostedZoneBodySchema>;
export type UpsertRecordBody = z.output<typeof upsertRecordBodySchema>;
export type DeleteRecordBody = z.output<typeof deleteRecordBodySchema>;
export type HostedZone = z.output<typeof hostedZoneSchema>;
export type RecordSet = z.output<typeof recordSchema>;
