import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { generateKong } from '../../../../src/recipes/kong/generate/generate.ts';
import { createManifests } from '../../../../src/services/manifests.ts';
import { makeApp, makeWish } from './stack.ts';

interface Route {
  name: string;
  methods: string[];
  paths: string[];
  strip_path: boolean;
  regex_priority?: number;
  preserve_host?: boolean;
  plugins: { name: string; config?: object }[];
}

interface Service {
  name: string;
  host: string;
  read_timeout?: number;
  tags?: string[];
  plugins?: { name: string; config?: object }[];
  routes: Route[];
}

const installed = spawnSync('go-apiops', ['version']).status === 0;
if (!installed) process.stdout.write('go-apiops is not installed: the tests with openapi2kong are skipped.\n');

const root = new URL('../../../../../', import.meta.url);

/** What openapi2kong, which decK has from go-apiops, makes of a contract. */
function theirs(contract: string): { services: Service[]; upstreams: { name: string; algorithm?: string }[] } {
  const { status, stdout, stderr } = spawnSync('go-apiops', ['openapi2kong'], { input: contract, encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  return parse(stdout);
}

/** Whatever routes share: `GET /a/[^/]+` and its plugins, sorted. OPTIONS and acl are ours alone. */
function operations(routes: readonly Route[]): string[] {
  const rows = routes.flatMap(({ methods, paths, plugins }) => {
    const own = plugins.filter(({ name }) => name !== 'acl').map(({ name, config }) => ({ name, config }));
    const asked = methods.filter((method) => method !== 'OPTIONS');
    return asked.flatMap((method) => paths.map((path) => `${method} ${plain(path)} ${JSON.stringify(own)}`));
  });
  return rows.sort();
}

/** They name parameters, and leave out what no path that Kong sees has. */
function plain(path: string): string {
  return path.replace(/\(\?<\w+>\[\^#\?\/\]\+\)/g, '[^/]+');
}

describe.skipIf(!installed)('openapi2kong of the same contracts', () => {
  test('makes the same services, upstreams and operations of every story service', async () => {
    const folders = {
      stackDir: new URL('deploy-manifests', root).pathname,
      specsDir: new URL('app-services', root).pathname,
    };
    const stack = await createManifests(folders).read();
    const ours: { services: Service[]; upstreams: { name: string }[] } = parse(
      generateKong({ stack, consumers: [], certificates: [], appsIp: '127.0.0.1' }),
    );
    for (const [at, { name }] of stack.apps.entries()) {
      const { services, upstreams } = theirs(readFileSync(new URL(`app-services/${name}/openapi.yaml`, root), 'utf8'));
      const service = ours.services[at];
      expect(services).toMatchObject([{ name: service?.name, host: service?.host }]);
      expect(upstreams).toMatchObject([{ name: ours.upstreams[at]?.name }]);
      expect(operations(services[0]?.routes ?? [])).toEqual(operations(service?.routes ?? []));
      expect(services[0]?.routes.every((route) => route.strip_path === false)).toBe(true);
      // The difference that we want: theirs has a route for each operation.
      expect(service?.routes.length).toBeLessThanOrEqual(Number(services[0]?.routes.length) / 2);
    }
  });

  test('means the same by x-kong-*', () => {
    const closed = { config: { status: 410 } };
    const extensions = {
      'x-kong-name': 'thing-service',
      'x-kong-tags': ['story', 'second'],
      'x-kong-service-defaults': { read_timeout: 60_000 },
      'x-kong-upstream-defaults': { algorithm: 'least-connections' },
      'x-kong-route-defaults': { preserve_host: true },
      'x-kong-plugin-http-log': { config: { http_endpoint: 'http://127.0.0.1/log' } },
      components: { 'x-kong': { plugins: { closed } } },
    };
    const paths = {
      '/a': {
        get: { operationId: 'getA' },
        post: { operationId: 'postA', 'x-kong-plugin-ip-restriction': closed },
      },
      '/a/{id}': {
        'x-kong-plugin-cors': { config: { max_age: 1 } },
        get: { operationId: 'getOne', 'x-kong-plugin-cors': { config: { max_age: 2 } } },
        put: { operationId: 'putOne' },
      },
      '/a/fixed': {
        'x-kong-route-defaults': { preserve_host: false },
        get: {
          operationId: 'getFixed',
          'x-kong-plugin-ip-restriction': { $ref: '#/components/x-kong/plugins/closed' },
        },
      },
    };
    // They refuse operations without responses, and take targets from servers.
    const answering = Object.entries(paths).map(([path, item]) => [path, withResponses(item)]);
    const contract = {
      openapi: '3.1.0',
      info: { title: 'Things', version: '1' },
      servers: [{ url: 'http://a.example' }],
    };
    const made = theirs(stringify({ ...contract, ...extensions, paths: Object.fromEntries(answering) }));
    const ours = parse(generateKong(makeWish([makeApp(paths, { spec: extensions })])));

    const [service] = made.services as [Service];
    const [own] = ours.services as [Service];
    expect(operations(own.routes)).toEqual(operations(service.routes));
    const essence = ({ name, host, tags, read_timeout, plugins = [] }: Service) => [
      ...[name, host, tags, read_timeout],
      plugins.map((plugin) => [plugin.name, plugin.config]),
    ];
    expect(essence(own)).toEqual(essence(service));
    expect(ours.upstreams[0].algorithm).toBe(made.upstreams[0]?.algorithm);
    const byPath = (routes: readonly Route[]) =>
      routes
        .flatMap(({ paths: own, methods, regex_priority, preserve_host }) =>
          own.map((path) => `${methods[0]} ${plain(path)} ${regex_priority} ${preserve_host}`),
        )
        .sort();
    expect(byPath(own.routes)).toEqual(byPath(service.routes));
  });
});

function withResponses(item: object): object {
  const responses = { '200': { description: 'Good' } };
  return Object.fromEntries(
    Object.entries(item).map(([key, value]) => [key, key.startsWith('x-') ? value : { ...value, responses }]),
  );
}
