import { z } from 'zod';
import { Secret } from '../lib/secret.ts';

export const regionSchema = z
  .string()
  .regex(/^[a-z]{2}(-[a-z]+)+-\d{1,2}$/, 'is no AWS region, such as eu-central-1')
  .meta({ description: 'AWS region', example: 'eu-central-1' });

/** Lightsail takes 2 to 255 characters; starting and ending with one of the first two kinds keeps names apart from options and paths. */
export const resourceNameSchema = z
  .string()
  .min(2, 'is too short: at least 2 characters')
  .max(255, 'is too long: at most 255 characters')
  .regex(
    /^[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?$/,
    'takes letters, digits, - _ and . and starts and ends with a letter or digit',
  );

export const instanceNameSchema = resourceNameSchema.meta({ description: 'Name of the instance', example: 'apps' });

export const keyPairNameSchema = resourceNameSchema.meta({
  description: 'Name of a key pair of the region',
  example: 'fountain-key',
});

export const reasonSchema = z
  .string()
  .max(500, 'is too long: at most 500 characters')
  .regex(/^\P{Cc}*$/u, 'takes no control characters')
  .meta({ description: 'Why; kept in the journal', example: 'first rollout' });

/** Text that becomes a Secret as soon as it has passed `checks`; the JSON schema shows those. */
export function secretOf(checks: z.ZodString) {
  return checks.transform((value) => new Secret(value));
}
