import { expect, test } from 'vitest';
import { AppError } from '../../../src/lib/errors.ts';
import { checkCatalog, explainRefusal } from '../../../src/operations/lightsail/catalog-check.ts';
import type { Blueprint, Bundle } from '../../../src/schemas/lightsail.ts';

const bundle = (bundle_id: string, price_usd_month: number, more: Partial<Bundle> = {}): Bundle => ({
  bundle_id,
  name: '',
  price_usd_month,
  ram_mb: price_usd_month * 100,
  cpu_count: 2,
  disk_gb: 20,
  transfer_gb: 1024,
  public_ipv4: true,
  power: price_usd_month * 100,
  platforms: ['LINUX_UNIX'],
  active: true,
  ...more,
});

const blueprint = (blueprint_id: string, more: Partial<Blueprint> = {}): Blueprint => ({
  blueprint_id,
  name: blueprint_id,
  group: '',
  type: 'os',
  version: '',
  platform: 'LINUX_UNIX',
  min_power: 0,
  active: true,
  ...more,
});

const bundles = [
  bundle('small_3_0', 12),
  bundle('nano_3_0', 5),
  bundle('nano_ipv6_3_0', 3.5, { public_ipv4: false }),
  bundle('nano_win_3_0', 9, { platforms: ['WINDOWS'] }),
  bundle('nano_2_0', 3.5, { active: false }),
];
const blueprints = [
  blueprint('debian_12'),
  blueprint('ubuntu_20_04', { active: false }),
  blueprint('gitlab', { min_power: 1000 }),
  blueprint('windows', { platform: 'WINDOWS' }),
];
const wish = {
  region: 'eu-central-1',
  blueprint_id: 'debian_12',
  bundle_id: 'nano_3_0',
  ip_address_type: 'dualstack' as const,
};

function problems(more: Partial<typeof wish>) {
  try {
    checkCatalog(bundles, blueprints, { ...wish, ...more });
  } catch (error) {
    if (error instanceof AppError && error.code === 'catalog_mismatch') return error.details ?? [];
    throw error;
  }
  return [];
}

test('what is sold passes, what is retired passes with a warning each', () => {
  expect(checkCatalog(bundles, blueprints, wish)).toEqual([]);
  const old = { ...wish, bundle_id: 'nano_2_0', blueprint_id: 'ubuntu_20_04' };
  expect(checkCatalog(bundles, blueprints, old)).toEqual([
    expect.stringContaining('nano_2_0 is retired'),
    expect.stringContaining('ubuntu_20_04 is retired'),
  ]);
});

test('what is not listed is refused with what there is: that fits, on sale, the cheapest first', () => {
  expect(problems({ bundle_id: 'nano_9_0', blueprint_id: 'debian_99' })).toMatchObject([
    { path: '/blueprint_id', available: [{ blueprint_id: 'debian_12' }, { blueprint_id: 'gitlab' }, {}] },
    { path: '/bundle_id' },
  ]);
  expect(problems({ bundle_id: 'nano_9_0' })).toEqual([
    {
      path: '/bundle_id',
      message: 'nano_9_0 is not listed',
      available: [
        { bundle_id: 'nano_3_0', price_usd_month: 5, ram_mb: 500 },
        { bundle_id: 'small_3_0', price_usd_month: 12, ram_mb: 1200 },
      ],
    },
  ]);
});

test.each([
  ['too small', { blueprint_id: 'gitlab' }, 'nano_3_0 is too small for gitlab', ['small_3_0']],
  ['another platform', { blueprint_id: 'windows' }, 'nano_3_0 is for LINUX_UNIX', ['nano_win_3_0']],
  ['no IPv4', { bundle_id: 'nano_ipv6_3_0' }, 'has no public IPv4 address', ['nano_3_0', 'small_3_0']],
  ['IPv4 unasked', { ip_address_type: 'ipv6' as never }, 'has a public IPv4 address', ['nano_ipv6_3_0']],
])('what does not go together is refused: %s', (_, more, message, ids) => {
  const [problem] = problems(more);
  expect(problem?.message).toContain(message);
  expect(problem?.available).toMatchObject(ids.map((bundle_id) => ({ bundle_id })));
});

test('a refusal of AWS about the catalogue becomes catalog_mismatch, any other stays as it is', () => {
  const refused = (message: string, aws_error = 'InvalidInputException') =>
    new AppError('aws_error', message, { details: [{ message, aws_error }] });
  const explain = (error: unknown) => explainRefusal(error, bundles, blueprints, wish);
  expect(explain(refused('The bundle is not available: nano_2_0'))).toMatchObject({
    code: 'catalog_mismatch',
    details: [{ path: '/bundle_id', available: [{ bundle_id: 'nano_3_0' }, {}] }, { path: '/blueprint_id' }],
  });
  expect(explain(refused('The availability zone is not valid: eu-central-1z'))).toMatchObject({
    code: 'catalog_mismatch',
    details: [{ path: '/availability_zone' }],
  });
  for (const other of [refused('The tag is odd'), refused('bundle', 'NotFoundException'), new Error('bundle')]) {
    expect(explain(other)).toBe(other);
  }
});
