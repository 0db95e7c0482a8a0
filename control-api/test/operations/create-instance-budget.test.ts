import { expect, test } from 'vitest';
import { createInstanceOperation } from '../../src/operations/create-instance.ts';
import type { CreateInstanceBody, Instance } from '../../src/schemas/lightsail.ts';
import type { Lightsail } from '../../src/services/lightsail.ts';
import { bundle, fakeClock, fakeContext, instance, perform, wish } from './cloud-fakes.ts';

const key = { algorithm: 'ssh-ed25519', publicKey: 'AAAA' };

/** A cloud without IPs and snapshots, whose instances run at once; 5 USD each, of `budgetEurMonth` at par. */
function setUp({ there = [] as Instance[], budgetEurMonth = 8, regions = ['eu-central-1'] } = {}) {
  const clock = fakeClock();
  const model = { instances: there, asked: [] as string[], created: [] as string[] };
  const find = (name: string) => model.instances.find((one) => one.name === name);
  const lightsail: Partial<Lightsail> = {
    instance: async (_, name) => find(name),
    async instances(region) {
      model.asked.push(region);
      return model.instances.filter((one) => one.region === region);
    },
    staticIps: async () => [],
    snapshots: async () => [],
    bundles: async () => [bundle()],
    blueprints: async () => [
      {
        ...{ blueprint_id: 'debian_12', name: 'Debian', group: 'debian', type: 'os', version: '12' },
        ...{ platform: 'LINUX_UNIX', min_power: 0, active: true },
      },
    ],
    async createInstance(_, { instance_name }) {
      model.created.push(instance_name);
      model.instances = [...model.instances, instance({ name: instance_name })];
      return instance({ name: instance_name });
    },
    operationFailure: async () => undefined,
  };
  const operation = createInstanceOperation({
    ...{ lightsail: lightsail as Lightsail, clock, sshPort: 22, pollMs: 2000 },
    hosts: { pinnedKeys: async () => [key] },
    ssh: { presentedHostKey: async () => ({ ...key, fingerprint: 'SHA256:x' }) },
    budget: { budgetEurMonth, eurPerUsd: 1, regions: async () => regions },
  });
  const order = (more: Partial<CreateInstanceBody> = {}) => perform(operation, wish(more), fakeContext(clock));
  const plan = async () => operation.plan(wish(), fakeContext(clock), { key: '', label: '' });
  return { model, order, plan };
}

const told = 'With it everything costs 5.00 USD (5.00 EUR) a month; BUDGET_EUR_MONTH is 8';

test('a dry run tells the sum, and a step of the real call does', async () => {
  const { plan, order } = setUp();
  const { preview, steps } = await plan();
  expect(preview.message).toBe(`apps would be created. ${told}.`);
  expect(preview.result).toMatchObject({
    instance: null,
    budget: { monthly_usd: 5, monthly_eur: 5, limit_eur: 8, items: [{ monthly_usd: 5 }] },
  });
  expect(steps).toContainEqual({ name: 'Budget', outcome: 'unchanged', detail: told });
  expect((await order()).message).toBe('apps: created; running at 203.0.113.7.');
});

test('the region of the call counts, and those where instances were seen', async () => {
  const { model, plan } = setUp({ regions: ['eu-central-1', 'eu-west-3'] });
  await plan();
  expect(model.asked).toEqual(['eu-central-1', 'eu-west-3']);
});

test('what is refused is not created; allow_over_budget creates it', async () => {
  const { model, order } = setUp({ there: [instance({ name: 'old', region: 'eu-west-3' })], regions: ['eu-west-3'] });
  await expect(order()).rejects.toMatchObject({ code: 'budget_exceeded' });
  expect(model.created).toEqual([]);
  expect((await order({ allow_over_budget: true })).outcomes['Create instance apps']).toBe('changed');
});

test('what is there is found, whatever it costs', async () => {
  const { order } = setUp({ there: [instance()], budgetEurMonth: 0 });
  expect((await order()).message).toContain('nothing was changed');
});

test('of two calls at once that fit one by one, only the first is let through', async () => {
  const { model, order } = setUp();
  const ends = await Promise.all([order({ instance_name: 'one' }), order({ instance_name: 'two' })]);
  expect(ends.map(({ error }) => (error as { code?: string } | undefined)?.code)).toEqual([
    undefined,
    'budget_exceeded',
  ]);
  expect(model.created).toEqual(['one']);
});
