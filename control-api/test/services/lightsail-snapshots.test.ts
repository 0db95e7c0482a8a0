import {
  CreateInstanceSnapshotCommand,
  DeleteInstanceSnapshotCommand,
  GetInstanceSnapshotCommand,
  GetInstanceSnapshotsCommand,
  LightsailClient,
} from '@aws-sdk/client-lightsail';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { snapshotSchema } from '../../src/schemas/lightsail-changes.ts';
import { failureOf, nameInUse, networkError, notFound, service } from './lightsail/fixtures.ts';

const aws = mockClient(LightsailClient);
// It stands in the class itself, which other files of this worker use.
afterAll(() => aws.restore());
beforeEach(() => {
  aws.reset();
});

const region = 'eu-central-1';
const row = {
  name: 'kept',
  state: 'available' as const,
  createdAt: new Date('2026-11-21T10:00:00Z'),
  location: { regionName: 'eu-central-1' as const, availabilityZone: 'all' },
  fromInstanceName: 'apps',
  sizeInGb: 20,
};
const view = {
  ...{ name: 'kept', region, instance_name: 'apps', state: 'available', size_gb: 20, monthly_usd: 1 },
  created_at: '2026-11-21T10:00:00.000Z',
};

test('come from every page, with what they cost; attached disks are in them', async () => {
  aws.on(GetInstanceSnapshotsCommand).resolves({ instanceSnapshots: [row], nextPageToken: '2' });
  const large = { ...row, name: 'large', fromAttachedDisks: [{ sizeInGb: 8 }, { sizeInGb: 32 }] };
  aws.on(GetInstanceSnapshotsCommand, { pageToken: '2' }).resolves({ instanceSnapshots: [large] });
  const found = await service().lightsail.snapshots(region);
  expect(found).toEqual([view, { ...view, name: 'large', size_gb: 60, monthly_usd: 3 }]);
  for (const one of found) expect(snapshotSchema.parse(one)).toEqual(one);
});

test('that are not there are undefined', async () => {
  aws.on(GetInstanceSnapshotCommand).rejects(notFound);
  expect(await service().lightsail.snapshot(region, 'kept')).toBeUndefined();
});

test('are made once, tagged with the operation, also when the answer is lost', async () => {
  aws.on(GetInstanceSnapshotCommand).rejectsOnce(notFound).resolves({ instanceSnapshot: row });
  aws.on(CreateInstanceSnapshotCommand).rejects(networkError('ECONNRESET'));
  expect(await service().lightsail.createSnapshot(region, 'kept', 'apps', 'op_1')).toEqual(view);
  expect(aws.commandCalls(CreateInstanceSnapshotCommand).map(({ args }) => args[0].input)).toEqual([
    {
      instanceName: 'apps',
      instanceSnapshotName: 'kept',
      tags: [{ key: 'fountain-operation', value: 'op_1' }],
    },
  ]);
});

test('are refused under a name that another resource has', async () => {
  aws.on(GetInstanceSnapshotCommand).rejects(notFound);
  aws.on(CreateInstanceSnapshotCommand).rejects(nameInUse);
  const error = await failureOf(service().lightsail.createSnapshot(region, 'kept', 'apps', 'op_1'));
  expect(error).toMatchObject({ code: 'name_taken' });
});

test('are deleted by a command', async () => {
  const { lightsail } = service();
  expect(await lightsail.deleteSnapshot(region, 'kept')).toEqual({ outcome: 'taken' });
  aws.on(DeleteInstanceSnapshotCommand).rejects(notFound);
  expect(await lightsail.deleteSnapshot(region, 'kept')).toMatchObject({ outcome: 'refused' });
});
