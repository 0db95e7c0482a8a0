import { z } from 'zod';
import { AppError } from '../lib/errors.ts';
import { type ImageReference, parseImage } from '../lib/image-reference.ts';
import {
  capabilitySchema,
  envNameSchema,
  envValueSchema,
  healthPathSchema,
  secretNameSchema,
  volumeSchema,
} from './app-fields.ts';
import { secretOf } from './common.ts';
import { hostFields, hostQueryFields, reasonField, requireHost } from './host.ts';
import { unitNames } from './host-reads.ts';

const NAME = /^[a-z][a-z0-9-]{1,38}$/;
const NAME_RULE = 'takes 2 to 39 lower-case letters, digits and -, and starts with a letter';

const hostedNameSchema = z.string().regex(NAME, NAME_RULE);

export const appNameSchema = hostedNameSchema
  .refine((name) => !(unitNames as readonly string[]).includes(name), 'is the name of a program of the host itself')
  .refine((name) => !name.endsWith('-replaced'), 'must not end with -replaced, which is the name of what is put aside')
  .refine((name) => !name.endsWith('-candidate'), 'must not end with -candidate, which is the name of what takes over')
  .meta({ description: 'Name of the app and of its container', example: 'my-app' });

const port = z.int().min(1).max(65535);

const deployFields = z.strictObject({
  ...hostFields,
  app: appNameSchema.optional().meta({
    description: 'A manifest of deploy-manifests/apps: it says all that is left out here',
    example: 'story-factory-api',
  }),
  tag: z
    .string()
    .regex(/^\w[\w.-]{0,127}$/, 'is no tag such as 1.4.2')
    .optional()
    .meta({ description: 'Tag of the image of the app’s manifest; latest when left out', example: '1.4.2' }),
  docker_image: z
    .string()
    .max(512, 'is too long')
    .superRefine((text, context) => {
      imageOf(text, context);
    })
    .optional()
    .meta({
      description: 'Image, by tag or by digest; needed without app',
      example: 'ghcr.io/user/repo/my-app:latest',
    }),
  name: appNameSchema.optional().meta({
    description:
      'Name of the app and of its container. Beside the app of a manifest, with ports and volumes of its own',
    example: 'my-app',
  }),
  ports: z
    .array(port)
    .max(2, 'takes two ports at most: blue and green')
    .refine(([blue, green]) => blue === undefined || blue !== green, 'names one port twice')
    .optional()
    .meta({
      description: `Port of the host that it answers on; none by default. Of two, the release in use has one, and the next one is
started on the other`,
      example: [8080],
    }),
  container_port: port
    .optional()
    .meta({ description: 'Port inside the container; default is the port of the host, if it has one', example: 3000 }),
  publish: z.enum(['private', 'public', 'loopback']).optional().meta({
    description: 'Addresses of the host it answers on: the private one (by default), all, or 127.0.0.1',
    example: 'private',
  }),
  env: z
    .record(envNameSchema, envValueSchema)
    .optional()
    .meta({
      description: 'Environment; everybody may see it. Laid over that of the manifest',
      example: { LOG_LEVEL: 'info' },
    }),
  secret_env: z
    .record(secretNameSchema, secretOf(envValueSchema))
    .optional()
    .meta({ description: 'Environment that is shown and kept nowhere but on the host', example: { API_KEY: '...' } }),
  volumes: z
    .array(volumeSchema)
    .max(20, 'takes 20 volumes at most')
    .optional()
    .meta({ description: 'Named volumes and where they appear', example: ['my-app-data:/data'] }),
  health_path: healthPathSchema.optional(),
  memory_mb: z
    .int()
    .min(16)
    .max(1_048_576)
    .optional()
    .meta({ description: 'Memory limit in MiB; 256 by default', example: 256 }),
  capabilities: z
    .array(capabilitySchema)
    .optional()
    .meta({ description: 'Capabilities that it keeps; all others are dropped', example: ['NET_BIND_SERVICE'] }),
  registry_username: z
    .string()
    .max(255, 'is too long')
    .regex(/^[^:\p{Cc}]+$/u, 'takes no colon and no control characters, and is not empty')
    .optional()
    .meta({ description: 'Login at the registry', example: 'user' }),
  registry_token: secretOf(
    z
      .string()
      .min(1, 'is empty')
      .max(4096, 'is too long')
      .regex(/^\P{Cc}+$/u, 'takes no control characters'),
  )
    .optional()
    .meta({ description: 'Its token or password; GHCR: a classic token with read:packages', example: 'ghp_...' }),
  ...reasonField,
});

/** The body of deploy-docker-app. What is left out is in the manifest that `app` names, or has its usual value. */
export const deployDockerAppBodySchema = deployFields.superRefine(requireHost).superRefine((body, context) => {
  const complain = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
  if (body.app === undefined) requireWhole(body, complain);
  else if (body.tag !== undefined && body.docker_image !== undefined) {
    complain('tag', 'is that of the image of the manifest: docker_image has its own');
  }
  if ((body.registry_username === undefined) !== (body.registry_token === undefined)) {
    const missing = body.registry_token === undefined ? 'registry_token' : 'registry_username';
    complain(missing, 'is missing: registry_username and registry_token go together');
  }
  for (const both of Object.keys(body.secret_env ?? {}).filter((key) => Object.hasOwn(body.env ?? {}, key))) {
    complain('secret_env', `${both} is in env too: send it once`);
  }
});

/** Of a body that no manifest completes. */
function requireWhole(body: z.output<typeof deployFields>, complain: (path: string, message: string) => void): void {
  const { docker_image: image, ports = [] } = body;
  if (image === undefined) {
    complain('docker_image', 'is missing: name an image, or an app that has a manifest');
    return;
  }
  if (body.tag !== undefined) complain('tag', 'goes with app: an image has its own tag');
  const name = body.name ?? imageOf(image)?.name ?? '';
  if (!appNameSchema.safeParse(name).success) {
    complain('name', `is needed: the image's own name "${name}" cannot be it, since a name ${NAME_RULE}`);
  }
  if (body.health_path !== undefined && ports.length === 0) {
    complain('health_path', 'needs a port in ports, or nothing answers it');
  }
  if (body.container_port !== undefined && ports.length === 0) {
    complain('container_port', 'needs a port in ports to be published on');
  }
  if (body.container_port === undefined && ports.length === 2) {
    complain(
      'container_port',
      'is needed: the program in the container listens on one port, whichever of the two leads to it',
    );
  }
}

export const rollbackDockerAppBodySchema = z
  .strictObject({
    ...hostFields,
    name: appNameSchema,
    to: z
      .string()
      .regex(/^(sha256:)?[0-9a-f]{64}$|^[0-9a-f]{64}-[0-9a-f]{12}$/, 'is no digest (sha256:...) and no id of a release')
      .meta({
        description: 'Digest of the image, or id, of the release wanted; GET /services/docker-apps shows them',
        example: 'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
      }),
    ...reasonField,
  })
  .superRefine(requireHost);

export const restartDockerAppBodySchema = z
  .strictObject({
    ...hostFields,
    name: appNameSchema,
    since: z.iso.datetime({ offset: true, error: 'is no time such as 2026-11-21T10:00:00Z' }).optional().meta({
      description: 'Do nothing when it was started later than this; without it every call restarts it',
      example: '2026-11-21T10:00:00Z',
    }),
    ...reasonField,
  })
  .superRefine(requireHost);

/** `confirm` is checked by the operation, which answers 409 confirm_required. */
export const removeDockerAppBodySchema = z
  .strictObject({
    ...hostFields,
    name: appNameSchema,
    confirm: z.string().max(255).optional().meta({ description: 'The exact name of the app', example: 'my-app' }),
    ...reasonField,
  })
  .superRefine(requireHost);

export const hostQuerySchema = z.strictObject(hostQueryFields).superRefine(requireHost);

export const logsQuerySchema = z
  .strictObject({
    ...hostQueryFields,
    name: hostedNameSchema.meta({ description: 'An app, or opensearch or kong', example: 'my-app' }),
    lines: z.coerce
      .number()
      .int()
      .min(1)
      .max(1000)
      .default(100)
      .meta({ description: 'How many of its last lines', example: 100 }),
  })
  .superRefine(requireHost);

export type DeployDockerAppBody = z.output<typeof deployDockerAppBodySchema>;
export type RollbackDockerAppBody = z.output<typeof rollbackDockerAppBodySchema>;
export type RestartDockerAppBody = z.output<typeof restartDockerAppBodySchema>;
export type RemoveDockerAppBody = z.output<typeof removeDockerAppBodySchema>;

function imageOf(text: string, context?: z.RefinementCtx): ImageReference | undefined {
  try {
    return parseImage(text);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    context?.addIssue({ code: 'custom', message: error.message });
    return undefined;
  }
}
