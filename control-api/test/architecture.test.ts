import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';

const root = new URL('../..', import.meta.url).pathname;
const source = join(root, 'control-api/src');

/** Data that gateway, deployment and services agree on. */
const timing = join(root, 'deploy-manifests/timing.json');

/** Which folder of control-api/src may import which; `types:` stands for `import type` only. */
const arrows: Record<string, readonly string[]> = {
  'server.ts': ['app.ts', 'config.ts'],
  'app.ts': ['*'],
  'web.ts': [
    'web',
    'routes',
    'lib',
    'types:config.ts',
    'types:schemas',
    'types:operations',
    'types:services',
    'types:reads',
  ],
  'config.ts': ['lib'],
  web: ['web', 'lib', 'schemas', 'types:config.ts', 'types:operations', 'types:services'],
  routes: ['routes', 'schemas', 'web', 'lib', 'types:operations', 'types:services', 'types:reads'],
  operations: ['operations', 'recipes', 'schemas', 'lib', 'types:services'],
  reads: ['reads', 'recipes', 'schemas', 'lib', 'types:operations', 'types:services'],
  services: ['services', 'schemas', 'lib'],
  recipes: ['recipes', 'lib', 'types:schemas'],
  schemas: ['schemas', 'lib'],
  lib: ['lib'],
};

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.parentPath.includes('node_modules'))
    .map((entry) => join(entry.parentPath, entry.name));
}

function importsOf(file: string): { typeOnly: boolean; lazy: boolean; from: string }[] {
  const pattern = /^(?:import|export)\s+(type\s+)?[^'"]*?from\s+['"]([^'"]+)['"]|import\(['"]([^'"]+)['"]\)/gm;
  return [...readFileSync(file, 'utf8').matchAll(pattern)].map((match) => ({
    typeOnly: match[1] !== undefined,
    lazy: match[3] !== undefined,
    from: (match[2] ?? match[3]) as string,
  }));
}

function roomOf(file: string): string {
  return relative(source, file).split('/')[0] as string;
}

test('imports inside the control API follow the arrows', () => {
  const files = filesBelow(source);
  expect(files.length).toBeGreaterThan(20);
  const wrong = files.flatMap((file) =>
    importsOf(file)
      .filter(({ from }) => from.startsWith('.') && join(file, '..', from) !== timing)
      .map(({ from, typeOnly }) => ({ to: roomOf(join(file, '..', from)), typeOnly }))
      .filter(({ to, typeOnly }) => {
        const allowed = arrows[roomOf(file)] ?? [];
        return !(allowed.includes('*') || allowed.includes(to) || (typeOnly && allowed.includes(`types:${to}`)));
      })
      .map(({ to }) => `${relative(root, file)} -> ${to}`),
  );
  expect(wrong).toEqual([]);
});

test('the sandbox and the end-to-end tests know nothing of the control API’s insides', () => {
  const wrong = ['sandbox', 'e2e']
    .flatMap((folder) => filesBelow(join(root, folder)))
    .filter((file) => importsOf(file).some(({ from }) => /control-api\/|@fountainai\/control-api/.test(from)));
  expect(wrong).toEqual([]);
});

test('only config.ts reads the environment, and only server.ts passes it on', () => {
  const readers = filesBelow(source).filter((file) => readFileSync(file, 'utf8').includes('process.env'));
  expect(
    readers.map((file) => relative(source, file)).filter((file) => file !== 'config.ts' && file !== 'server.ts'),
  ).toEqual([]);
});

test('what is heavy and seldom wanted is loaded when it is wanted, not at the start', () => {
  // Not yaml: @fastify/swagger has loaded it by then.
  const heavy = [
    '@aws-sdk/client-lightsail',
    '@aws-sdk/client-route-53',
    'libsodium-wrappers',
    'bcryptjs',
    'acme-client',
  ];
  const atStart = packagesFrom(join(source, 'server.ts'));
  expect(atStart).toContain('fastify');
  expect(heavy.filter((name) => atStart.has(name))).toEqual([]);
});

/** The packages that a file's imports lead to, but for those of types alone and of `import()`. */
function packagesFrom(file: string, seen = new Set<string>(), packages = new Set<string>()): Set<string> {
  seen.add(file);
  for (const { from, typeOnly, lazy } of importsOf(file)) {
    if (typeOnly || lazy) continue;
    const next = join(file, '..', from);
    if (!from.startsWith('.')) packages.add(from);
    else if (!seen.has(next) && next.endsWith('.ts')) packagesFrom(next, seen, packages);
  }
  return packages;
}
