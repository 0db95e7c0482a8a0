import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkDeclarative, createGateway, EMPTY_HASH } from '../../../src/stand-ins/kong/index.ts';
import { PLUGINS, startKong, textOf } from './world.ts';

const NOT = 'not served by this stand-in for Kong';
const service = (more: object) => ({ services: [{ name: 'a', host: 'h', ...more }] });
const plugin = (name: string, config: object = {}) => ({ plugins: [{ name, config }] });
const upstream = (more: object) => ({ upstreams: [{ name: 'u', ...more }] });

test('the file of this repository is served', () => {
  const text = readFileSync(new URL('../../../../kong/kong.yml', import.meta.url), 'utf8');
  expect(checkDeclarative(text, PLUGINS)).toBeUndefined();
});

test.each<[field: string, configuration: object]>([
  ['protocol', service({ protocol: 'https' })],
  ['protocol', { services: [{ name: 'a', url: 'https://h' }] }],
  ['tls_verify', service({ tls_verify: true })],
  ['protocols', service({ routes: [{ paths: ['/'], protocols: ['grpc'] }] })],
  ['snis', service({ routes: [{ paths: ['/'], snis: ['a.test'] }] })],
  ['path_handling', service({ routes: [{ paths: ['/'], path_handling: 'v1' }] })],
  ['headers', service({ routes: [{ headers: { a: ['~*b'] } }] })],
  ['algorithm', upstream({ algorithm: 'least-connections' })],
  ['hash_on', upstream({ hash_on: 'consumer' })],
  ['healthchecks', upstream({ healthchecks: { threshold: 50 } })],
  ['healthchecks', upstream({ healthchecks: { passive: { unhealthy: { tcp_failures: 1 } } } })],
  ['healthchecks', upstream({ healthchecks: { active: { type: 'tcp' } } })],
  ['key_in_body', plugin('key-auth', { key_in_body: true })],
  ['anonymous', plugin('key-auth', { anonymous: 'x' })],
  ['policy', plugin('rate-limiting', { minute: 1, policy: 'redis', redis: { host: 'h', port: 6379 } })],
  ['generator', plugin('correlation-id', { generator: 'tracker' })],
  ['ai_metrics', plugin('prometheus', { ai_metrics: true })],
  ['queue', plugin('http-log', { http_endpoint: 'http://h', queue: { max_batch_size: 2 } })],
  ['protocols', { plugins: [{ name: 'cors', protocols: ['http'] }] }],
])('%s of what Kong would take is refused: %j', (field, configuration) => {
  expect(checkDeclarative(textOf(configuration), PLUGINS)).toMatch(new RegExp(`in '${field}': ${NOT}`));
});

test('a plugin that Kong has and the stand-in does not serve', () => {
  const text = textOf(service({ plugins: [{ name: 'jwt' }] }));
  expect(checkDeclarative(text, ['jwt'])).toBe(
    [
      "in 'services':",
      "  - in entry 1 of 'services':",
      "    in 'plugins':",
      "      - in entry 1 of 'plugins':",
      `        in 'name': plugin 'jwt' is ${NOT}`,
    ].join('\n'),
  );
});

test('the values that are Kong’s own anyway may stand there', () => {
  const text = textOf({
    ...service({
      protocol: 'http',
      tls_verify: false,
      ca_certificates: [],
      routes: [{ paths: ['/'], path_handling: 'v0' }],
    }),
    ...upstream({
      algorithm: 'round-robin',
      hash_on: 'none',
      healthchecks: { threshold: 0, passive: { type: 'http' } },
    }),
    ...plugin('key-auth', { key_in_body: false, anonymous: null }),
  });
  expect(checkDeclarative(text, PLUGINS)).toBeUndefined();
});

test('the gateway goes on with the one it has', async () => {
  const gateway = createGateway();
  expect(gateway.load(textOf(upstream({ hash_on: 'consumer' })), PLUGINS)).toEqual({
    upstreams: { '1': { hash_on: NOT } },
  });
  expect(gateway.hash).toBe(EMPTY_HASH);
  gateway.close();
  const kong = await startKong({ routes: [{ name: 'r', paths: ['/'] }] });
  expect(() => kong.load(service({ protocol: 'https' }))).toThrow(NOT);
  expect((await kong.ask('/')).status).toBe(503);
});
