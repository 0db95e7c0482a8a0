import { expect, test } from 'vitest';
import type { Readings } from '../../src/lib/command.ts';
import { Secret, secretsIn } from '../../src/lib/secret.ts';
import { deployOpensearch } from '../../src/operations/deploy-opensearch.ts';
import type { Decision, HostPlanner } from '../../src/operations/host-plan.ts';
import type { HostResolver } from '../../src/operations/host-target.ts';
import type { Report } from '../../src/operations/operation.ts';
import type { DeployOpensearchBody } from '../../src/schemas/opensearch.ts';
import type { Passwords } from '../../src/services/passwords.ts';
import fresh from '../recipes/hosts/empty-2gb.json' with { type: 'json' };
import settled from '../recipes/hosts/opensearch.json' with { type: 'json' };
import { fakeClock, fakeContext } from './cloud-fakes.ts';

const host = {
  ...{ key: 'arn@2026', label: 'instance eu-central-1/search', address: '203.0.113.7', port: 22, username: 'admin' },
  ...{ privateKey: new Secret('private'), hostKeys: [], privateIp: '172.26.0.7' },
};

const readingsOf = (all: Record<string, unknown>): Readings =>
  Object.fromEntries(
    Object.entries(all).map(([name, value]) => {
      if (typeof value === 'string') return [name, { exit: 0, output: value }];
      return [
        name,
        typeof value === 'number' ? { exit: value, output: '' } : (value as { exit: number; output: string }),
      ];
    }),
  );

/** Deploys on a host with these readings; `done` has what was done outside the host, in order. */
async function deploy(change: Partial<DeployOpensearchBody>, readings: Record<string, unknown> = fresh) {
  const done: string[] = [];
  let decision: Decision | undefined;
  let outside: boolean | undefined;
  const planner: HostPlanner = {
    async plan(_host, _context, { probes, decide }) {
      outside = probes.some(({ name }) => name === 'base.addresses');
      decision = decide(readingsOf(readings));
      const { preview, conclude } = decision;
      const apply = async () => {
        done.push('steps');
        return conclude(() => []);
      };
      return { steps: [], hashed: [], preview, apply };
    },
  };
  const passwords: Passwords = {
    derive: (purpose) => new Secret(`made for ${purpose}`),
    hash: async (password, purpose) => new Secret(`hash of ${password.reveal()} for ${purpose}`),
    pathOf: (name) => `/data/passwords/${name}`,
    async keep(name, password) {
      done.push(`keep ${password.reveal()} in ${name}`);
      return `/data/passwords/${name}`;
    },
  };
  const operation = deployOpensearch({
    hosts: { resolve: async () => host } as unknown as HostResolver,
    ...{ planner, passwords, hmacKey: Buffer.alloc(32, 7), place: undefined },
  });
  const input = { instance_ip: '203.0.113.7', ssh_key_path: '/keys/k', security: 'private' as const, ...change };
  const context = fakeContext(fakeClock());
  const target = await operation.target(input, context);
  const plan = await operation.plan(input, context, target);
  const dry = [...done];
  const applied = await plan.apply({} as Report);
  return { operation, target, decision, outside, plan, dry, done, ...applied };
}

test('private: the package’s password is made, redacted, and kept nowhere', async () => {
  const { operation, target, done, result, message, outside } = await deploy({});
  expect(operation).toMatchObject({ name: 'opensearch.deploy', deadlineS: 900 });
  expect(done).toEqual(['steps']);
  expect(outside).toBe(false);
  expect(secretsIn(target).map((secret) => secret.reveal())).toContain('made for opensearch admin of arn@2026');
  expect(message).toBe('OpenSearch 3.8.0 is deployed and healthy on instance eu-central-1/search.');
  expect(result).toMatchObject({ url: 'http://172.26.0.7:9200', version: '3.8.0', heap_mb: 512, security: 'private' });
  expect(result).toMatchObject({
    cluster_name: 'fountain',
    removed_plugins: expect.arrayContaining(['opensearch-ml']),
  });
  expect(result).not.toHaveProperty('admin_password_file');
});

test('tls: the password that is made is on disk before the host hears of it, and never in a dry run', async () => {
  const { dry, done, result, target } = await deploy({ security: 'tls' });
  expect(dry).toEqual([]);
  const made = 'made for opensearch admin of arn@2026';
  expect(done).toEqual([`keep ${made} in opensearch-eu-central-1-search`, 'steps']);
  expect(result).toMatchObject({
    url: 'https://172.26.0.7:9200',
    security: 'tls',
    admin_password_file: '/data/passwords/opensearch-eu-central-1-search',
  });
  expect(JSON.stringify(result)).not.toContain('made for');
  expect(secretsIn(target).map((secret) => secret.reveal())).toContain(
    `hash of ${made} for opensearch admin of arn@2026`,
  );
});

test('tls with admin_password: that one, and no file', async () => {
  const { done, result, target } = await deploy({ security: 'tls', admin_password: new Secret('correct-Horse7') });
  expect(done).toEqual(['steps']);
  expect(result).not.toHaveProperty('admin_password_file');
  expect(target.login?.password.reveal()).toBe('correct-Horse7');
  expect(target.login?.salt).toMatch(/^[0-9a-f]{16}$/);
});

test('as asked already: that is said', async () => {
  const { message, plan } = await deploy({}, settled);
  expect(message).toBe(
    'OpenSearch 3.8.0 is as asked and healthy, nothing was changed, on instance eu-central-1/search.',
  );
  expect(plan.preview.message).toBe('OpenSearch 3.8.0: nothing would be changed.');
});

test('a package that an earlier call left half configured gets its environment from the base recipe', async () => {
  const half = { ...fresh, 'opensearch.package': 'iF  3.8.0', 'base.dpkg_audit': 'opensearch is half configured' };
  const { decision } = await deploy({}, half);
  const [repair] = decision?.items.filter(({ name }) => name.startsWith('Finish')) ?? [];
  expect(repair).toMatchObject({
    action: {
      argv: ['dpkg', '--configure', '-a'],
      env: { DISABLE_INSTALL_DEMO_CONFIG: 'true', OPENSEARCH_INITIAL_ADMIN_PASSWORD: expect.any(Secret) },
    },
  });
});

test('what the host cannot carry is refused before anything is planned for it', async () => {
  const nano = { ...fresh, 'base.memory': 'MemTotal: 471296 kB\nSwapTotal: 0 kB', 'base.disk': ' Avail\n90M' };
  await expect(deploy({}, nano)).rejects.toMatchObject({ code: 'insufficient_memory', details: [{ needed_mb: 1700 }] });
});
