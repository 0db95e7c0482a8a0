import { describe, expect, test } from 'vitest';
import { checkBudget, spendingOf } from '../../src/operations/budget.ts';
import { fittingBundles } from '../../src/operations/catalog-check.ts';
import { budgetSchema } from '../../src/schemas/budget.ts';
import type { Instance } from '../../src/schemas/lightsail.ts';
import { bundle, instance, wish } from './cloud-fakes.ts';

const settings = { budgetEurMonth: 20, eurPerUsd: 0.92, regions: async () => [] };
const bundles = [
  bundle(),
  bundle({ bundle_id: 'micro_3_0', price_usd_month: 7, ram_mb: 1024 }),
  bundle({ bundle_id: 'small_3_0', price_usd_month: 12, ram_mb: 2048 }),
  bundle({ bundle_id: 'nano_ipv6_3_0', price_usd_month: 3.5, public_ipv4: false }),
  bundle({ bundle_id: 'nano_win_3_0', price_usd_month: 4, platforms: ['WINDOWS'] }),
  bundle({ bundle_id: 'pico_3_0', price_usd_month: 1, power: 1 }),
  bundle({ bundle_id: 'nano_2_0', price_usd_month: 3, active: false }),
  bundle({ bundle_id: 'odd_3_0', price_usd_month: null }),
];
const debian = {
  ...{ blueprint_id: 'debian_12', name: 'Debian', group: 'debian', type: 'os', version: '12' },
  ...{ platform: 'LINUX_UNIX', min_power: 2, active: true },
};
const old = instance({ name: 'old', state: 'stopped', bundle_id: 'micro_3_0', monthly_usd: 7 });

/** A region with some instances, a static IP that is used, one that is idle, and a snapshot. */
const cloud = (instances: Instance[], asked: string[] = []) => ({
  async instances(region: string) {
    asked.push(region);
    return instances;
  },
  staticIps: async (region: string) => [
    { name: 'used', region, ip_address: '203.0.113.7', attached_to: 'old', monthly_usd: 0 },
    { name: 'idle', region, ip_address: '203.0.113.8', attached_to: null, monthly_usd: 3.65 },
  ],
  snapshots: async (region: string) => [
    {
      ...{ name: 'kept', region, instance_name: 'old', state: 'available', size_gb: 20 },
      ...{ created_at: null, monthly_usd: 1 },
    },
  ],
});

interface More {
  allow?: boolean;
  instances?: Instance[];
  limit?: number;
}

async function check(bundle_id: string, { allow = false, instances = [old], limit = 20 }: More = {}) {
  const order = wish({ bundle_id, allow_over_budget: allow });
  const price = bundles.find((one) => one.bundle_id === bundle_id)?.price_usd_month ?? null;
  const choices = fittingBundles(bundles, debian, order);
  const spending = await spendingOf(['eu-central-1'], cloud(instances));
  return checkBudget(spending, { wish: order, price, choices }, { ...settings, budgetEurMonth: limit });
}

test('each region is read once', async () => {
  const asked: string[] = [];
  const items = await spendingOf(['eu-central-1', 'eu-west-3', 'eu-central-1'], cloud([old], asked));
  expect(asked).toEqual(['eu-central-1', 'eu-west-3']);
  expect(items).toHaveLength(6);
});

test('stopped instances, idle static IPs and snapshots count; attached static IPs and what is being deleted do not', async () => {
  const instances = [old, instance({ name: 'going', state: 'shutting-down', monthly_usd: 84 })];
  const { budget, told } = await check('micro_3_0', { instances });
  expect(told).toBe('With it everything costs 18.65 USD (17.16 EUR) a month; BUDGET_EUR_MONTH is 20');
  expect(budget).toEqual({
    monthly_usd: 18.65,
    monthly_eur: 17.16,
    limit_eur: 20,
    items: [
      { what: 'instance old (micro_3_0, stopped)', monthly_usd: 7 },
      { what: 'static IP idle (idle)', monthly_usd: 3.65 },
      { what: 'snapshot kept (20 GB)', monthly_usd: 1 },
      { what: 'instance apps (micro_3_0, to be created)', monthly_usd: 7 },
    ],
  });
  expect(budgetSchema.parse(budget)).toEqual(budget);
});

test.each([
  [17.16, 'fits'],
  [17.15, 'is refused'],
])('a budget of %f EUR: to the cent, what costs 17.16 %s', async (limit, end) => {
  const checked = check('micro_3_0', { limit });
  if (end === 'fits') await expect(checked).resolves.toBeDefined();
  else await expect(checked).rejects.toMatchObject({ code: 'budget_exceeded' });
});

describe('what goes beyond', () => {
  test('is refused, with what it is made of and the cheaper bundles that go with the wish and still fit', async () => {
    await expect(check('small_3_0')).rejects.toMatchObject({
      code: 'budget_exceeded',
      message:
        'With it everything costs 23.65 USD (21.76 EUR) a month; BUDGET_EUR_MONTH is 20. These would fit: nano_3_0 (5 USD), micro_3_0 (7 USD).',
      hint: expect.stringContaining('allow_over_budget'),
      details: [
        {
          ...{ path: '/bundle_id', monthly_usd: 23.65, monthly_eur: 21.76, limit_eur: 20 },
          cheaper: [
            { bundle_id: 'nano_3_0', price_usd_month: 5, ram_mb: 512 },
            { bundle_id: 'micro_3_0', price_usd_month: 7, ram_mb: 1024 },
          ],
        },
        { message: 'instance old (micro_3_0, stopped): 7.00 USD a month', monthly_usd: 7 },
        { message: 'static IP idle (idle): 3.65 USD a month', monthly_usd: 3.65 },
        { message: 'snapshot kept (20 GB): 1.00 USD a month', monthly_usd: 1 },
        { message: 'instance apps (small_3_0, to be created): 12.00 USD a month', monthly_usd: 12 },
      ],
    });
  });

  test('is refused although nothing would fit, and that is said', async () => {
    const dear = [instance({ monthly_usd: 84 })];
    await expect(check('nano_3_0', { instances: dear })).rejects.toThrow(/No bundle fits beside what there is/);
  });

  test('is let through by allow_over_budget, and that is said', async () => {
    expect((await check('small_3_0', { allow: true })).told).toMatch(/21\.76 EUR.*which allow_over_budget lets pass$/);
  });
});

describe('a price that AWS does not tell is never counted as nothing in silence', () => {
  test('of what is there', async () => {
    const instances = [instance({ name: 'strange', bundle_id: 'odd_9_9', monthly_usd: null })];
    expect((await check('nano_3_0', { instances })).told).toContain(
      'a month, not counting instance strange (odd_9_9, running), whose price AWS does not tell; BUDGET',
    );
  });

  test('of what is wished for', async () => {
    const { told, budget } = await check('odd_3_0');
    expect(told).toContain('not counting instance apps (odd_3_0, to be created)');
    expect(budget.items.at(-1)).toMatchObject({ monthly_usd: null });
  });

  test('when the rest alone is too much', async () => {
    const instances = [instance({ name: 'strange', monthly_usd: null }), instance({ monthly_usd: 20 })];
    await expect(check('nano_3_0', { instances })).rejects.toMatchObject({
      message: expect.stringContaining('not counting instance strange'),
      details: expect.arrayContaining([expect.objectContaining({ message: expect.stringContaining('does not tell') })]),
    });
  });
});
