import { z } from 'zod';
import { invalidInput } from './errors.ts';

const number = (most: number) =>
  z
    .string()
    .regex(/^\d{1,10}$/)
    .transform(Number)
    .refine((value) => value <= most);
const flag = z.enum(['true', 'false']).transform((text) => text === 'true');

const aliasTarget = z.object({ HostedZoneId: z.string(), DNSName: z.string(), EvaluateTargetHealth: flag });

const resourceRecordSet = z.object({
  Name: z.string().min(1).max(1024),
  Type: z.enum(['SOA', 'A', 'TXT', 'NS', 'CNAME', 'MX', 'PTR', 'SRV', 'SPF', 'AAAA', 'CAA', 'DS']),
  SetIdentifier: z.string().min(1).max(128).optional(),
  Weight: number(255).optional(),
  Region: z.string().optional(),
  Failover: z.enum(['PRIMARY', 'SECONDARY']).optional(),
  MultiValueAnswer: flag.optional(),
  TTL: number(2_147_483_647).optional(),
  ResourceRecords: z.object({ ResourceRecord: z.array(z.object({ Value: z.string().max(4000) })).min(1) }).optional(),
  AliasTarget: aliasTarget.optional(),
});

const change = z.object({
  Action: z.enum(['CREATE', 'DELETE', 'UPSERT']),
  ResourceRecordSet: resourceRecordSet,
});

export const changeRequest = z.object({
  ChangeBatch: z.object({
    Comment: z.string().max(256).optional(),
    Changes: z.object({ Change: z.array(change).min(1) }),
  }),
});

export const createHostedZoneRequest = z.object({
  Name: z.string().min(1).max(1024),
  CallerReference: z.string().min(1).max(128),
  HostedZoneConfig: z.object({ Comment: z.string().max(256).optional() }).optional(),
  VPC: z.object({ VPCId: z.string(), VPCRegion: z.string() }).optional(),
});

export type ChangeInput = z.output<typeof change>;
export type CreateHostedZoneInput = z.output<typeof createHostedZoneRequest>;

/** What a body or a query must be. Throws InvalidInput that names the member. */
export function take<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const { data, error } = schema.safeParse(value);
  if (!error) return data as z.output<S>;
  throw invalidInput(
    `Invalid XML ; ${error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')}`,
  );
}
