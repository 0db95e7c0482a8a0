import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { AppError } from '../../src/lib/errors.ts';
import { Secret } from '../../src/lib/secret.ts';
import { applyKongConfig, deployKong } from '../../src/operations/hosts/deploy-kong.ts';
import { deployOpensearch } from '../../src/operations/hosts/deploy-opensearch.ts';
import type { HostPlanner, HostWork } from '../../src/operations/hosts/host-plan.ts';
import type { HostResolver, HostTarget } from '../../src/operations/hosts/host-target.ts';
import type { Context, Operation } from '../../src/operations/operation.ts';
import { applyKongConfigBodySchema, deployKongBodySchema } from '../../src/schemas/kong.ts';
import { deployOpensearchBodySchema } from '../../src/schemas/opensearch.ts';
import { ownGatewayConfig } from '../operations/hosts/gateway-fakes.ts';
import { configText } from '../recipes/kong/kong-wish.ts';
import { readingsOf, runAsPlanned, target, workFor } from './as-planned.ts';
import { printable } from './attacks.ts';
import { bodiesOf, candidates } from './bodies.ts';
import { createPlayground, type Playground } from './in-bash.ts';
import { type Call, installPrograms } from './scripted-programs.ts';

/** As for apps, of the programs that are packages: whatever a call says, no more is run on a host than its plan names. */
let host: Playground;
beforeAll(async () => {
  host = await createPlayground();
  await installPrograms(host);
});
afterAll(() => host.remove());

const schemas = {
  opensearch: deployOpensearchBodySchema,
  kong: deployKongBodySchema,
  apply: applyKongConfigBodySchema,
};

test.each(Object.keys(schemas) as (keyof typeof schemas)[])('every field of %s is tried', (name) => {
  const { properties = {} } = z.toJSONSchema(schemas[name], { io: 'input' });
  const tried = candidates[name].flatMap((candidate) => Object.keys(fc.sample(candidate, 1)[0] ?? {}));
  expect(tried.sort()).toEqual(Object.keys(properties).sort());
});

const anyCourse = fc.record({ spared: fc.boolean(), broken: fc.option(fc.nat(30)) });
const unbroken = { spared: false, broken: null };
const whole = { instance_ip: '203.0.113.7', ssh_key_path: 'key' };
type Dependencies = { hosts: HostResolver; planner: HostPlanner };

/** What an operation asks of its host; null for what it refuses before it asks. */
async function workOf<Body, T extends HostTarget>(
  make: (dependencies: Dependencies) => Operation<Body, T>,
  body: Body,
): Promise<HostWork | null> {
  const hosts = { resolve: async () => target } as unknown as HostResolver;
  const context = { signal: new AbortController().signal } as Context;
  const planned = workFor(async (planner) => {
    const operation = make({ hosts, planner });
    return operation.plan(body, context, await operation.target(body, context));
  });
  return orRefused(planned);
}

async function orRefused<T>(work: Promise<T>): Promise<T | null> {
  return work.catch((error) => {
    if (error instanceof AppError) return null;
    throw error;
  });
}

test('deploy-opensearch: a password stands in no command line, and arrives as it is', async () => {
  const passwords = {
    derive: () => new Secret('derived-aA1'),
    hash: async () => new Secret('$2b$10$hash'),
    pathOf: (name: string) => `/passwords/${name}`,
    keep: async (name: string) => name,
  };
  const bodies = bodiesOf(
    schemas.opensearch,
    { instance_ip: '203.0.113.7', ssh_key_path: 'key' },
    candidates.opensearch,
  );
  const kinds = fc.constantFrom('empty-2gb', 'opensearch');
  const admin_password = `$(canary)\`canary\`;canary|"'canary\\"#&<*>%s\\u0022-aA1kmvzwq`;
  const worst = schemas.opensearch.parse({ ...whole, security: 'tls', admin_password });
  let logins = 0;
  await fc.assert(
    fc.asyncProperty(bodies, kinds, anyCourse, async (body, kind, course) => {
      const make = (given: Dependencies) =>
        deployOpensearch({ ...given, passwords, hmacKey: Buffer.from('key'), place: undefined });
      const work = await workOf(make, body);
      const calls = work && (await orRefused(runAsPlanned(host, work, await readingsOf(kind), course)));
      if (!calls || !body.admin_password) return;
      const password = body.admin_password.reveal();
      expect(calls.filter(({ argv }) => argv.join('\0').includes(password))).toEqual([]);
      const install = calls.find(
        ({ argv }) => argv[0] === 'apt-get' && argv.includes('install') && argv.includes('-y'),
      );
      if (install) expect(install.env.OPENSEARCH_INITIAL_ADMIN_PASSWORD).toBe(password);
      for (const login of calls.filter(isLogin)) {
        logins += 1;
        expect(JSON.parse(login.stdin.replace(/^user = /, ''))).toBe(`admin:${password}`);
      }
    }),
    { numRuns: 3, examples: [[worst, 'empty-2gb', unbroken]] },
  );
  expect(logins).toBeGreaterThan(0);
});

const isLogin = ({ stdin }: Call) => stdin.startsWith('user = ');

test('deploy-kong and apply-kong-config: nor does anything of a configuration', async () => {
  const wishes = fc.oneof(
    bodiesOf(schemas.kong, whole, candidates.kong).map((body) => ['deploy', body] as const),
    bodiesOf(schemas.apply, whole, candidates.apply).map((body) => ['apply', body] as const),
  );
  const kinds = fc.constantFrom('fresh', 'kong');
  let ran = 0;
  await fc.assert(
    fc.asyncProperty(wishes, printable, kinds, anyCourse, async ([what, body], comment, kind, course) => {
      const text = `# a canary: ${comment}\n${configText('hostile')}`;
      const gateway = ownGatewayConfig(text);
      const work =
        what === 'deploy'
          ? await workOf((given) => deployKong({ ...given, gateway, deb: undefined }), body)
          : await workOf((given) => applyKongConfig({ ...given, gateway }), body);
      const calls = work && (await orRefused(runAsPlanned(host, work, await readingsOf(kind), course)));
      if (!calls) return;
      ran += calls.length;
      expect(calls.filter(({ argv }) => /canary|hostile/.test(argv.join('\0')))).toEqual([]);
    }),
    { numRuns: 4, examples: [[['deploy', schemas.kong.parse(whole)], '$(canary)`canary`', 'fresh', unbroken]] },
  );
  expect(ran).toBeGreaterThan(10);
});
