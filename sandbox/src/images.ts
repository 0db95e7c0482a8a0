import { z } from 'zod';

/** Images and faults in the one shape that both registries take: the virtual hosts' and the machines'. */

const looks = z.int().min(0).default(0).describe('Readings or seconds before that happens');
const logs = z.array(z.string());
const exit = z.int().min(1).max(255).default(1);

/**
 * What a container of an image does. Virtual hosts count it in readings of the container, so that no test waits for time to
 * pass; real machines count it in seconds.
 */
export const behaviourSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('healthy'), afterReadings: looks }),
  z.strictObject({ type: z.literal('never_healthy') }),
  z.strictObject({ type: z.literal('crashes'), exit, logs: logs.default(['Error: cannot start']) }),
  z.strictObject({
    type: z.literal('crashes_after'),
    readings: z.int().min(1),
    exit,
    logs: logs.default(['listening', 'Error: lost my mind']),
  }),
  z.strictObject({ type: z.literal('oom'), afterReadings: looks, logs: logs.default(['starting']) }),
]);

export const imageSchema = z.strictObject({
  reference: z.string().describe('With registry and tag: ghcr.io/user/app:1'),
  architectures: z.array(z.string()).min(1).default(['amd64']).describe('One: a plain image; several: an index'),
  healthcheck: z.boolean().default(false),
  credentials: z.strictObject({ username: z.string(), token: z.string() }).optional().describe('Who alone may read it'),
  behaviour: behaviourSchema.prefault({ type: 'healthy' }),
});

const faultTypes = z.enum(['unreachable', 'denied', 'tag_absent', 'rate_limited']);

/** Null for none. */
export const registryFaultSchema = z
  .union([
    faultTypes.transform((type) => ({ type, repository: undefined })),
    z.strictObject({
      type: faultTypes,
      repository: z.string().optional().describe('Only for this one, registry included'),
    }),
  ])
  .nullable();

export type Behaviour = z.output<typeof behaviourSchema>;
export type ImageInput = z.input<typeof imageSchema>;
export type RegistryFault = z.output<typeof registryFaultSchema>;

/** Throws a TypeError that says what is wrong. */
export function parseForRegistry<T>(schema: z.ZodType<T>, input: unknown): T {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw new TypeError(`The registry does not know that:\n${z.prettifyError(result.error)}`);
}

/** In every registry from the start: one image in two versions, the source documents' own, and those that go wrong. */
export const shippedImages: readonly ImageInput[] = [
  { reference: 'ghcr.io/fountain/hello:1.0', healthcheck: true },
  { reference: 'ghcr.io/fountain/hello:1.1', healthcheck: true },
  { reference: 'ghcr.io/user/repo/my-app:latest' },
  { reference: 'ghcr.io/fountain/private:1.0', credentials: { username: 'fountain', token: 'ghp_sandbox' } },
  { reference: 'ghcr.io/fountain/other-architecture:1.0', architectures: ['arm64'] },
  { reference: 'ghcr.io/fountain/broken:1.0', behaviour: { type: 'crashes' } },
  { reference: 'ghcr.io/fountain/never-healthy:1.0', healthcheck: true, behaviour: { type: 'never_healthy' } },
];
