import { describe, expect, test } from 'vitest';
import { createSnapshotOperation, deleteSnapshotOperation } from '../../src/operations/snapshots.ts';
import { fakeContext, instance, perform } from './cloud-fakes.ts';
import { modelLightsail, snapshot } from './model-lightsail.ts';

function setUp(...rows: Parameters<typeof modelLightsail>) {
  const model = modelLightsail(...rows);
  const watch = { ...model, pollMs: 2000 };
  const [make, remove] = [createSnapshotOperation(watch), deleteSnapshotOperation(watch)];
  const context = fakeContext(model.clock);
  const named = { snapshot_name: 'kept', region: 'eu-central-1' };
  const of = { ...named, instance_name: 'apps' };
  return {
    model,
    make: (more: object = {}) => perform(make, { ...of, ...more }, context),
    remove: (more: object = {}) => perform(remove, { ...named, confirm: 'kept', ...more }, context),
    target: () => make.target(of, context),
  };
}

describe('create', () => {
  test('waits until it is available, and tells what it costs', async () => {
    const { make } = setUp([instance()]);
    const { outcomes, message, plan, result } = await make();
    expect(outcomes).toEqual({ 'Make snapshot kept': 'changed', 'Wait until it is available': 'verified' });
    expect(plan.preview).toEqual({
      message: 'kept would be made of apps; it costs 0.05 USD a month for each of 20 GB.',
      result: { snapshot: null },
    });
    expect(message).toBe('kept was made of apps; it costs 1 USD a month.');
    expect(result?.snapshot).toMatchObject({ state: 'available', instance_name: 'apps' });
  });

  test('locks the instance too: no deploy runs beside it', async () => {
    expect(await setUp([instance()]).target()).toMatchObject({
      key: 'snapshot eu-central-1/kept',
      also: ['instance eu-central-1/apps', expect.stringContaining('@2026-11-21')],
    });
  });

  test.each([[[instance()]], [[]]])('takes one of this name as it is, also when its instance is gone', async (rows) => {
    const { make, model } = setUp(rows, [], [snapshot()]);
    const { outcomes, message } = await make();
    expect(outcomes).toEqual({ 'Make snapshot kept': 'unchanged' });
    expect(message).toBe('kept is there, nothing was changed; it costs 1 USD a month.');
    expect(model.sent).toEqual([]);
  });

  test('waits for one that is under way', async () => {
    const { make, model } = setUp([instance()], [], [snapshot({ state: 'pending' })]);
    expect((await make()).outcomes).toEqual({
      'Make snapshot kept': 'unchanged',
      'Wait until it is available': 'verified',
    });
    expect(model.sent).toEqual([]);
  });

  test('of an instance that is on its way waits for that first', async () => {
    const { make } = setUp([instance({ state: 'pending' })]);
    expect(Object.keys((await make()).outcomes)[0]).toBe('Wait until apps is running');
  });

  test('refuses what is not there, and one of another instance, also when that was made meanwhile', async () => {
    await expect(setUp([]).make()).rejects.toMatchObject({ code: 'instance_not_found' });
    const other = setUp([instance()], [], [snapshot({ instance_name: 'kong' })]);
    await expect(other.make()).rejects.toMatchObject({
      code: 'instance_differs',
      message: 'The snapshot kept is of kong, not of apps.',
    });
    const { make, model } = setUp([instance()]);
    model.lightsail.createSnapshot = async () => snapshot({ instance_name: 'kong' });
    expect((await make()).error).toMatchObject({ code: 'instance_differs' });
  });

  test('that AWS could not make is told in its words, with the way out', async () => {
    const { make, model } = setUp([instance()], [], [snapshot({ state: 'error' })]);
    model.failure = 'Internal: oops';
    expect((await make()).error).toMatchObject({
      code: 'aws_error',
      message: 'AWS could not make the snapshot kept: Internal: oops.',
      hint: expect.stringContaining('delete-snapshot'),
    });
  });
});

describe('delete', () => {
  test('wants the exact name', async () => {
    await expect(setUp([]).remove({ confirm: 'Kept' })).rejects.toMatchObject({ code: 'confirm_required' });
  });

  test('waits until it is gone', async () => {
    const { remove, model } = setUp([], [], [snapshot()]);
    const { outcomes, message } = await remove();
    expect(outcomes).toEqual({ 'Delete snapshot kept': 'changed', 'Wait until it is gone': 'verified' });
    expect(message).toBe('kept of apps was deleted.');
    expect(model.snapshots).toEqual([]);
  });

  test('of what is gone changes nothing', async () => {
    const { remove, model } = setUp([]);
    expect((await remove()).message).toBe('kept is not there, nothing was changed.');
    expect(model.sent).toEqual([]);
  });

  test('with instance_name only if it is of that one', async () => {
    const { remove, model } = setUp([], [], [snapshot()]);
    await expect(remove({ instance_name: 'kong' })).rejects.toMatchObject({ code: 'instance_differs' });
    expect(model.sent).toEqual([]);
    expect((await remove({ instance_name: 'apps' })).outcomes['Delete snapshot kept']).toBe('changed');
  });

  test('that AWS refuses is told with the state', async () => {
    const { remove } = setUp([], [], [snapshot({ state: 'pending' })]);
    expect((await remove()).error).toMatchObject({
      code: 'aws_error',
      message: expect.stringMatching(/; it is pending$/),
    });
  });

  test('without an answer is deleted all the same; when another was faster, nothing changed', async () => {
    const lost = setUp([], [], [snapshot()]);
    lost.model.faults = { DeleteInstanceSnapshot: ['lost'] };
    expect((await lost.remove()).outcomes['Delete snapshot kept']).toBe('changed');
    const late = setUp([], [], [snapshot()]);
    late.model.meanwhile = () => {
      late.model.snapshots = [];
    };
    expect((await late.remove()).message).toBe('kept of apps is gone, nothing was changed.');
  });
});
