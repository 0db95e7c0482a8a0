import { z } from 'zod';
import { isEasilyGuessed } from '../lib/password-strength.ts';
import { secretOf } from './common.ts';
import { hostFields, reasonField, requireHost } from './host.ts';

/** OpenSearch's own rule for the first admin; 100 is the most that it takes. */
const adminPasswordSchema = secretOf(
  z
    .string()
    .max(100, 'is too long: at most 100 characters')
    .regex(/^[\x21-\x7e]*$/, 'takes printable ASCII characters without spaces')
    .refine((text) => text.length >= 8 && [/[A-Z]/, /[a-z]/, /\d/, /[^A-Za-z\d]/].every((kind) => kind.test(text)), {
      error: 'password too weak: it needs 8 characters, with upper case, lower case, a digit and a special one',
      abort: true,
    })
    .refine(
      (text) => !isEasilyGuessed(text),
      'password too weak: it is easily guessed; take a longer one without common words',
    ),
);

/** The body of deploy-opensearch. What the host can carry is found out by the operation. */
export const deployOpensearchBodySchema = z
  .strictObject({
    ...hostFields,
    version: z
      .string()
      .regex(/^\d{1,2}\.\d{1,3}\.\d{1,3}$/, 'is no version, such as 3.8.0')
      .optional()
      .meta({ description: 'Version; default is the one that is there, else 3.8.0', example: '3.8.0' }),
    heap_mb: z
      .int()
      .min(256, 'is too small: at least 256')
      .max(31 * 1024, 'is too large: at most 31744 (31 GiB)')
      .optional()
      .meta({ description: 'Heap of the JVM in MiB; default is half of the RAM, 512 on 2 GB', example: 512 }),
    security: z.enum(['private', 'tls'], 'is neither private nor tls').default('private').meta({
      description: 'private: http without login, on loopback and the private address; tls: https with login there',
      example: 'private',
    }),
    admin_password: adminPasswordSchema.optional().meta({
      description: 'With tls: of the user admin; without it one is made, and kept in DATA_DIR/passwords',
      example: 'correct-Horse7-battery',
    }),
    ...reasonField,
  })
  .superRefine(requireHost)
  .superRefine(({ security, admin_password }, context) => {
    if (security === 'tls' || admin_password === undefined) return;
    context.addIssue({
      code: 'custom',
      path: ['admin_password'],
      message: 'is for security tls only: private has no login',
    });
  });

export type DeployOpensearchBody = z.output<typeof deployOpensearchBodySchema>;

export const opensearchResultSchema = z
  .looseObject({
    url: z
      .string()
      .meta({ description: 'Where it answers, on the private network', example: 'http://172.26.0.7:9200' }),
    version: z.string().meta({ description: 'Version on the host', example: '3.8.0' }),
    heap_mb: z.int().meta({ description: 'Heap of the JVM in MiB', example: 512 }),
    security: z.enum(['private', 'tls']).meta({ description: 'As asked', example: 'private' }),
    cluster_name: z.string().meta({ description: 'Name of its cluster, of one node', example: 'fountain' }),
    removed_plugins: z
      .array(z.string())
      .meta({ description: 'Plugins that a host of this size does without', example: ['opensearch-ml'] }),
    admin_password_file: z.string().optional().meta({
      description: 'Where the password of admin is that was made here (tls without admin_password)',
      example: '/home/me/data/passwords/opensearch-eu-central-1-search',
    }),
  })
  .meta({ description: 'OpenSearch as it is now', example: { url: 'http://172.26.0.7:9200', version: '3.8.0' } });
