import { z } from 'zod';
import { instanceNameSchema, keyPairNameSchema, reasonSchema, regionSchema, secretOf } from './common.ts';

/** The tag that names the operation which made a resource. */
export const operationTag = 'fountain-operation';

export const blueprintId = z
  .string()
  .regex(/^[a-z0-9_]{1,64}$/, 'takes lower case letters, digits and _')
  .meta({ description: 'Blueprint: the system to install', example: 'debian_12' });
export const bundleId = z
  .string()
  .regex(/^[a-z0-9_]{1,64}$/, 'takes lower case letters, digits and _')
  .meta({ description: 'Bundle: the size and price', example: 'nano_3_0' });
export const availabilityZone = z
  .string()
  .regex(/^[a-z]{2}(-[a-z]+)+-\d{1,2}[a-z]$/, 'is a region and a letter, such as eu-central-1a')
  .meta({ description: 'Availability zone of the region', example: 'eu-central-1a' });
const ipAddressType = z.enum(['dualstack', 'ipv4', 'ipv6']).meta({
  description: 'Which public addresses it gets; with ipv6 no call here can log in to it',
  example: 'dualstack',
});

/** Text that AWS tells: not checked, so that what it comes up with can be shown. */
const text = (description: string, example: string) => z.string().meta({ description, example });

export const instanceSchema = z
  .object({
    name: text('Name of the instance', 'apps'),
    arn: z.string().meta({
      description: 'AWS’s name for it, never given out again',
      example: 'arn:aws:lightsail:eu-central-1:111122223333:Instance/0f1e2d3c-1111-2222-3333-444455556666',
    }),
    created_at: z.iso.datetime().meta({ description: 'When it was created', example: '2026-11-21T10:00:00.000Z' }),
    region: text('Region that it is in', 'eu-central-1'),
    availability_zone: text('Availability zone that it is in', 'eu-central-1a'),
    blueprint_id: text('Blueprint: the system that it started with', 'debian_12'),
    bundle_id: text('Bundle: its size', 'nano_3_0'),
    state: z.string().meta({
      description: 'pending, running, stopping, stopped, shutting-down or terminated',
      example: 'running',
    }),
    public_ip: z
      .string()
      .nullable()
      .meta({ description: 'Public IPv4 address; another one after stop and start', example: '203.0.113.7' }),
    is_static_ip: z.boolean().meta({ description: 'Whether its public address is a static IP', example: false }),
    private_ip: z.string().nullable().meta({ description: 'Private IPv4 address', example: '172.26.3.4' }),
    username: text('User to log in as', 'admin'),
    ram_mb: z.int().nonnegative().meta({ description: 'Memory in MiB', example: 512 }),
    disk_gb: z.int().nonnegative().meta({ description: 'System disk in GB', example: 20 }),
    key_pair_name: z
      .string()
      .nullable()
      .meta({ description: 'Key pair that it was made with', example: 'LightsailDefaultKeyPair' }),
    ip_address_type: ipAddressType,
    tags: z
      .record(z.string(), z.string())
      .meta({ description: 'Its tags', example: { [operationTag]: 'op_019aa2b3c4d0f1e2d3c4' } }),
    monthly_usd: z.number().nullable().meta({
      description: 'Price of its bundle in USD a month, also while it is stopped; null when AWS does not tell',
      example: 5,
    }),
  })
  .meta({ id: 'Instance', description: 'A Lightsail instance' });

export const bundleSchema = z
  .object({
    bundle_id: text('Its id', 'nano_3_0'),
    name: text('Name of its size', 'Nano'),
    price_usd_month: z
      .number()
      .nullable()
      .meta({ description: 'Price in USD a month; null when AWS does not tell', example: 5 }),
    ram_mb: z.int().nonnegative().meta({ description: 'Memory in MiB', example: 512 }),
    cpu_count: z.int().nonnegative().meta({ description: 'Virtual processors', example: 2 }),
    disk_gb: z.int().nonnegative().meta({ description: 'Disk in GB', example: 20 }),
    transfer_gb: z.int().nonnegative().meta({ description: 'Transfer included, in GB a month', example: 1024 }),
    public_ipv4: z.boolean().meta({ description: 'Whether it has a public IPv4 address', example: true }),
    power: z.int().meta({ description: 'To compare with a blueprint’s min_power', example: 298 }),
    platforms: z
      .array(z.string())
      .meta({ description: 'Systems it takes: LINUX_UNIX, WINDOWS', example: ['LINUX_UNIX'] }),
    active: z.boolean().meta({ description: 'False: retired, listed but perhaps not sold', example: true }),
  })
  .meta({ id: 'Bundle', description: 'A size that an instance can have, and its price' });

export const blueprintSchema = z
  .object({
    blueprint_id: text('Its id', 'debian_12'),
    name: text('Name of the system', 'Debian'),
    group: text('Group of versions it belongs to', 'debian'),
    type: text('os, or app for one with a program on it', 'os'),
    version: text('Version', '12'),
    platform: text('LINUX_UNIX or WINDOWS', 'LINUX_UNIX'),
    min_power: z.int().meta({ description: 'The least power that its bundle must have', example: 0 }),
    active: z.boolean().meta({ description: 'False: retired, listed but perhaps not sold', example: true }),
  })
  .meta({ id: 'Blueprint', description: 'A system that an instance can start with' });

const tagText = /^[\p{L}\p{N}\p{Zs}_.:/=+@-]*$/u;
const tags = z
  .record(z.string().min(1).max(128).regex(tagText), z.string().max(256).regex(tagText))
  .superRefine((all, context) => {
    const keys = Object.keys(all);
    if (keys.length > 49) context.addIssue({ code: 'custom', message: 'are too many: at most 49' });
    for (const key of keys.filter((one) => /^aws:/i.test(one) || one === operationTag)) {
      context.addIssue({ code: 'custom', path: [key], message: 'is reserved' });
    }
  })
  .default({})
  .meta({
    description: 'Tags to create it with: letters, digits, spaces and _ . : / = + @ -',
    example: { stack: 'fountain' },
  });

export const createInstanceBodySchema = z
  .strictObject({
    instance_name: instanceNameSchema,
    blueprint_id: blueprintId,
    bundle_id: bundleId,
    region: regionSchema,
    availability_zone: availabilityZone,
    key_pair_name: keyPairNameSchema.optional(),
    user_data: secretOf(
      z
        .string()
        .min(1)
        .refine((text) => Buffer.byteLength(text) <= 16384, 'is too long: at most 16 KiB'),
    )
      .optional()
      .meta({ description: 'Script for the first boot; secret', example: '#!/bin/sh\necho ready\n' }),
    tags,
    ip_address_type: ipAddressType.default('dualstack'),
    wait_seconds: z
      .int()
      .min(0)
      .max(290)
      .default(240)
      .meta({ description: 'How long to wait until it runs, has an address and answers over SSH', example: 240 }),
    allow_over_budget: z
      .boolean()
      .default(false)
      .meta({ description: 'Create it although all would cost more than BUDGET_EUR_MONTH', example: false }),
    reason: reasonSchema.optional(),
  })
  .refine(({ region, availability_zone }) => availability_zone.slice(0, -1) === region, {
    path: ['availability_zone'],
    message: 'is not in this region',
  })
  .meta({ id: 'CreateInstance', description: 'An instance to create, or to find as it is' });

export const createKeyPairBodySchema = z
  .strictObject({
    key_pair_name: keyPairNameSchema,
    region: regionSchema,
    reason: reasonSchema.optional(),
  })
  .meta({ id: 'CreateKeyPair', description: 'A key pair to make here and to import into the region' });

export const instanceParamsSchema = z
  .strictObject({ instance_name: instanceNameSchema })
  .meta({ id: 'InstanceParams', description: 'The instance to look at' });

export type Instance = z.output<typeof instanceSchema>;
export type Bundle = z.output<typeof bundleSchema>;
export type Blueprint = z.output<typeof blueprintSchema>;
export type CreateInstanceBody = z.output<typeof createInstanceBodySchema>;
export type CreateKeyPairBody = z.output<typeof createKeyPairBodySchema>;
