import { describe, expect, test } from 'vitest';
import { AppError } from '../../src/lib/errors.ts';
import { withBundleAdvice } from '../../src/operations/bundle-advice.ts';
import type { HostPlanner } from '../../src/operations/host-plan.ts';
import type { HostTarget } from '../../src/operations/host-target.ts';
import type { Report } from '../../src/operations/operation.ts';
import type { Bundle } from '../../src/schemas/lightsail.ts';
import { bundle, fakeClock, fakeContext } from './cloud-fakes.ts';

const nano = { region: 'eu-central-1', diskGb: 20 };
const sized = (id: string, ram_mb: number, disk_gb: number, price_usd_month: number, more: Partial<Bundle> = {}) =>
  bundle({ bundle_id: id, ram_mb, disk_gb, price_usd_month, active: true, public_ipv4: true, ...more });
const SOLD = [
  sized('small_win_3_0', 2048, 60, 9, { platforms: ['WINDOWS'] }),
  sized('small_ipv6_3_0', 2048, 60, 10, { public_ipv4: false }),
  sized('medium_3_0', 4096, 80, 24),
  sized('small_2_0', 2048, 60, 8, { active: false }),
  sized('small_3_0', 2048, 60, 12),
  sized('micro_3_0', 1024, 40, 7),
  sized('nano_3_0', 512, 20, 5),
];

/** What a caller is told when planning, or applying, ends with this error. */
async function told(error: unknown, when: 'plan' | 'apply', bought?: HostTarget['bought'], sold?: Bundle[]) {
  const planner: HostPlanner = {
    async plan() {
      if (when === 'plan') throw error;
      const fail = () => Promise.reject(error);
      return { steps: [], hashed: [], preview: { message: '', result: {} }, apply: fail };
    },
  };
  const asked: [string, boolean | undefined][] = [];
  const advised = withBundleAdvice(planner, {
    async bundles(region, includeInactive) {
      asked.push([region, includeInactive]);
      if (!sold) throw new AppError('aws_unreachable');
      return sold;
    },
  });
  const host = { label: 'instance eu-central-1/search', ...(bought ? { bought } : {}) } as HostTarget;
  const work = { probes: [], decide: () => ({}) as never };
  const plan = advised.plan(host, fakeContext(fakeClock()), work);
  const failure: AppError = await plan
    .then((made) => made.apply({} as Report))
    .then(
      () => expect.unreachable('it fails'),
      (cause) => cause,
    );
  return { failure, asked };
}

const memory = (needed_mb: number) =>
  new AppError('insufficient_memory', `It needs ${needed_mb} MB.`, { details: [{ message: 'it does', needed_mb }] });
const disk = (missing_disk_mb: number) =>
  new AppError('insufficient_disk', 'Too little.', { details: [{ message: 'disk', missing_disk_mb }] });

describe.each(['plan', 'apply'] as const)('an error of %s', (when) => {
  test('about memory is told the smallest bundle that is sold, and its price', async () => {
    const { failure, asked } = await told(memory(1700), when, nano, SOLD);
    expect(asked).toEqual([['eu-central-1', false]]);
    expect(failure).toMatchObject({
      code: 'insufficient_memory',
      message: 'It needs 1700 MB. The smallest bundle that would do is small_3_0 (12 USD a month).',
      hint: expect.stringContaining('bundle_id small_3_0'),
      details: [{ message: 'it does', needed_mb: 1700, bundle_id: 'small_3_0', price_usd_month: 12 }],
    });
  });

  test('that asks for no advice stays as it is', async () => {
    for (const error of [new AppError('step_failed', 'no'), new Error('a defect')]) {
      expect((await told(error, when, nano, SOLD)).failure).toBe(error);
    }
  });
});

test.each([
  [460, 'nano_3_0'],
  [461, 'micro_3_0'],
  [1843, 'small_3_0'],
  [1844, 'medium_3_0'],
])('the kernel keeps some of a bundle’s RAM: %i MB fit into %s', async (needed, name) => {
  expect((await told(memory(needed), 'plan', nano, SOLD)).failure.message).toContain(`is ${name} (`);
});

test('a disk that lacks so much: a bundle with as much more', async () => {
  expect((await told(disk(500), 'plan', nano, SOLD)).failure.message).toContain('micro_3_0 (7 USD a month)');
  expect((await told(disk(21 * 1024), 'plan', nano, SOLD)).failure.message).toContain('small_3_0 (12 USD a month)');
});

test('nothing that is sold is large enough: the error stays as it is', async () => {
  const error = memory(900_000);
  expect((await told(error, 'plan', nano, SOLD)).failure).toBe(error);
});

test('without AWS’s answer, or outside Lightsail: what is known here, without a price', async () => {
  const unreachable = await told(memory(1700), 'plan', nano);
  const outside = await told(memory(1700), 'plan');
  for (const { failure } of [unreachable, outside]) {
    expect(failure.message).toBe('It needs 1700 MB. The smallest bundle that would do is small_3_0.');
  }
  expect(outside.asked).toEqual([]);
  const error = disk(500);
  expect((await told(error, 'plan')).failure).toBe(error);
});
