import { z } from 'zod';
import { reasonSchema, secretOf } from './common.ts';

/** GitHub's limit for the value of a secret, in bytes. */
const valueLimit = 48 * 1024;

export const repoName = z
  .string()
  .regex(/^[^/]+\/[^/]+$/, 'is not OWNER/REPO, such as fountain/story-stack')
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,38}\/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/, 'has a character that GitHub refuses')
  .meta({ description: 'The repository: owner and name; capitals do not count', example: 'fountain/story-stack' });

const environment = z
  .string()
  .max(255, 'is too long: at most 255 characters')
  .regex(/^(?!\.{1,2}$)[^\p{Cc}\s]([^\p{Cc}]*[^\p{Cc}\s])?$/u, 'is no name of an environment')
  .meta({
    description: 'Environment of the repository that has the secret; left out: the repository itself',
    example: 'production',
  });

const secretName = z
  .string()
  .min(1, 'is empty')
  .max(255, 'is too long: at most 255 characters')
  .regex(/^[A-Za-z0-9_]*$/, 'takes letters, digits and _ only')
  .regex(/^(?!\d)/, 'starts with a digit, which GitHub refuses')
  .regex(/^(?!GITHUB_)/i, 'starts with GITHUB_, which GitHub keeps for itself')
  .transform((name) => name.toUpperCase())
  .meta({ description: 'Name of the secret; GitHub takes it in capitals', example: 'GATEWAY_ADDRESS' });

const secretValue = secretOf(
  z
    .string()
    .min(1, 'is empty: a workflow cannot tell that from a secret that is not there; delete it instead')
    .refine((value) => Buffer.byteLength(value) <= valueLimit, `is too long: at most 48 KB (${valueLimit} bytes)`)
    .refine((value) => value.isWellFormed(), 'is no Unicode text: it has half a character'),
).meta({ description: 'Its value; sealed here so that only GitHub can read it', example: '203.0.113.7' });

/** Of any kind: `ghp_`, `github_pat_`, `ghs_`; what can stand in a header. */
const token = secretOf(
  z
    .string()
    .max(2000, 'is too long to be a token')
    .regex(/^[\x21-\x7e]+$/, 'is no token: it is empty, or has spaces or characters that no token has'),
).meta({
  description:
    'Token for this one call; kept nowhere. Classic with scope `repo`, or fine-grained with "Secrets: write" (and "Environments: write" for secrets of an environment)',
  example: 'ghp_0123456789abcdefghijABCDEFGHIJ456789',
});

const place = { repo_name: repoName, environment: environment.optional() };

export const addSecretBodySchema = z
  .strictObject({
    ...place,
    secret_name: secretName,
    secret_value: secretValue,
    github_token: token,
    reason: reasonSchema.optional(),
  })
  .meta({ id: 'AddSecret', description: 'A secret of a repository or environment as it is to be' });

/** `confirm` is checked by the operation, which answers 409 confirm_required. */
export const deleteSecretBodySchema = z
  .strictObject({
    ...place,
    secret_name: secretName,
    github_token: token,
    confirm: z
      .string()
      .max(255)
      .optional()
      .meta({ description: 'The exact name of the secret', example: 'GATEWAY_ADDRESS' }),
    reason: reasonSchema.optional(),
  })
  .meta({ id: 'DeleteSecret', description: 'A secret to delete' });

export const secretsQuerySchema = z.strictObject(place);

/** A body would be the better place, but a GET has none. Headers are never logged. */
export const tokenHeaderSchema = z.looseObject({ 'x-github-token': token });

const stateSchema = z.enum(['in_sync', 'changed_elsewhere', 'unknown']).meta({
  description:
    'in_sync: as this control API wrote it last; changed_elsewhere: written again since, by somebody else; unknown: never written from here',
  example: 'in_sync',
});

export const githubSecretSchema = z
  .object({
    secret_name: z.string().meta({ description: 'Its name', example: 'GATEWAY_ADDRESS' }),
    created_at: z.iso.datetime().meta({ description: 'When it was made', example: '2026-11-21T10:00:00.000Z' }),
    updated_at: z.iso
      .datetime()
      .meta({ description: 'When it was last written, by whomever', example: '2026-11-21T10:00:00.000Z' }),
    state: stateSchema,
  })
  .meta({
    id: 'GithubSecret',
    description: 'A secret as GitHub shows it: never its value',
    example: {
      secret_name: 'GATEWAY_ADDRESS',
      created_at: '2026-11-21T10:00:00.000Z',
      updated_at: '2026-11-21T10:00:00.000Z',
      state: 'in_sync',
    },
  });

const environmentShown = z
  .string()
  .nullable()
  .meta({ description: 'The environment; null for the repository itself', example: 'production' });

export const secretResultSchema = z
  .looseObject({
    repo_name: z.string().meta({ description: 'The repository', example: 'fountain/story-stack' }),
    environment: environmentShown,
    secret: githubSecretSchema
      .nullable()
      .meta({ description: 'The secret as it is now; null when there is none', example: null }),
  })
  .meta({ description: 'The secret', example: { repo_name: 'fountain/story-stack', environment: null } });

export const secretsSchema = z
  .object({
    repo_name: z.string().meta({ description: 'The repository', example: 'fountain/story-stack' }),
    environment: environmentShown,
    secrets: z.array(githubSecretSchema).meta({ description: 'Its secrets', example: [] }),
  })
  .meta({ description: 'The secrets of a repository or of one of its environments' });

/** Where a secret is: a repository, or one of its environments. */
export type SecretPlace = z.output<typeof secretsQuerySchema>;
export type AddSecretBody = z.output<typeof addSecretBodySchema>;
export type DeleteSecretBody = z.output<typeof deleteSecretBodySchema>;
export type GithubSecret = z.output<typeof githubSecretSchema>;
