import { describe, expect, test } from 'vitest';
import { attachStaticIpOperation } from '../../src/operations/lightsail/attach-static-ip.ts';
import { startInstanceOperation, stopInstanceOperation } from '../../src/operations/lightsail/change-instance-power.ts';
import { deleteInstanceOperation } from '../../src/operations/lightsail/delete-instance.ts';
import { rebootInstanceOperation } from '../../src/operations/lightsail/reboot-instance.ts';
import { releaseStaticIpOperation } from '../../src/operations/lightsail/release-static-ip.ts';
import { setFirewallOperation } from '../../src/operations/lightsail/set-firewall.ts';
import { createSnapshotOperation } from '../../src/operations/lightsail/snapshots.ts';
import type { Operation } from '../../src/operations/operation.ts';
import type { Instance } from '../../src/schemas/lightsail.ts';
import { fakeContext, instance } from './cloud-fakes.ts';
import { modelLightsail, staticIp } from './lightsail/model-lightsail.ts';

/** A call names what it locks, and only then has the lock: what the call before it did in between counts. */
async function planAfter(
  [instances, staticIps]: [Instance[], ReturnType<typeof staticIp>[]?],
  meanwhile: { instances?: Instance[]; staticIps?: ReturnType<typeof staticIp>[] },
  make: (given: never) => Operation<never>,
  more: object = {},
) {
  const model = modelLightsail(instances, staticIps);
  const pins = { forget: async () => {} };
  const operation = make({ ...model, sshPort: 22, pollMs: 2000, pins } as never);
  const context = fakeContext(model.clock);
  const input = { instance_name: 'apps', region: 'eu-central-1', ...more } as never;
  const target = await operation.target(input, context);
  Object.assign(model, meanwhile);
  return operation.plan(input, context, target);
}

type Make = (given: never) => Operation<never>;
const calls: [what: string, make: Make, more?: object][] = [
  ['start-instance', startInstanceOperation as Make],
  ['stop-instance', stopInstanceOperation as Make],
  ['reboot-instance', rebootInstanceOperation as Make],
  ['delete-instance', deleteInstanceOperation as Make, { confirm: 'apps' }],
  ['set-firewall', setFirewallOperation as Make, { rules: [] }],
  ['attach-static-ip', attachStaticIpOperation as Make, { static_ip_name: 'fixed' }],
  ['create-snapshot', createSnapshotOperation as Make, { snapshot_name: 'kept' }],
];

describe.each(calls)('%s', (_, make, more) => {
  test('of an instance that was made anew meanwhile, which nothing locks', async () => {
    const anew = instance({ created_at: '2026-11-21T11:00:00.000Z' });
    for (const there of [[instance()], []]) {
      const plan = planAfter([there], { instances: [anew] }, make, more);
      await expect(plan).rejects.toMatchObject({
        code: 'plan_changed',
        hint: expect.stringContaining('epeat the call'),
      });
    }
  });
});

test('a call that stopped it just before is not overlooked by one that starts it', async () => {
  const stopped = instance({ state: 'stopped', public_ip: null });
  const plan = await planAfter([[instance()]], { instances: [stopped] }, startInstanceOperation as Make);
  expect(plan.steps[0]).toMatchObject({ name: 'Start apps', outcome: 'would_change' });
});

test('one that was deleted just before is gone', async () => {
  const meanwhile = { instances: [] };
  const plan = await planAfter([[instance()]], meanwhile, deleteInstanceOperation as Make, { confirm: 'apps' });
  expect(plan.steps).toMatchObject([{ outcome: 'unchanged', detail: 'it is not there' }]);
});

test.each<[what: string, make: Make, more: object]>([
  ['attach', attachStaticIpOperation as Make, { static_ip_name: 'fixed' }],
  [
    'release',
    releaseStaticIpOperation as Make,
    { static_ip_name: 'fixed', instance_name: undefined, confirm: 'fixed' },
  ],
])('%s: a static IP that was given to another instance, which nothing locks', async (_, make, more) => {
  const [one, two] = ['one', 'two'].map((name) => instance({ name, arn: `arn:${name}` })) as [Instance, Instance];
  for (const attached_to of ['one', null]) {
    const plan = planAfter(
      [[instance(), one, two], [staticIp({ attached_to })]],
      { staticIps: [staticIp({ attached_to: 'two' })] },
      make,
      more,
    );
    await expect(plan).rejects.toMatchObject({ code: 'plan_changed', message: expect.stringContaining('two') });
  }
});
