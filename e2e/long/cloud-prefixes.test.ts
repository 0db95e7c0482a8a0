import { beforeAll, expect, test } from 'vitest';
import { expectFailure, expectSuccess } from '../test/answers.ts';
import { shareWorld } from '../test/shared-world.ts';
import { type Answer, createInstance, REGION } from '../world.ts';

/** A call on AWS that ended in the midst of its steps is finished by the same call, wherever that was. */
const world = shareWorld();
const faults = () => world().sandbox.control.faults;
const post = (path: string, body: object) => world().api.post(path, body);
const lightsail = (what: string, body: object) => post(`/aws/lightsail/${what}`, { region: REGION, ...body });

let turn = 0;
const one = { instance_name: 'one' };
const two = { instance_name: 'two' };
const fixed = { static_ip_name: 'fixed' };

beforeAll(async () => {
  await Promise.all(['one', 'two'].map((name) => createInstance(world().api, name)));
});

/** Each row: the calls before, the call, and AWS's operations in the order of its steps. */
const rows: [what: string, before: () => Promise<Answer>[], call: () => Promise<Answer>, operations: string[]][] = [
  [
    'attach-static-ip',
    () => [lightsail('release-static-ip', { ...fixed, confirm: 'fixed' })],
    () => lightsail('attach-static-ip', { ...one, ...fixed }),
    ['AllocateStaticIp', 'AttachStaticIp'],
  ],
  [
    'attach-static-ip from another instance',
    () => [lightsail('attach-static-ip', { ...one, ...fixed })],
    () => lightsail('attach-static-ip', { ...two, ...fixed }),
    ['DetachStaticIp', 'AttachStaticIp'],
  ],
  [
    'release-static-ip',
    () => [lightsail('attach-static-ip', { ...one, ...fixed })],
    () => lightsail('release-static-ip', { ...fixed, instance_name: 'one', confirm: 'fixed' }),
    ['DetachStaticIp', 'ReleaseStaticIp'],
  ],
  ['stop-instance', () => [lightsail('start-instance', two)], () => lightsail('stop-instance', two), ['StopInstance']],
  [
    'start-instance',
    () => [lightsail('stop-instance', two)],
    () => lightsail('start-instance', two),
    ['StartInstance'],
  ],
  [
    'create-snapshot',
    () => [lightsail('delete-snapshot', { snapshot_name: 'kept', confirm: 'kept' })],
    () => lightsail('create-snapshot', { ...one, snapshot_name: 'kept' }),
    ['CreateInstanceSnapshot', 'GetInstanceSnapshot'],
  ],
  [
    'create-hosted-zone and a record',
    () => [],
    async () => {
      const domain = `zone-${turn}.example`;
      const zone = await post('/aws/route53/create-hosted-zone', { domain });
      if (zone.status !== 200) return zone;
      const record = await post('/aws/route53/upsert-record', {
        domain,
        name: '@',
        type: 'A',
        values: ['203.0.113.7'],
      });
      const changed = record.body.changed || zone.body.changed;
      return { ...record, body: { ...record.body, changed } };
    },
    ['CreateHostedZone', 'GetChange', 'ChangeResourceRecordSets'],
  ],
];

const all = rows.flatMap(([what, before, call, operations]) =>
  operations.map((operation) => [what, operation, before, call] as const),
);

// Refused, since a reply that is lost is looked after within the call: other tests show that.
test.each(all)('%s that ends at %s', async (_, operation, before, call) => {
  turn += 1;
  for (const answer of await Promise.all(before())) expect(answer.status).toBe(200);
  faults().add({ type: 'access_denied', operation });
  expectFailure(await call(), 403, 'aws_access_denied');
  faults().clear();
  expectSuccess(await call(), true);
  expectSuccess(await call(), false);
});
