import { z } from 'zod';
import type { Secret } from '../lib/secret.ts';
import { envValueSchema, secretNameSchema } from './app-fields.ts';
import { secretOf } from './common.ts';
import { limitsSchema } from './manifest.ts';

/** SECRETS_FILE: the values that manifests only name, and the consumers of the gateway with their keys. */

/** It names a file of DATA_DIR too. */
export const usernameSchema = z
  .string()
  .max(64, 'is longer than 64 characters')
  .regex(/^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$/, 'takes lower-case letters and digits, and . _ - inside')
  .meta({ description: 'Name of a consumer of the gateway', example: 'story-reader' });

export const accessSchema = z
  .record(
    z.string().regex(/^[a-z][a-z0-9-]{1,38}$/, 'is no name of an app and not all'),
    z.enum(['read', 'write'], { error: 'is neither read nor write' }),
  )
  .refine((access) => Object.keys(access).length > 0, 'names no app')
  .meta({
    description: 'What it may do, by app or for all: read (GET and HEAD), or write, which includes reading',
    example: { all: 'read', 'character-management-api': 'write' },
  });

const keySchema = secretOf(
  z
    .string()
    .max(256, 'is longer than 256 characters')
    .regex(
      /^[A-Za-z0-9._~+/=-]{16,}$/,
      'is shorter than 16 characters, or has one that is none of A-Z a-z 0-9 . _ ~ + / = -',
    ),
);

const consumerSchema = z.strictObject({
  username: usernameSchema,
  keys: z
    .tuple([keySchema], 'has no key')
    .rest(keySchema)
    .refine((keys) => keys.length <= 2, 'has more than two keys'),
  access: accessSchema,
  limits: limitsSchema.optional(),
});

export const secretsFileSchema = z
  .strictObject({
    apps: z.record(z.string(), z.record(secretNameSchema, secretOf(envValueSchema))).default({}),
    consumers: z.array(consumerSchema).default([]),
  })
  .superRefine(({ consumers }, context) => {
    const usernames = consumers.map(({ username }) => username);
    const keys = consumers.flatMap(({ keys: own }, at) => own.map((key, index) => ({ text: textOf(key), at, index })));
    for (const [at, name] of usernames.entries()) {
      if (usernames.indexOf(name) === at) continue;
      context.addIssue({ code: 'custom', path: ['consumers', at, 'username'], message: 'is that of another consumer' });
    }
    for (const [position, { text, at, index }] of keys.entries()) {
      if (keys.findIndex((other) => other.text === text) === position) continue;
      context.addIssue({ code: 'custom', path: ['consumers', at, 'keys', index], message: 'is there twice' });
    }
  });

/** A key that did not fit is still the text of the file when all are compared. */
function textOf(key: Secret | string): string {
  return typeof key === 'string' ? key : key.reveal();
}

/** Who may use the gateway. */
export interface Consumer {
  username: string;
  /** One, or two while a rotation is not confirmed: the old one first. */
  keys: readonly Secret[];
  /** By name of app, or `all`. */
  access: Readonly<Record<string, 'read' | 'write'>>;
  /** In place of the app's and the gateway's. */
  limits?: { minute?: number | undefined; hour?: number | undefined } | undefined;
}

export interface Secrets {
  /** By app, then by name of the variable. */
  apps: Readonly<Record<string, Readonly<Record<string, Secret>>>>;
  consumers: readonly Consumer[];
}
