import { readFileSync } from 'node:fs';
import { generate } from 'selfsigned';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { checkDeclarative } from '../../sandbox/src/stand-ins/kong/index.ts';
import { plugins } from '../../sandbox/src/stand-ins/kong/plugins.ts';
import { committedKong } from '../../tools/kong-generate.ts';
import { kongPlugins } from '../src/lib/kong-plugins.ts';
import { Secret } from '../src/lib/secret.ts';
import { generateKong } from '../src/recipes/kong/generate/generate.ts';
import type { Stack } from '../src/schemas/manifest.ts';
import { createManifests } from '../src/services/manifests.ts';

interface Route {
  name: string;
  hosts: string[];
  methods: string[];
  paths: string[];
}

const root = new URL('../..', import.meta.url);
const committed = readFileSync(new URL('kong/kong.yml', root), 'utf8');
const routes: Route[] = parse(committed).services.flatMap(({ routes }: { routes: Route[] }) => routes);

let stack: Stack;
beforeAll(async () => {
  const folders = {
    stackDir: new URL('deploy-manifests', root).pathname,
    specsDir: new URL('app-services', root).pathname,
  };
  stack = await createManifests(folders).read();
});

test('kong/kong.yml is what manifests and contracts say: npm run kong:generate', async () => {
  expect(committed).toBe(await committedKong());
});

describe('the configuration of the stack', () => {
  test('is one of Kong’s, also with consumers, certificates, limits and networks', async () => {
    const consumers = [
      {
        username: 'a',
        keys: [new Secret('k1'), new Secret('k2')],
        access: { all: 'read' as const },
        limits: { hour: 1 },
      },
      { username: 'b', keys: [new Secret('k3')], access: { 'story-factory-api': 'write' as const } },
    ];
    // The stand-in checks them as Kong does: only a real one passes.
    const { private: key, cert: certificate } = await generate([{ name: 'commonName', value: 'a' }], { keyType: 'ec' });
    const certificates = [{ names: ['fountain.coach', '*.fountain.coach'], certificate, key: new Secret(key) }];
    // Without http_log: the stand-in has no Lua, which takes keys out of what is logged.
    const gateway = { ...stack.manifest.gateway, allow_ips: ['10.0.0.0/8'] };
    const apps = stack.apps.map((app) => ({ ...app, limits: { minute: 1, hour: 2 }, allow_ips: ['10.0.0.0/8'] }));
    const full = { manifest: { ...stack.manifest, gateway }, apps };
    for (const text of [committed, generateKong({ stack: full, consumers, certificates, appsIp: '172.26.0.5' })]) {
      expect(checkDeclarative(text, Object.keys(kongPlugins))).toBeUndefined();
    }
  });

  test('lets every operation of every contract through, by one route, and by another for a browser to ask first', () => {
    const operations = stack.apps.flatMap(({ host, spec }) =>
      Object.entries(spec.paths).flatMap(([path, item]) =>
        Object.keys(item).flatMap((method) => (/^(get|post|put|delete)$/.test(method) ? [{ host, path, method }] : [])),
      ),
    );
    expect(operations.length).toBeGreaterThan(40);
    for (const { host, path, method } of operations) {
      const found = matching(host, method, path.replace(/\{[^}]+\}/g, '17'));
      expect(found, `${method} ${path}`).toHaveLength(1);
      expect(matching(host, 'options', path.replace(/\{[^}]+\}/g, '17'))).not.toHaveLength(0);
    }
  });

  test.each([
    ['central-sequence of another host', 'character', 'post', '/sequence'],
    ['a method that is not in the contract', 'centralsequence', 'delete', '/sequence'],
    ['another method of a path that has some', 'centralsequence', 'put', '/sequence'],
    ['a path below one of the contract', 'centralsequence', 'get', '/sequence/version/1'],
    ['a path that only starts as one', 'storyfactory', 'get', '/storiesx'],
    ['health', 'storyfactory', 'get', '/health'],
    ['readiness', 'storyfactory', 'get', '/ready'],
    ['figures', 'storyfactory', 'get', '/metrics'],
    ['the root', 'storyfactory', 'get', '/'],
    ['a file further down', 'storyfactory', 'get', '/files/a/b'],
    ['a host that nobody has', 'nobody', 'get', '/stories'],
  ])('lets nothing else through: %s', (_, host, method, path) => {
    expect(matching(host, method, path)).toEqual([]);
  });

  test('has few routes, each with a name of its own', () => {
    expect(routes).toHaveLength(13);
    expect(new Set(routes.map(({ name }) => name)).size).toBe(13);
  });
});

/** `host` without the domain. */
function matching(host: string, method: string, path: string): Route[] {
  return routes.filter(
    ({ hosts, methods, paths }) =>
      hosts.includes(`${host}.${stack.manifest.domain}`) &&
      methods.includes(method.toUpperCase()) &&
      paths.some((pattern) => new RegExp(`^(?:${pattern.slice(1)})`).test(path)),
  );
}

test('the plugins that a contract may name, and their options, are those that the stand-in for Kong knows', () => {
  const sorted = (options: readonly string[]) => [...options].sort();
  const ours = Object.entries(kongPlugins).map(([name, options]) => [name, sorted(options)]);
  const theirs = Object.entries(plugins).map(([name, { config }]) => [name, sorted(Object.keys(config))]);
  expect(Object.fromEntries(ours)).toEqual(Object.fromEntries(theirs));
});
