import { inputs } from '../inputs.ts';
import { page } from '../paging.ts';
import { type Models, on } from './response.ts';

export function snapshotResponses({ snapshots, instances, operations, settings, show }: Models) {
  return {
    CreateInstanceSnapshot: on(inputs.createSnapshot, ({ instanceName, instanceSnapshotName, tags }, region) => {
      const asked = snapshots.create(instances.get(region, instanceName), instanceSnapshotName, tags);
      return { operations: asked.map(show.operation) };
    }),
    DeleteInstanceSnapshot: on(inputs.snapshot, ({ instanceSnapshotName }, region) => {
      const row = snapshots.get(region, instanceSnapshotName);
      snapshots.remove(row);
      return { operations: [show.operation(operations.done(row, 'DeleteInstanceSnapshot'))] };
    }),
    GetInstanceSnapshot: on(inputs.snapshot, ({ instanceSnapshotName }, region) => ({
      instanceSnapshot: show.snapshot(snapshots.get(region, instanceSnapshotName)),
    })),
    GetInstanceSnapshots: on(inputs.list, ({ pageToken }, region) => {
      const { rows, ...next } = page(snapshots.list(region), pageToken, settings.pageSize);
      return { instanceSnapshots: rows.map(show.snapshot), ...next };
    }),
  };
}
