import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ImageRegistry } from '../hosts.ts';

const imageSchema = z.strictObject({
  /** With the registry's host, without tag: `ghcr.io/user/repo/my-app`. */
  repository: z.string().regex(/^[a-z0-9.-]+(:\d+)?(\/[a-z0-9._-]+)+$/),
  tag: z.string().min(1),
  /** Another content gives another digest. */
  content: z.string().default(''),
  architectures: z.array(z.string()).min(1).default(['amd64']),
  sizeMb: z.number().default(20),
  healthcheck: z.boolean().default(false),
  /** What its containers do; `crashes` ends at once, `crashes_later` after a few readings. */
  behaviour: z.enum(['healthy', 'never_healthy', 'crashes', 'crashes_later', 'oom']).default('healthy'),
  /** What it prints when it starts. */
  logs: z.array(z.string()).default([]),
  /** Only these may pull it. */
  credentials: z.strictObject({ username: z.string(), token: z.string() }).optional(),
  /** Started for real; PORT and HOST tell it where to listen. */
  process: z.strictObject({ command: z.array(z.string()).min(1) }).optional(),
});

const faultSchema = z.enum(['unreachable', 'denied', 'rate_limited', 'tag_absent']).nullable();

export interface Image extends z.output<typeof imageSchema> {
  /** `sha256:...`, of the index. */
  digest: string;
}

export interface Credentials {
  username: string;
  password: string;
}

/** What a pull or look-up ends as; `status` and `message` are what the engine's API answers. */
export type Resolved = { image: Image } | { status: number; message: string };

export interface VirtualRegistry extends ImageRegistry {
  /** `reference` is `repository:tag` or `repository@sha256:...`. */
  resolve(reference: string, credentials: Credentials | undefined): Resolved;
}

/** The registry of the virtual hosts, under every host name at once; it ships with three images. */
export function createImageRegistry(): VirtualRegistry {
  const images: Image[] = [];
  let fault: z.output<typeof faultSchema> = null;

  const put = (value: unknown) => {
    const parsed = imageSchema.safeParse(value);
    if (!parsed.success) throw new TypeError(`not an image: ${z.prettifyError(parsed.error)}`);
    images.unshift({ ...parsed.data, digest: digestOf(parsed.data) });
  };
  shipped.forEach(put);

  return {
    put,
    setFault(value) {
      const parsed = faultSchema.safeParse(value);
      if (!parsed.success)
        throw new TypeError(`not a fault of the registry; it knows: ${faultSchema.unwrap().options}`);
      fault = parsed.data;
    },
    resolve(reference, credentials) {
      const [repository, digest, tag] = split(reference);
      const host = repository.split('/')[0];
      const head = `Head "https://${host}/v2/${repository.slice((host?.length ?? 0) + 1)}/manifests/${digest ?? tag}"`;
      if (fault === 'unreachable') {
        return { status: 500, message: `Get "https://${host}/v2/": dial tcp: lookup ${host}: no such host` };
      }
      if (fault === 'rate_limited')
        return { status: 429, message: `toomanyrequests: retry-after: 1ms, allowed: 44000/minute` };
      if (fault === 'denied') return { status: 403, message: `${head}: denied` };
      const own = images.filter((image) => image.repository === repository);
      const wanted = own.find((image) => (digest ? image.digest === digest : image.tag === tag));
      const guard = (wanted ?? own[0])?.credentials;
      if (own.length === 0) return { status: 403, message: `${head}: denied` };
      if (guard && guard.username === credentials?.username && guard.token !== credentials.password) {
        return { status: 403, message: `Get "https://${host}/v2/": denied: incorrect username or password` };
      }
      if (guard && !credentials) return { status: 401, message: `${head}: unauthorized` };
      if (guard && guard.username !== credentials?.username) return { status: 403, message: `${head}: denied` };
      if (!wanted || fault === 'tag_absent') return { status: 404, message: 'manifest unknown' };
      return { image: wanted };
    },
  };
}

/** `repository[:tag][@digest]` taken apart; the tag is `latest` when neither is named. */
export function split(reference: string): [repository: string, digest: string | undefined, tag: string] {
  const [named = '', digest] = reference.split('@');
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  return colon < 0 ? [named, digest, 'latest'] : [named.slice(0, colon), digest, named.slice(colon + 1)];
}

function digestOf({ repository, tag, content }: z.output<typeof imageSchema>): string {
  return `sha256:${createHash('sha256').update(`${repository}\n${tag}\n${content}`).digest('hex')}`;
}

const hello = new URL('../../images/hello/server.ts', import.meta.url).pathname;
const shipped = [
  ...['1.0', '1.1'].map((version) => ({
    repository: 'ghcr.io/fountain/hello',
    tag: version,
    process: { command: [process.execPath, hello, version] },
  })),
  { repository: 'ghcr.io/user/repo/my-app', tag: 'latest', logs: ['my-app is up'] },
];
