import { describe, expect, test } from 'vitest';
import { AppError } from '../../src/lib/errors.ts';
import { createInstanceOperation } from '../../src/operations/create-instance.ts';
import { type Instance, operationTag } from '../../src/schemas/lightsail.ts';
import type { Lightsail } from '../../src/services/lightsail.ts';
import type { HostKey } from '../../src/services/ssh.ts';
import { bundle, fakeClock, fakeContext, instance, perform, wish } from './cloud-fakes.ts';

const key: HostKey = { algorithm: 'ssh-ed25519', publicKey: 'AAAA' };

/** A cloud whose instance looks otherwise at each look; the last look stays. */
function setUp(looks: (Instance | undefined)[], more: { keys?: HostKey[][]; shown?: (HostKey | AppError)[] } = {}) {
  const { keys = [[key]], shown = [key] } = more;
  const next = <T>(list: T[]): T => (list.length > 1 ? list.shift() : list[0]) as T;
  const clock = fakeClock();
  const created: unknown[] = [];
  const lightsail = {
    instance: async () => next(looks),
    bundles: async () => [bundle(), bundle({ bundle_id: 'nano_ipv6_3_0', public_ipv4: false })],
    blueprints: async () => [
      {
        ...{ blueprint_id: 'debian_12', name: 'Debian', group: 'debian', type: 'os', version: '12' },
        ...{ platform: 'LINUX_UNIX', min_power: 0, active: true },
      },
    ],
    createInstance: async (...asked: unknown[]) => {
      created.push(asked);
      return next(looks);
    },
    instances: async () => [] as Instance[],
    staticIps: async () => [],
    snapshots: async () => [],
    operationFailure: async () => undefined as string | undefined,
  };
  const operation = createInstanceOperation({
    lightsail: lightsail as unknown as Lightsail,
    hosts: { pinnedKeys: async () => next(keys) },
    ssh: {
      async presentedHostKey() {
        const one = next(shown);
        if (one instanceof AppError) throw one;
        return { ...one, fingerprint: 'SHA256:shown' };
      },
    },
    clock,
    sshPort: 22,
    pollMs: 2000,
    budget: { budgetEurMonth: 70, eurPerUsd: 0.92, regions: async () => ['eu-central-1'] },
  });
  return { clock, created, lightsail, run: (asked = wish()) => perform(operation, asked, fakeContext(clock)) };
}

const pending = instance({ state: 'pending', public_ip: null });
const unreachable = new AppError('host_unreachable', '203.0.113.7:22 does not answer over SSH: ECONNREFUSED.');

describe('a new one', () => {
  test('is created and waited for, rung by rung', async () => {
    const looks = [
      undefined,
      pending,
      pending,
      instance({ public_ip: null }),
      instance({ public_ip: null }),
      instance(),
    ];
    const { run, created, clock } = setUp(looks, { keys: [[], [key]], shown: [unreachable, key] });
    const { outcomes, told, message, result } = await run();
    expect(created).toEqual([['eu-central-1', wish(), 'op_019aa2b3c4d0f1e2d3c4']]);
    expect(outcomes).toEqual({
      Budget: 'unchanged',
      'Create instance apps': 'changed',
      'Wait until it runs': 'verified',
      'Wait for its address': 'verified',
      'Pin its host keys': 'verified',
      'Wait until SSH answers with a pinned key': 'verified',
    });
    expect(told).toEqual([
      'it is pending',
      'it has no public address yet',
      'AWS does not report its host keys yet',
      '203.0.113.7:22 does not answer over SSH: ECONNREFUSED',
    ]);
    expect(clock.slept).toEqual([100, 100, 100, 100]);
    expect(message).toBe('apps: created; running at 203.0.113.7.');
    expect(result).toEqual({ instance: instance() });
  });

  test('that another call made in the meantime is none of our changes', async () => {
    const others = instance({ tags: { [operationTag]: 'op_of_somebody_else' } });
    const { outcomes, message } = await setUp([undefined, others]).run();
    expect(outcomes['Create instance apps']).toBe('unchanged');
    expect(message).toContain('nothing was changed');
  });

  test('with IPv6 only is waited for until it runs, and no longer', async () => {
    const six = instance({ public_ip: null, ip_address_type: 'ipv6', bundle_id: 'nano_ipv6_3_0' });
    const asked = wish({ ip_address_type: 'ipv6', bundle_id: 'nano_ipv6_3_0' });
    const { outcomes, message } = await setUp([undefined, six]).run(asked);
    expect(outcomes).toEqual({
      Budget: 'unchanged',
      'Create instance apps': 'changed',
      'Wait until it runs': 'verified',
    });
    expect(message).toBe('apps: created; it is running.');
  });

  test('is refused before it is created when the region does not sell it', async () => {
    const { run, created } = setUp([undefined]);
    await expect(run(wish({ bundle_id: 'nano_9_9' }))).rejects.toMatchObject({ code: 'catalog_mismatch' });
    expect(created).toEqual([]);
  });
});

describe('one that is there', () => {
  test('as asked is unchanged, and waited for', async () => {
    const { run, created } = setUp([instance()]);
    const { outcomes, message, plan } = await run();
    expect(created).toEqual([]);
    expect(Object.values(outcomes)).toEqual(['unchanged', 'verified', 'verified', 'verified', 'verified']);
    expect(plan.steps.some(({ outcome }) => outcome === 'would_change')).toBe(false);
    expect(message).toBe('apps: exists as asked, nothing was changed; running at 203.0.113.7.');
  });

  test('stopped is not waited for, since nobody starts it', async () => {
    const { outcomes, message } = await setUp([instance({ state: 'stopped', public_ip: null })]).run();
    expect(outcomes).toEqual({ 'Create instance apps': 'unchanged' });
    expect(message).toContain('it is stopped');
  });

  test('with IPv6 only is not waited for in vain', async () => {
    const six = instance({ public_ip: null, ip_address_type: 'ipv6' });
    expect((await setUp([six]).run()).outcomes).not.toHaveProperty('Wait for its address');
  });

  test('but otherwise is refused, each field by name', async () => {
    const { run, created } = setUp([instance({ bundle_id: 'small_3_0', key_pair_name: 'mine' })]);
    const refusal = run(wish({ key_pair_name: 'yours' }));
    await expect(refusal).rejects.toMatchObject({
      code: 'instance_differs',
      message: 'apps exists, but bundle_id is small_3_0, asked was nano_3_0; key_pair_name is mine, asked was yours.',
      details: [
        { path: '/bundle_id', is: 'small_3_0', asked: 'nano_3_0' },
        { path: '/key_pair_name', is: 'mine', asked: 'yours' },
      ],
    });
    expect(created).toEqual([]);
  });
});

describe('a wait that ends badly', () => {
  test('tells what it saw last when its time is over', async () => {
    const { run, clock } = setUp([instance()], { shown: [unreachable] });
    const { error, outcomes } = await run(wish({ wait_seconds: 10 }));
    expect(error).toMatchObject({
      code: 'timed_out',
      message: 'apps was not ready after 10 s: 203.0.113.7:22 does not answer over SSH: ECONNREFUSED.',
    });
    expect(outcomes['Wait until SSH answers with a pinned key']).toBe('failed');
    expect(clock.slept).toEqual([100, 200, 400, 800, 1600, 2000, 2000, 2000, 2000]);
  });

  test('tells why AWS could not make it', async () => {
    const { run, lightsail } = setUp([undefined, pending]);
    lightsail.operationFailure = async () => 'InsufficientCapacity: none left';
    const { error } = await run();
    expect(error).toMatchObject({
      code: 'aws_error',
      message: 'AWS could not make apps: InsufficientCapacity: none left.',
    });
  });

  test('refuses a key that AWS does not report', async () => {
    const { error } = await setUp([instance()], { shown: [{ algorithm: 'ssh-ed25519', publicKey: 'BBBB' }] }).run();
    expect(error).toMatchObject({ code: 'host_key_changed' });
  });

  test('says that it was deleted', async () => {
    const { error } = await setUp([undefined, pending, pending, undefined]).run();
    expect(error).toMatchObject({ code: 'instance_not_found' });
  });
});
