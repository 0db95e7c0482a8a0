import fc from 'fast-check';
import type { z } from 'zod';
import { graphic, hostile, printable } from './attacks.ts';

type Body = Record<string, unknown>;

const looksLike = (pattern: RegExp) => fc.oneof(fc.stringMatching(pattern), fc.stringMatching(pattern), hostile);
const field = <T>(name: string, value: fc.Arbitrary<T>): fc.Arbitrary<Body> => value.map((one) => ({ [name]: one }));
const names = fc.oneof(
  fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,11}$/),
  // Names that bash, the script or Docker's client use themselves.
  fc.constantFrom('OPTIND', 'RANDOM', 'IFS', 'environment', 'fields', 'release', 'data', 'TERM'),
);
const variables = fc.oneof(
  { weight: 5, arbitrary: fc.dictionary(names, hostile, { minKeys: 1, maxKeys: 5 }) },
  { weight: 1, arbitrary: fc.dictionary(hostile, hostile, { minKeys: 1, maxKeys: 1 }) },
);

const hostCandidates = [
  field('instance_ip', fc.oneof(fc.ipV4(), hostile)),
  field('instance_name', looksLike(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,20}[A-Za-z0-9]$/)),
  field('region', looksLike(/^[a-z]{2}-[a-z]{4}-\d$/)),
  field('ssh_key_path', fc.oneof(printable, hostile)),
  field('ssh_user', looksLike(/^[a-z_][a-z0-9_-]{0,31}$/)),
  field('ssh_port', fc.oneof(fc.integer({ min: 1, max: 65535 }), hostile)),
  field('host_key_fingerprint', looksLike(/^SHA256:[A-Za-z0-9+/]{43}$/)),
  field('reason', fc.oneof(printable, hostile)),
];
const appName = field('name', looksLike(/^[a-z][a-z0-9-]{1,38}$/));

const port = fc.integer({ min: 1, max: 65535 });
const appsIp = field('apps_ip', fc.oneof(fc.ipV4(), hostile));

/** By schema: what is tried for each of its fields. */
export const candidates = {
  deploy: [
    ...hostCandidates,
    appName,
    field('app', looksLike(/^[a-z][a-z0-9-]{1,38}$/)),
    field('tag', looksLike(/^[a-z0-9][\w.-]{0,20}$/)),
    field(
      'docker_image',
      fc.oneof(
        fc.stringMatching(
          /^([a-z0-9]{1,5}\.io(:[0-9]{2,4})?\/)?[a-z0-9]{1,5}(__|[._]|--?)[a-z0-9]{1,4}(:\w[\w.-]{0,9})?$/,
        ),
        fc.stringMatching(/^ghcr\.io\/u\/[a-z0-9]{1,8}@sha256:[0-9a-f]{64}$/),
        hostile,
        hostile.map((text) => `ghcr.io/user/my-app:${text}`),
      ),
    ),
    // Two need a port of the container's.
    fc.record({ ports: fc.tuple(port, port), container_port: port }),
    field('ports', fc.oneof(fc.tuple(port), fc.tuple(hostile))),
    field('container_port', fc.oneof(fc.integer({ min: 1, max: 65535 }), hostile)),
    field('publish', fc.oneof(fc.constantFrom('private', 'public', 'loopback'), hostile)),
    field('env', variables),
    field('secret_env', variables),
    field(
      'volumes',
      fc.array(looksLike(/^[a-zA-Z0-9][a-zA-Z0-9_.-]{1,20}:\/[A-Za-z0-9._@%+=/-]{1,20}(:ro)?$/), { maxLength: 3 }),
    ),
    field('health_path', looksLike(/^\/[A-Za-z0-9._~!$&'()*+,;=:@%/?-]{0,40}$/)),
    field('memory_mb', fc.oneof(fc.integer({ min: 16, max: 200 }), hostile)),
    field('capabilities', fc.oneof(fc.subarray(['CHOWN', 'NET_BIND_SERVICE']), fc.tuple(hostile))),
    // One is refused without the other.
    fc.record({ registry_username: printable, registry_token: fc.oneof(printable, hostile) }),
  ],
  restart: [...hostCandidates, appName, field('since', fc.oneof(fc.constant('2030-01-01T00:00:00Z'), hostile))],
  rollback: [...hostCandidates, appName, field('to', fc.oneof(fc.constant(`sha256:${'b'.repeat(64)}`), hostile))],
  remove: [...hostCandidates, appName, field('confirm', hostile)],
  opensearch: [
    ...hostCandidates,
    field('version', fc.oneof(fc.constantFrom('3.8.0', '3.9.1', '2.19.6'), hostile)),
    field('heap_mb', fc.oneof(fc.integer({ min: 256, max: 1000 }), hostile)),
    // A password goes with TLS only.
    fc.record({
      security: fc.oneof(fc.constantFrom('private', 'tls'), hostile),
      admin_password: fc.oneof(
        graphic.map((text) => `${text}-aA1-kmvzwq`),
        hostile,
      ),
    }),
  ],
  kong: [...hostCandidates, appsIp, field('version', fc.oneof(fc.constant('3.9.3'), hostile))],
  apply: [...hostCandidates, appsIp],
  logs: [...hostCandidates.filter((_, index) => index < 7), appName, field('lines', fc.oneof(fc.nat(1000), hostile))],
};

/** Bodies that have passed their schema, and hold whatever of the candidates it lets through. */
export function bodiesOf<S extends z.ZodType>(
  schema: S,
  whole: Body,
  tried: readonly fc.Arbitrary<Body>[],
): fc.Arbitrary<z.output<S>> {
  return fc.tuple(...tried).map((changes) => {
    let body = whole;
    for (const change of changes) {
      const next = { ...body, ...change };
      if (schema.safeParse(next).success) body = next;
    }
    return schema.parse(body);
  });
}
