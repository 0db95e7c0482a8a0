import { z } from 'zod';
import { hostFields, reasonField, requireHost } from './host.ts';
import { appsIpSchema, kongResultSchema } from './kong.ts';
import { limitsSchema } from './manifest.ts';
import { accessSchema, usernameSchema } from './secrets-file.ts';

/** A consumer, and the host whose gateway it shall be known to. */
const fields = { ...hostFields, apps_ip: appsIpSchema.optional(), username: usernameSchema, ...reasonField } as const;

export const addConsumerBodySchema = z
  .strictObject({
    ...fields,
    access: accessSchema.optional().meta({
      description: 'All that it may do: read (GET and HEAD), or write, by app or for all. Left out, it stays as it is',
      example: { all: 'read', 'character-management-api': 'write' },
    }),
    limits: limitsSchema
      .nullable()
      .optional()
      .meta({
        description: 'All of its own limits; null for none. Left out, they stay as they are',
        example: { minute: 1000 },
      }),
  })
  .superRefine(requireHost);

export const rotateKeyBodySchema = z
  .strictObject({
    ...fields,
    drop_old: z.boolean().default(false).meta({
      description: 'false: a new key is made, and the old one goes on working; true: the old one is dropped',
      example: false,
    }),
  })
  .superRefine(requireHost);

export const revokeKeyBodySchema = z
  .strictObject({
    ...fields,
    confirm: z
      .string()
      .optional()
      .meta({ description: 'The username again, since this destroys something', example: 'story-reader' }),
  })
  .superRefine(requireHost);

export type AddConsumerBody = z.output<typeof addConsumerBodySchema>;
export type RotateKeyBody = z.output<typeof rotateKeyBodySchema>;
export type RevokeKeyBody = z.output<typeof revokeKeyBodySchema>;

/** The result of the three calls. */
export const consumerResultSchema = kongResultSchema
  .extend({
    username: usernameSchema,
    keys: z.int().meta({ description: 'How many keys of it are let in: 2 while a rotation goes on', example: 1 }),
    key_path: z.string().nullable().meta({
      description: 'File with its newest key alone, mode 0600; null once it is revoked',
      example: '/home/me/data/consumers/story-reader.key',
    }),
  })
  .meta({ description: 'Kong as it is now, and the consumer', example: { username: 'story-reader', keys: 1 } });
