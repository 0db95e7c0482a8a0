import { z } from 'zod';
import { readCidr } from '../lib/cidr.ts';
import { domainProblem } from '../lib/dns-name.ts';
import { AppError } from '../lib/errors.ts';
import { parseImage } from '../lib/image-reference.ts';
import { checkWith } from '../lib/zod-problems.ts';
import { envNameSchema, envValueSchema, healthPathSchema, secretNameSchema, volumeSchema } from './app-fields.ts';
import { instanceNameSchema, keyPairNameSchema, regionSchema, resourceNameSchema } from './common.ts';
import { setFirewallBodySchema } from './firewall.ts';
import { repoName } from './github.ts';
import type { OpenApi } from './kong-extensions.ts';
import { availabilityZone, blueprintId, bundleId } from './lightsail.ts';

/** The files of deploy-manifests, which say what is deployed where. */

/** A complaint about what is there; what is not there is missing. */
const wording = (complaint: string) => ({
  error: ({ input }: { input?: unknown }) => (input === undefined ? undefined : complaint),
});
const wholeNumber = z.int(wording('is no whole number'));

const count = wholeNumber.min(1, 'is less than 1').max(1_000_000_000, 'is too large');

/** Kong refuses a longer period with the lower limit. */
export const limitsSchema = z
  .strictObject({
    minute: count.optional().meta({ description: 'Requests a minute of one consumer', example: 1000 }),
    hour: count.optional().meta({ description: 'Requests an hour of one consumer', example: 5000 }),
  })
  .superRefine(({ minute, hour }, context) => {
    if (minute === undefined && hour === undefined) complain(context, [], 'names neither minute nor hour');
    if (minute !== undefined && hour !== undefined && hour < minute) complain(context, ['hour'], 'is less than minute');
  })
  .meta({ description: 'How much a consumer may ask; a period left out has no limit', example: { minute: 1000 } });

const networks = z
  .array(
    z.string().transform((text, context) => {
      const network = readCidr(text);
      if (typeof network === 'string') return network;
      context.addIssue({ code: 'custom', message: network.problem });
      return z.NEVER;
    }),
  )
  .min(1, 'is empty: leave it out for everybody')
  .meta({ description: 'The only networks that may come in; everybody when left out', example: ['203.0.113.0/24'] });

/** Its rules are those of POST /aws/lightsail/set-firewall. */
const firewall = setFirewallBodySchema.shape.rules.superRefine((rules, context) => {
  const checked = checkWith(setFirewallBodySchema, { instance_name: 'any', region: 'eu-central-1', rules });
  const problems = 'problems' in checked ? checked.problems : [];
  for (const { path, message } of problems) complain(context, path.slice(1), message);
});

const instance = z.strictObject({
  name: instanceNameSchema,
  bundle: bundleId,
  blueprint: blueprintId,
  firewall,
  static_ip: resourceNameSchema
    .optional()
    .meta({ description: 'Name of the static IP that it has', example: 'kong-ip' }),
});

const label = z
  .string()
  .max(63, 'is longer than 63 characters')
  .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, 'is no label of a host name: lower-case letters, digits and - inside')
  .meta({ description: 'First part of a host name; the domain follows', example: 'storyfactory' });

const domain = z
  .string()
  .superRefine((text, context) => {
    const problem = domainProblem(text) ?? (text === text.toLowerCase() ? undefined : 'has capitals');
    if (problem) complain(context, [], problem);
  })
  .meta({ description: 'Domain that all host names are below', example: 'fountain.coach' });

const gateway = z.strictObject({
  limits: limitsSchema.default({ minute: 1000, hour: 5000 }),
  cors_origins: z
    .array(z.string().regex(/^(\*|https?:\/\/[a-z0-9.-]+(:\d{1,5})?)$/, 'is no origin such as https://example.com'))
    .default([])
    .meta({
      description: 'Web pages that may call from a browser; none by default',
      example: ['https://fountain.coach'],
    }),
  allow_ips: networks.optional(),
  http_log: z
    .string()
    .superRefine((text, context) => {
      const problem = logAddressProblem(text);
      if (problem) complain(context, [], problem);
    })
    .optional()
    .meta({
      description: 'Where Kong posts a record of each request; nowhere by default',
      example: 'http://10.0.0.9/logs',
    }),
});

export const stackManifestSchema = z
  .strictObject({
    domain,
    region: regionSchema,
    availability_zone: availabilityZone,
    key_pair: keyPairNameSchema,
    github_repository: repoName,
    instances: z
      .strictObject({ opensearch: instance, kong: instance, apps: instance })
      .meta({ description: 'The instances; apps and kong may be one', example: {} }),
    gateway: gateway.meta({ description: 'What holds for every app behind the gateway', example: {} }),
    dns: z
      .array(label)
      .superRefine((labels, context) => {
        for (const [index, name] of labels.entries()) {
          if (labels.indexOf(name) < index) complain(context, [index], 'is named twice');
        }
      })
      .default([])
      .meta({ description: 'Labels beside those of the apps that lead to the gateway', example: ['www'] }),
  })
  .superRefine(({ region, availability_zone }, context) => {
    if (availability_zone.slice(0, -1) !== region) complain(context, ['availability_zone'], 'is not in the region');
  })
  .meta({ id: 'StackManifest', description: 'deploy-manifests/stack.yaml: what all apps have in common' });

const SSH = 22;
const port = wholeNumber.min(1, 'is no port').max(65535, 'is no port');

/** Kong takes more, but a name is part of those of routes, upstreams and groups. */
const kongName = z
  .string()
  .max(80, 'is longer than 80 characters')
  .regex(/^[a-z][a-z0-9-]*$/, 'takes lower-case letters, digits and -, and starts with a letter')
  .meta({ description: 'Name of its service in Kong', example: 'story-factory-service' });

export const appManifestSchema = z
  .strictObject({
    image: z
      .string()
      .superRefine((text, context) => {
        const problem = imageProblem(text);
        if (problem) complain(context, [], problem);
      })
      .optional()
      .meta({
        description:
          'Image without tag; the call names that. By default ghcr.io/OWNER/NAME, of who has github_repository',
        example: 'ghcr.io/user/my-app',
      }),
    ports: z
      .tuple([port, port], wording('takes two ports: blue and green'))
      .superRefine((ports, context) => {
        for (const [index, one] of ports.entries()) {
          if (one === SSH) complain(context, [index], 'is that of ssh on every instance');
        }
      })
      .refine(([blue, green]) => blue !== green, 'names one port twice: blue and green run side by side')
      .meta({
        description: 'Ports of the host, blue and green: one in use, one for the next release',
        example: [8101, 8201],
      }),
    container_port: port.meta({ description: 'Port inside the container', example: 8080 }),
    host: label,
    kong: kongName,
    volumes: z
      .array(volumeSchema)
      .default([])
      .meta({ description: 'Named volumes and where they appear', example: ['my-app-data:/data'] }),
    env: z
      .record(envNameSchema, envValueSchema)
      .default({})
      .meta({ description: 'Environment; everybody may see it', example: { LOG_LEVEL: 'info' } }),
    secrets: z
      .array(secretNameSchema)
      .default([])
      .meta({ description: 'Names of secret variables; their values are in SECRETS_FILE', example: ['DATABASE_URL'] }),
    memory_mb: wholeNumber
      .min(16, 'is less than 16')
      .max(1_048_576, 'is too large')
      .meta({ description: 'Memory limit in MiB of each of the two', example: 96 }),
    health_path: healthPathSchema.default('/ready'),
    limits: limitsSchema.optional(),
    allow_ips: networks.optional(),
  })
  .superRefine(({ env, secrets }, context) => {
    for (const [index, name] of secrets.entries()) {
      if (Object.hasOwn(env, name)) complain(context, ['secrets', index], 'is in env too');
      if (secrets.indexOf(name) < index) complain(context, ['secrets', index], 'is named twice');
    }
  })
  .meta({ id: 'AppManifest', description: 'deploy-manifests/apps/NAME.yaml: one app' });

function complain(context: z.core.$RefinementCtx<unknown>, path: readonly PropertyKey[], message: string): void {
  context.addIssue({ code: 'custom', path: [...path], message });
}

function imageProblem(text: string): string | undefined {
  try {
    parseImage(text);
  } catch (error) {
    return error instanceof AppError
      ? error.message.replace(/^".*?" is not/s, 'is not').replace(/\.$/, '')
      : String(error);
  }
  if (text.includes('@') || /:[^/]*$/.test(text)) return 'has a tag or digest: the call that deploys names that';
  return undefined;
}

/** The file is committed for all to read. */
function logAddressProblem(text: string): string | undefined {
  const url = URL.parse(text);
  if (!url || !['http:', 'https:'].includes(url.protocol)) return 'is no http or https URL';
  if (url.username || url.password) return 'has a password, which does not belong in this file';
  if (text.includes('?')) return 'has a query, which may hold a credential: those do not belong in this file';
  return undefined;
}

export type Limits = z.output<typeof limitsSchema>;
export type StackManifest = z.output<typeof stackManifestSchema>;
export type AppManifest = z.output<typeof appManifestSchema>;

/** An app with its contract and its image. */
export type StackApp = AppManifest & {
  image: string;
  /** Of its file, of its folder in app-services and of its container. */
  name: string;
  spec: OpenApi;
};

export interface Stack {
  manifest: StackManifest;
  /** Sorted by name. */
  apps: readonly StackApp[];
}
