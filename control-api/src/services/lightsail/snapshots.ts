import type * as sdk from '@aws-sdk/client-lightsail';
import type { Clock } from '../../lib/clock.ts';
import { operationTag } from '../../schemas/lightsail.ts';
import type { Snapshot } from '../../schemas/lightsail-changes.ts';
import type { ClientFor } from './clients.ts';
import { createOnce } from './create-once.ts';
import { allPages } from './pages.ts';
import type { SendOnce, Sent } from './power.ts';
import { type Ask, orUndefined } from './reading.ts';

export interface Snapshots {
  snapshots(region: string): Promise<Snapshot[]>;
  /** Undefined when there is none of this name. */
  snapshot(region: string, name: string): Promise<Snapshot | undefined>;
  /** Begins a snapshot, at most once, whatever happens to the answer. @throws {AppError} name_taken */
  createSnapshot(region: string, name: string, instanceName: string, operationId: string): Promise<Snapshot>;
  /** A command: see Power. */
  deleteSnapshot(region: string, name: string): Promise<Sent>;
}

/** USD a month for a GB (AWS's billing FAQ); which of a disk's GB count is not said, so all do. */
const USD_GB_MONTH = 0.05;

interface Dependencies {
  ask: Ask;
  sendOnce: SendOnce;
  clientFor: ClientFor;
  clock: Clock;
}

export function createSnapshots({ ask, sendOnce, clientFor, clock }: Dependencies): Snapshots {
  const find = (region: string, instanceSnapshotName: string) =>
    ask('GetInstanceSnapshot', region, async (client) => {
      const answer = await orUndefined(client.getInstanceSnapshot({ instanceSnapshotName }));
      return answer?.instanceSnapshot && snapshotView(answer.instanceSnapshot, region);
    });
  return {
    snapshots: (region) =>
      ask('GetInstanceSnapshots', region, async (client) => {
        const pages = await allPages((pageToken) => client.getInstanceSnapshots({ pageToken }));
        return pages.flatMap(({ instanceSnapshots = [] }) => instanceSnapshots).map((row) => snapshotView(row, region));
      }),
    snapshot: find,
    createSnapshot: (region, name, instanceName, operationId) =>
      ask('CreateInstanceSnapshot', region, async () => {
        const client = await clientFor(region, 'create');
        const tags = [{ key: operationTag, value: operationId }];
        const create = () => client.createInstanceSnapshot({ instanceName, instanceSnapshotName: name, tags });
        const attempt = { call: 'CreateInstanceSnapshot', region };
        return createOnce({ name, create, lookUp: () => find(region, name), comparable: true, clock, attempt });
      }),
    deleteSnapshot: (region, instanceSnapshotName) =>
      sendOnce('DeleteInstanceSnapshot', region, (client) => client.deleteInstanceSnapshot({ instanceSnapshotName })),
  };
}

function snapshotView(row: sdk.InstanceSnapshot, region: string): Snapshot {
  const disks = [row, ...(row.fromAttachedDisks ?? [])];
  const size_gb = disks.reduce((sum, { sizeInGb = 0 }) => sum + sizeInGb, 0);
  return {
    name: row.name ?? '',
    region: row.location?.regionName ?? region,
    instance_name: row.fromInstanceName ?? '',
    state: row.state ?? 'unknown',
    size_gb,
    created_at: row.createdAt?.toISOString() ?? null,
    monthly_usd: Math.round(size_gb * USD_GB_MONTH * 100) / 100,
  };
}
