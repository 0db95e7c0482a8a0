import {
  CreateInstanceSnapshotCommand,
  DeleteInstanceCommand,
  DeleteInstanceSnapshotCommand,
  GetInstanceCommand,
  GetInstanceSnapshotCommand,
  GetInstanceSnapshotsCommand,
  GetOperationCommand,
  GetOperationsForResourceCommand,
  NotFoundException,
  OperationFailureException,
  StopInstanceCommand,
  TagResourceCommand,
} from '@aws-sdk/client-lightsail';
import { expect, test, vi } from 'vitest';
import { startWorld } from '../world.ts';

const never = 3_600_000;

async function startSnapshotWorld(...settings: Parameters<typeof startWorld>) {
  const world = await startWorld(...settings);
  const { lightsail } = world;
  const snapshot = async (instanceSnapshotName: string) =>
    (await lightsail.send(new GetInstanceSnapshotCommand({ instanceSnapshotName }))).instanceSnapshot;
  return {
    ...world,
    snapshot,
    take: (instanceName: string, instanceSnapshotName: string) =>
      lightsail.send(new CreateInstanceSnapshotCommand({ instanceName, instanceSnapshotName })),
    taken: (name: string, state: string) =>
      vi.waitFor(
        async () => {
          const found = await snapshot(name);
          expect(found?.state).toBe(state);
          return found;
        },
        { interval: 5, timeout: 4000 },
      ),
  };
}

test('begins, is available then, and outlives its instance', async () => {
  const { create, reached, lightsail, taken, snapshot } = await startSnapshotWorld({
    delays: { runningMs: 0, stoppedMs: 0, snapshotMs: 30 },
  });
  await create('one');
  const instance = await reached('one', 'running');
  const tags = [{ key: 'op', value: 'op_1' }];
  const { operations } = await lightsail.send(
    new CreateInstanceSnapshotCommand({ instanceName: 'one', instanceSnapshotName: 'one-before', tags }),
  );
  const type = 'CreateInstanceSnapshot';
  expect(operations).toEqual([
    expect.objectContaining({ resourceType: 'InstanceSnapshot', resourceName: 'one-before', operationType: type }),
    expect.objectContaining({ resourceType: 'Instance', resourceName: 'one', operationDetails: 'one-before' }),
  ]);
  expect(operations?.map(({ status, isTerminal }) => [status, isTerminal])).toEqual([
    ['Started', false],
    ['Started', false],
  ]);
  expect(await taken('one-before', 'available')).toEqual({
    name: 'one-before',
    arn: expect.stringMatching(/^arn:aws:lightsail:eu-central-1:111122223333:InstanceSnapshot\/[0-9a-f-]{36}$/),
    supportCode: expect.stringContaining('/ami-0'),
    createdAt: expect.any(Date),
    location: { availabilityZone: 'all', regionName: 'eu-central-1' },
    resourceType: 'InstanceSnapshot',
    tags,
    state: 'available',
    fromAttachedDisks: [],
    fromInstanceName: 'one',
    fromInstanceArn: instance.arn,
    fromBlueprintId: 'debian_12',
    fromBundleId: 'small_3_0',
    isFromAutoSnapshot: false,
    sizeInGb: 60,
  });
  for (const { id } of operations ?? []) {
    const { operation } = await lightsail.send(new GetOperationCommand({ operationId: id }));
    expect(operation).toMatchObject({ status: 'Succeeded', isTerminal: true });
  }
  await lightsail.send(new DeleteInstanceCommand({ instanceName: 'one' }));
  await vi.waitFor(() =>
    expect(lightsail.send(new GetInstanceCommand({ instanceName: 'one' }))).rejects.toBeInstanceOf(NotFoundException),
  );
  expect(await snapshot('one-before')).toMatchObject({ fromInstanceName: 'one', sizeInGb: 60 });
});

test('of a stopped instance, listed in pages, tagged, and deleted', async () => {
  const { create, reached, lightsail, take, taken, snapshot } = await startSnapshotWorld({ pageSize: 2 });
  await create('one');
  await reached('one', 'running');
  await lightsail.send(new StopInstanceCommand({ instanceName: 'one' }));
  await reached('one', 'stopped');
  for (const name of ['s1', 's2', 's3']) {
    await take('one', name);
    await taken(name, 'available');
  }
  const first = await lightsail.send(new GetInstanceSnapshotsCommand());
  const second = await lightsail.send(new GetInstanceSnapshotsCommand({ pageToken: first.nextPageToken }));
  const names = [first, second].map(({ instanceSnapshots }) => instanceSnapshots?.map(({ name }) => name));
  expect(names).toEqual([['s1', 's2'], ['s3']]);
  const tags = [{ key: 'a', value: '1' }];
  await lightsail.send(new TagResourceCommand({ resourceName: 's1', tags }));
  expect((await snapshot('s1'))?.tags).toEqual(tags);

  const { operations } = await lightsail.send(new DeleteInstanceSnapshotCommand({ instanceSnapshotName: 's1' }));
  expect(operations).toEqual([
    expect.objectContaining({ resourceType: 'InstanceSnapshot', resourceName: 's1', status: 'Succeeded' }),
  ]);
  await expect(snapshot('s1')).rejects.toMatchObject({
    name: 'NotFoundException',
    message: 'The InstanceSnapshot does not exist: s1',
  });
});

test('one that fails says so, and so do its operations', async () => {
  const { create, reached, control, lightsail, take, taken } = await startSnapshotWorld();
  await control('POST', '/faults', { type: 'snapshot_error', instance: 'one' });
  await create('one');
  await reached('one', 'running');
  await take('one', 'one-before');
  await taken('one-before', 'error');
  const { operations } = await lightsail.send(new GetOperationsForResourceCommand({ resourceName: 'one-before' }));
  expect(operations?.[0]).toMatchObject({ status: 'Failed', errorDetails: 'The snapshot could not be made.' });
});

test('what cannot be kept is refused', async () => {
  const { create, reached, take, lightsail } = await startSnapshotWorld({ delays: { runningMs: never } });
  await create('one');
  await reached('one', 'pending');
  await expect(take('one', 'one-before')).rejects.toBeInstanceOf(OperationFailureException);
  await expect(take('one', 'one')).rejects.toMatchObject({ name: 'InvalidInputException', code: 'NameExists' });
  await expect(take('lost', 'one-before')).rejects.toBeInstanceOf(NotFoundException);
  await expect(
    lightsail.send(new DeleteInstanceSnapshotCommand({ instanceSnapshotName: 'lost' })),
  ).rejects.toBeInstanceOf(NotFoundException);
  expect((await lightsail.send(new GetInstanceSnapshotsCommand())).instanceSnapshots).toEqual([]);
});

test('a sandbox that ends does not wait for one', async () => {
  const { create, reached, take, snapshot, stop } = await startSnapshotWorld({
    delays: { runningMs: 0, snapshotMs: never },
  });
  await create('one');
  await reached('one', 'running');
  await take('one', 'one-before');
  expect((await snapshot('one-before'))?.state).toBe('pending');
  await stop();
});
