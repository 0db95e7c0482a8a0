import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { checkDeclarative } from '../../sandbox/src/stand-ins/kong/index.ts';
import { readCommittedStack } from '../../tools/committed-stack.ts';
import { gatewayForCompose } from '../../tools/compose/gateway.ts';
import { composeModel } from '../../tools/compose/model.ts';
import { committedCompose, committedComposeKong } from '../../tools/compose-generate.ts';
import { kongPlugins } from '../src/lib/kong-plugins.ts';
import type { Stack } from '../src/schemas/manifest.ts';

const root = new URL('../..', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, root), 'utf8');

interface Service {
  image: string;
  ports: string[];
  volumes: string[];
  environment?: Record<string, string | null>;
  read_only?: boolean;
  mem_limit: string;
  profiles?: string[];
}

const composed: { services: Record<string, Service>; volumes: object } = parse(read('compose.yaml'));
const kong = parse(read('kong/compose.kong.yml'));

let stack: Stack;
beforeAll(async () => {
  stack = await readCommittedStack();
});

test('compose.yaml and its gateway are what manifests and contracts say: npm run compose:generate', async () => {
  expect(read('compose.yaml')).toBe(await committedCompose());
  expect(read('kong/compose.kong.yml')).toBe(await committedComposeKong());
});

describe('compose.yaml', () => {
  test('is reached from this computer alone, each port once', () => {
    const ports = Object.values(composed.services).flatMap((service) => service.ports);
    expect(ports).toHaveLength(stack.apps.length + 2);
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
    expect(new Set(ports.map((port) => port.split(':')[1])).size).toBe(ports.length);
  });

  test('has each app as its manifest, with a root that nobody can write to', () => {
    for (const app of stack.apps) {
      expect(composed.services[app.name]).toMatchObject({
        image: `${app.image}:\${TAG:-main}`,
        ports: [`127.0.0.1:${app.ports[0]}:${app.container_port}`],
        volumes: app.volumes,
        mem_limit: `${app.memory_mb}m`,
        read_only: true,
        cap_drop: ['ALL'],
      });
    }
  });

  test.each([8080, 9200])('is not made of an app at port %i, which the gateway or OpenSearch has', (port) => {
    const [app, ...others] = stack.apps;
    const moved = { ...app, ports: [port, 8299] } as Stack['apps'][number];
    expect(() => composeModel({ ...stack, apps: [moved, ...others] })).toThrow(
      `${app?.name}.yaml: ports.0: ${port} is`,
    );
  });

  test('has OpenSearch only where it is asked for', () => {
    const profiles = Object.entries(composed.services).map(([name, service]) => [name, service.profiles]);
    expect(profiles.filter(([, own]) => own !== undefined)).toEqual([['opensearch', ['search']]]);
  });

  test('names every volume that is used', () => {
    const used = Object.values(composed.services).flatMap(({ volumes }) => volumes.map((one) => one.split(':')[0]));
    expect(used.filter((name) => !name?.startsWith('./')).sort()).toEqual(Object.keys(composed.volumes).sort());
  });

  test('gives an app its settings as they are written, and secrets from outside', () => {
    const [app, ...others] = stack.apps;
    if (!app) throw new Error('no app');
    const changed = { ...app, env: { PATTERN: 'a$b$$c' }, secrets: ['DATABASE_URL'] };
    // What Compose makes of $$ is $.
    expect(composeModel({ ...stack, apps: [changed, ...others] }).services[app.name]).toMatchObject({
      environment: { PATTERN: 'a$$b$$$$c', DATABASE_URL: null },
    });
  });
});

describe('its gateway', () => {
  test('is one of Kong’s, and of the plugins that it loads', () => {
    expect(checkDeclarative(read('kong/compose.kong.yml'), Object.keys(kongPlugins))).toBeUndefined();
    expect(composed.services.kong?.environment?.KONG_PLUGINS).toBe(Object.keys(kongPlugins).join(','));
  });

  test('finds each app by the name of its container', () => {
    const targets = kong.upstreams.map((upstream: { targets: object[] }) => upstream.targets);
    expect(targets).toEqual(stack.apps.map((app) => [{ target: `${app.name}:${app.container_port}` }]));
  });

  test('lets the developer in, who may write everywhere', () => {
    const [{ username, keyauth_credentials: keys, acls }, ...others] = kong.consumers;
    expect({ username, keys, others }).toEqual({
      username: 'developer',
      keys: [{ key: 'this-is-no-secret' }],
      others: [],
    });
    expect(acls).toEqual(stack.apps.map((app) => ({ group: `${app.kong}-write` })));
  });

  test('is not closed by networks that the manifests name, and sends its log nowhere', () => {
    const networks = { allow_ips: ['203.0.113.0/24'] };
    const gateway = { ...stack.manifest.gateway, ...networks, http_log: 'http://172.26.1.9/logs' };
    const apps = stack.apps.map((app) => ({ ...app, ...networks }));
    const closed = JSON.stringify(gatewayForCompose({ manifest: { ...stack.manifest, gateway }, apps }));
    expect(closed).not.toMatch(/ip-restriction|http-log|203\.0\.113/);
  });
});
