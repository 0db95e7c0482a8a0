import { setTimeout as delay } from 'node:timers/promises';
import type { Faults } from '../faults.ts';
import { notFound } from './errors.ts';
import { demand } from './instances.ts';
import {
  checkNames,
  type InstanceRow,
  type LightsailState,
  newResource,
  type OperationRow,
  type SnapshotRow,
  type Tag,
} from './models.ts';
import type { Operations } from './operations.ts';

export interface SnapshotsOptions {
  state: LightsailState;
  /** From pending to available. */
  delayMs: number;
  faults: Faults;
  operations: Operations;
  changed: () => void;
}

export type Snapshots = ReturnType<typeof createSnapshots>;

/** What was kept of instances, by name. There are no disks to copy: a snapshot is its row. */
export function createSnapshots({ state, delayMs, faults, operations, changed }: SnapshotsOptions) {
  let abort = new AbortController();
  const underWay = new Set<Promise<void>>();

  function finish(row: SnapshotRow, asked: readonly OperationRow[]): void {
    const work = delay(delayMs, undefined, { signal: abort.signal }).then(
      () => {
        const failed = faults.holds('snapshot_error', row.fromInstanceName);
        row.state = failed ? 'error' : 'available';
        for (const operation of asked) {
          if (failed) operations.fail(operation, new Error('The snapshot could not be made.'));
          else operations.succeed(operation);
        }
        changed();
      },
      (error) => {
        for (const operation of asked) operations.fail(operation, error);
      },
    );
    underWay.add(work);
    void work.then(() => underWay.delete(work));
  }

  const snapshots = {
    /** Throws NotFound. */
    get(region: string, name: string): SnapshotRow {
      const row = state.snapshots.find((one) => one.region === region && one.name === name);
      if (!row) throw notFound('InstanceSnapshot', name);
      return row;
    },
    list: (region: string) => state.snapshots.filter((row) => row.region === region),
    /**
     * Pending at first; its operations, one for each resource that takes part, end with it. Throws InvalidInput when the
     * name is taken, OperationFailure when the instance neither runs nor is stopped.
     */
    create(instance: InstanceRow, name: string, tags: Tag[]): OperationRow[] {
      checkNames(state, instance.region, [name]);
      demand(instance, 'running', 'stopped');
      const row: SnapshotRow = {
        ...newResource('InstanceSnapshot', instance.region, name, tags),
        state: 'pending',
        fromInstanceName: instance.name,
        fromInstanceArn: instance.arn,
        fromBlueprintId: instance.blueprintId,
        fromBundleId: instance.bundleId,
        sizeInGb: instance.spec.diskGb,
      };
      state.snapshots.push(row);
      const type = 'CreateInstanceSnapshot';
      const asked = [operations.begin(row, type, instance.name), operations.begin(instance, type, name)];
      for (const operation of asked) operations.start(operation);
      finish(row, asked);
      return asked;
    },
    remove(row: SnapshotRow): void {
      state.snapshots.splice(state.snapshots.indexOf(row), 1);
    },
    /** Goes on with those that were pending when an earlier sandbox ended. */
    restore(): void {
      for (const row of state.snapshots) if (row.state === 'pending') finish(row, []);
    },
    /** Gives up what is under way and waits until it has ended. */
    async settle(): Promise<void> {
      abort.abort();
      abort = new AbortController();
      await Promise.all(underWay);
    },
  };
  return snapshots;
}
