import { expect, test } from 'vitest';
import { checkBudget, spendingOf } from '../../src/operations/budget.ts';
import { fittingBundles } from '../../src/operations/catalog-check.ts';
import { bundle, instance, wish } from './cloud-fakes.ts';

const settings = { budgetEurMonth: 20, eurPerUsd: 0.92, defaultRegion: 'eu-central-1' };
const bundles = [
  bundle(),
  bundle({ bundle_id: 'micro_3_0', price_usd_month: 7, ram_mb: 1024 }),
  bundle({ bundle_id: 'small_3_0', price_usd_month: 12, ram_mb: 2048 }),
  bundle({ bundle_id: 'nano_ipv6_3_0', price_usd_month: 3.5, public_ipv4: false }),
];

async function check(bundle_id: string, more: { allow?: boolean; instances?: ReturnType<typeof instance>[] } = {}) {
  const asked: string[] = [];
  const spending = await spendingOf(['eu-central-1', 'eu-central-1'], {
    async instances(region) {
      asked.push(region);
      return more.instances ?? [instance({ name: 'old', state: 'stopped', bundle_id: 'micro_3_0', monthly_usd: 7 })];
    },
    staticIps: async (region) => [
      { name: 'used', region, ip_address: '203.0.113.7', attached_to: 'old', monthly_usd: 0 },
      { name: 'idle', region, ip_address: '203.0.113.8', attached_to: null, monthly_usd: 3.65 },
    ],
    snapshots: async (region) => [
      { name: 'kept', region, instance_name: 'old', state: 'available', size_gb: 20, created_at: null, monthly_usd: 1 },
    ],
  });
  expect(asked).toEqual(['eu-central-1']);
  const order = wish({ bundle_id, allow_over_budget: more.allow ?? false });
  return checkBudget(spending, { wish: order, bundles, choices: fittingBundles(bundles, undefined, order) }, settings);
}

test('stopped instances, idle static IPs and snapshots count; attached static IPs do not', async () => {
  expect(await check('micro_3_0')).toBe(
    'everything would cost 18.65 USD (17.16 EUR) a month with it; BUDGET_EUR_MONTH is 20 EUR',
  );
});

test('what goes beyond is refused, with what it is made of and what would still fit', async () => {
  await expect(check('small_3_0')).rejects.toMatchObject({
    code: 'budget_exceeded',
    message:
      'everything would cost 23.65 USD (21.76 EUR) a month with it; BUDGET_EUR_MONTH is 20 EUR. These would fit: nano_3_0 (5 USD), micro_3_0 (7 USD).',
    details: [
      { message: 'instance old (micro_3_0, stopped): 7.00 USD a month', monthly_usd: 7 },
      { message: 'static IP idle (idle): 3.65 USD a month', monthly_usd: 3.65 },
      { message: 'snapshot kept (20 GB): 1.00 USD a month', monthly_usd: 1 },
      { path: '/bundle_id', monthly_usd: 12, cheaper: [{ bundle_id: 'nano_3_0' }, { bundle_id: 'micro_3_0' }] },
    ],
  });
});

test('allow_over_budget lets it through, and says so', async () => {
  expect(await check('small_3_0', { allow: true })).toMatch(/21\.76 EUR.*which allow_over_budget allows/);
});

test('a price that AWS does not tell is never counted as nothing in silence', async () => {
  const instances = [instance({ name: 'strange', bundle_id: 'odd_9_9', monthly_usd: null })];
  expect(await check('nano_3_0', { instances })).toMatch(
    /not counting instance strange \(odd_9_9, running\), whose price AWS does not tell/,
  );
});

test('when nothing fits, it says that', async () => {
  const instances = [instance({ monthly_usd: 84 })];
  await expect(check('nano_3_0', { instances })).rejects.toThrow(/No bundle fits beside what there is/);
});
