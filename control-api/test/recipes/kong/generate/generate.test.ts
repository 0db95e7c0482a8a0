import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import timing from '../../../../../deploy-manifests/timing.json' with { type: 'json' };
import { kongPlugins } from '../../../../src/lib/kong-plugins.ts';
import { Secret } from '../../../../src/lib/secret.ts';
import { kongCredentials } from '../../../../src/recipes/kong/config.ts';
import { generateKong } from '../../../../src/recipes/kong/generate/generate.ts';
import type { GatewayWish } from '../../../../src/recipes/kong/generate/wish.ts';
import { makeApp, makeWish } from './stack.ts';

const things = { '/things': { get: {}, post: {} }, '/things/{id}': { get: {}, put: {}, delete: {} } };
const generate = (...args: Parameters<typeof makeWish>) => parse(generateKong(makeWish(...args)));
const one = (...app: Parameters<typeof makeApp>) => generate([makeApp(...app)]).services[0];

describe('an app', () => {
  test('is a service with an upstream of its own, blue and green, of whom those that are ready are asked', () => {
    const { services, upstreams } = generate([makeApp(things)]);
    expect(services).toMatchObject([{ name: 'thing-service', host: 'thing-service.upstream', retries: 1 }]);
    expect(upstreams).toEqual([
      {
        name: 'thing-service.upstream',
        targets: [{ target: '10.0.0.7:8101' }, { target: '10.0.0.7:8201' }],
        healthchecks: {
          active: {
            type: 'http',
            http_path: '/ready',
            timeout: timing.probe_timeout_s,
            healthy: { interval: timing.probe_interval_s, successes: timing.probe_successes, http_statuses: [200] },
            unhealthy: {
              interval: timing.probe_interval_s,
              http_failures: timing.probe_failures,
              tcp_failures: timing.probe_failures,
              timeouts: timing.probe_timeouts,
            },
          },
        },
      },
    ]);
  });

  test('is asked for the paths and methods of its contract only, reading and writing apart', () => {
    const routes = one(things).routes.map(({ plugins, ...route }: { plugins: { config: { allow: string[] } }[] }) => ({
      ...route,
      allow: plugins[0]?.config.allow,
    }));
    const common = { strip_path: false, hosts: ['things.example.com'] };
    expect(routes).toEqual([
      {
        ...common,
        name: 'thing-service.get',
        methods: ['GET', 'OPTIONS'],
        paths: ['~/things$', '~/things/[^/]+$'],
        allow: ['thing-service-read', 'thing-service-write'],
      },
      {
        ...common,
        name: 'thing-service.post',
        methods: ['POST', 'OPTIONS'],
        paths: ['~/things$'],
        allow: ['thing-service-write'],
      },
      {
        ...common,
        name: 'thing-service.put-delete',
        methods: ['PUT', 'DELETE', 'OPTIONS'],
        paths: ['~/things/[^/]+$'],
        allow: ['thing-service-write'],
      },
    ]);
  });

  test('a dot in a path is a dot', () => {
    expect(one({ '/score.mid': { get: {} } }).routes[0].paths).toEqual(['~/score\\.mid$']);
  });

  test('OPTIONS is let through for browsers only, and once where the contract has it', () => {
    const methods = (gateway: object) =>
      generate([makeApp({ '/a': { get: {}, options: {} }, '/b': { post: {} } })], { gateway }).services[0].routes.map(
        (route: { methods: string[] }) => route.methods,
      );
    expect(methods({})).toEqual([
      ['GET', 'OPTIONS'],
      ['POST', 'OPTIONS'],
    ]);
    expect(methods({ cors_origins: [] })).toEqual([['GET', 'OPTIONS'], ['POST']]);
  });

  test('limits and networks of its own go before the gateway’s', () => {
    const { plugins } = one(things, { limits: { minute: 7 }, allow_ips: ['203.0.113.0/24'] });
    expect(plugins).toEqual([
      { name: 'ip-restriction', config: { allow: ['203.0.113.0/24'] } },
      { name: 'rate-limiting', config: { minute: 7, limit_by: 'consumer', policy: 'local' } },
    ]);
  });
});

describe('the gateway', () => {
  const plugins = (gateway: object) =>
    Object.fromEntries(
      generate([makeApp(things)], { gateway }).plugins.map(({ name, config }: { name: string; config: object }) => [
        name,
        config,
      ]),
    );

  test('wants a key in a header, which the app does not see, and limits by who asks', () => {
    const found = plugins({});
    expect(found['key-auth']).toEqual({
      key_names: ['X-API-KEY'],
      key_in_query: false,
      key_in_body: false,
      hide_credentials: true,
      run_on_preflight: false,
    });
    expect(found['rate-limiting']).toEqual({ minute: 1000, hour: 5000, limit_by: 'consumer', policy: 'local' });
    expect(found['request-size-limiting']).toEqual({ allowed_payload_size: 1, size_unit: 'megabytes' });
    expect(found['correlation-id']).toMatchObject({ header_name: 'X-Request-ID', echo_downstream: true });
    expect(found.cors).toMatchObject({ origins: ['https://example.com'] });
    expect(Object.keys(found).sort()).toEqual(Object.keys(found));
    expect(found).not.toHaveProperty('http-log');
    expect(found).not.toHaveProperty('ip-restriction');
    expect(Object.keys(found).filter((name) => !Object.hasOwn(kongPlugins, name))).toEqual([]);
  });

  test('logs to an address, without keys, lets in networks, and leaves browsers out, when it is told to', () => {
    const found = plugins({ http_log: 'http://10.0.0.9/logs', allow_ips: ['10.0.0.0/8'], cors_origins: [] });
    expect(found['http-log']).toEqual({
      http_endpoint: 'http://10.0.0.9/logs',
      custom_fields_by_lua: { 'request.headers.x-api-key': 'return nil' },
    });
    expect(found['ip-restriction']).toEqual({ allow: ['10.0.0.0/8'] });
    expect(found).not.toHaveProperty('cors');
    expect(Object.keys(found).filter((name) => !Object.hasOwn(kongPlugins, name))).toEqual([]);
  });
});

describe('consumers', () => {
  const app = makeApp(things);
  const other = { ...makeApp({}, { host: 'other', kong: 'other-service', ports: [8102, 8202] }), name: 'other-api' };
  const secret = (text: string) => new Secret(text);
  const consumers = (...list: GatewayWish['consumers']) => generate([other, app], { consumers: list }).consumers;

  test('have access to an app by its name alone, though every object knows a constructor', () => {
    const named = { ...app, name: 'constructor' };
    const list = [{ username: 'a', keys: [secret('k')], access: { [other.name]: 'read' as const } }];
    const [found] = generate([other, named], { consumers: list }).consumers;
    expect(found.acls).toEqual([{ group: `${other.kong}-read` }]);
  });

  test('have their keys, groups and limits; an app’s own entry goes before all', () => {
    expect(
      consumers(
        { username: 'writer', keys: [secret('old-key'), secret('no')], access: { all: 'write', 'other-api': 'read' } },
        { username: 'reader', keys: [secret('0123')], access: { 'thing-api': 'read' }, limits: { hour: 9 } },
      ),
    ).toEqual([
      {
        username: 'reader',
        keyauth_credentials: [{ key: '0123' }],
        acls: [{ group: 'thing-service-read' }],
        plugins: [{ name: 'rate-limiting', config: { hour: 9, limit_by: 'consumer', policy: 'local' } }],
      },
      {
        username: 'writer',
        keyauth_credentials: [{ key: 'old-key' }, { key: 'no' }],
        acls: [{ group: 'other-service-read' }, { group: 'thing-service-write' }],
      },
    ]);
  });

  test('of an app that there is not are refused', () => {
    const wish = makeWish([app], {
      consumers: [{ username: 'a', keys: [secret('k')], access: { 'thing-apu': 'read' } }],
    });
    expect(() => generateKong(wish)).toThrow(
      expect.objectContaining({
        code: 'secrets_file_unusable',
        message: 'The consumer a has access to thing-apu, which is no app.',
      }),
    );
  });

  test('their keys are found again by what hides credentials', () => {
    const text = generateKong(
      makeWish([app], {
        consumers: [{ username: 'a', keys: [secret('the-api-key')], access: { all: 'read' } }],
        certificates: [{ names: ['things.example.com'], certificate: 'public', key: secret('the-private-key') }],
      }),
    );
    expect(kongCredentials(text).map((found) => found.reveal())).toEqual(['the-api-key', 'the-private-key']);
  });
});

describe('certificates', () => {
  const of = (...names: string[]) => ({
    names,
    certificate: '-----BEGIN\nchain\n',
    key: new Secret('-----BEGIN\nkey\n'),
  });
  const generated = (...certificates: ReturnType<typeof of>[]) => generate([makeApp(things)], { certificates });
  const https = { protocols: ['https'], https_redirect_status_code: 308 };

  test('are shown for their names, each name by one of them', () => {
    expect(generated(of('*.example.com', 'example.com'), of('example.com')).certificates).toEqual([
      {
        cert: '-----BEGIN\nchain\n',
        key: '-----BEGIN\nkey\n',
        snis: [{ name: '*.example.com' }, { name: 'example.com' }],
      },
    ]);
  });

  test.each([
    ['its name', 'things.example.com', true],
    ['a wildcard', '*.example.com', true],
    ['the domain alone', 'example.com', false],
    ['a wildcard one level above', '*.com', false],
    ['another name', 'other.example.com', false],
  ])('a host with a certificate of %s', (_, name, isCovered) => {
    const { routes } = generated(of(name)).services[0];
    for (const route of routes) {
      if (isCovered) expect(route).toMatchObject(https);
      else expect(route).not.toHaveProperty('protocols');
    }
  });
});

test('the same wish gives the same bytes, in whatever order consumers come', () => {
  const a = { username: 'a', keys: [new Secret('k1')], access: { all: 'read' as const } };
  const b = { username: 'b', keys: [new Secret('k2')], access: { all: 'read' as const } };
  const text = (...consumers: (typeof a)[]) => generateKong(makeWish([makeApp(things)], { consumers }));
  expect(text(a, b)).toBe(text(b, a));
});

test('nothing is read otherwise by a reader of YAML 1.1, as Kong’s is', () => {
  const consumers = ['yes', '1_000', '12:30:45', '0x1F', '1e3', '~', 'null', '2026-11-21'].map((key, index) => ({
    username: `${index}`,
    keys: [new Secret(key)],
    access: { all: 'read' as const },
  }));
  const wish = makeWish([makeApp(things)], { consumers });
  expect(parse(generateKong(wish), { version: '1.1' })).toEqual(parse(generateKong(wish), { version: '1.2' }));
  const { consumers: found } = parse(generateKong(wish), { version: '1.1' });
  expect(found.flatMap((one: { keyauth_credentials: { key: string }[] }) => one.keyauth_credentials[0]?.key)).toEqual(
    consumers.map(({ keys: [key] }) => key?.reveal()),
  );
});
