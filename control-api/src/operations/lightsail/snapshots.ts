import { AppError } from '../../lib/errors.ts';
import type { Instance } from '../../schemas/lightsail.ts';
import type { CreateSnapshotBody, DeleteSnapshotBody, Snapshot } from '../../schemas/lightsail-changes.ts';
import type { Lightsail } from '../../services/lightsail.ts';
import { commandStep } from '../cloud-command.ts';
import { type CloudItem, cloudPlan } from '../cloud-steps.ts';
import { requireConfirmation } from '../confirmation.ts';
import { type Context, locksOf, type Operation, type Plan, type Target } from '../operation.ts';
import { refuseFailure, settleFirst } from './instance-states.ts';
import { type InstanceTarget, present, resolveInstance } from './instance-target.ts';
import { type Watch, waitFor } from './state-wait.ts';

interface Dependencies extends Watch {
  lightsail: Lightsail;
}

/** A snapshot of a few GB takes minutes; SYNC_LIMIT_S answers before. */
const waitS = 1700;

/** Keeps the disk of an instance as it is now. A snapshot of this name of the same instance is taken as it is. */
export function createSnapshotOperation(dependencies: Dependencies): Operation<CreateSnapshotBody, SnapshotTarget> {
  const { lightsail } = dependencies;
  return {
    name: 'snapshot.create',
    deadlineS: 1800,
    async target(input) {
      const of = await resolveInstance(lightsail, input);
      return { ...snapshotTarget(input), also: locksOf(of), of };
    },
    async plan({ region, snapshot_name: name, instance_name }, context, { of }) {
      const there = await lightsail.snapshot(region, name);
      if (there) {
        refuseOther(there, instance_name);
        return planExisting(there, context, dependencies);
      }
      return planNew(name, await present(of, lightsail), context, dependencies);
    },
  };
}

interface SnapshotTarget extends Target {
  of: InstanceTarget;
}

function snapshotTarget({ region, snapshot_name }: { region: string; snapshot_name: string }): Target {
  const label = `snapshot ${region}/${snapshot_name}`;
  return { key: label, label };
}

function refuseOther({ name, instance_name: of }: Snapshot, instanceName: string): void {
  if (of === instanceName) return;
  throw new AppError('instance_differs', `The snapshot ${name} is of ${of}, not of ${instanceName}.`, {
    hint: `Choose another snapshot_name, or send "instance_name": "${of}".`,
    details: [{ path: '/instance_name', message: `is ${instanceName}, the snapshot is of ${of}` }],
  });
}

function planExisting(there: Snapshot, context: Context, dependencies: Dependencies): Plan {
  const { name, state } = there;
  const act: CloudItem = { name: `Make snapshot ${name}`, settled: true, detail: `it is ${state}` };
  return cloudPlan({
    items: [act, ...(state === 'available' ? [] : [awaitAvailable(there, context, dependencies)])],
    preview: { message: `${name} is ${state}; nothing would be changed.`, result: { snapshot: there } },
    conclude: () => conclude(there, 'is there, nothing was changed', dependencies),
  });
}

function planNew(name: string, instance: Instance, context: Context, dependencies: Dependencies): Plan {
  const { region, name: instance_name, disk_gb } = instance;
  const { lightsail } = dependencies;
  const make: CloudItem = {
    name: `Make snapshot ${name}`,
    effect: 'change',
    action: { region, snapshot_name: name, instance_name },
    async run() {
      const made = await lightsail.createSnapshot(region, name, instance_name, context.operationId);
      refuseOther(made, instance_name);
      return { detail: `of ${made.size_gb} GB` };
    },
  };
  return cloudPlan({
    items: [
      ...settleFirst(instance, context, dependencies),
      make,
      awaitAvailable({ region, name }, context, dependencies),
    ],
    preview: {
      message: `${name} would be made of ${instance_name}; it costs 0.05 USD a month for each of ${disk_gb} GB.`,
      result: { snapshot: null },
    },
    conclude: () => conclude({ region, name }, `was made of ${instance_name}`, dependencies),
  });
}

type Named = Pick<Snapshot, 'region' | 'name'>;

function awaitAvailable({ region, name }: Named, context: Context, dependencies: Dependencies) {
  const { lightsail } = dependencies;
  const look = async () => {
    const now = await lightsail.snapshot(region, name);
    if (now?.state !== 'error') return now?.state === 'available' ? undefined : `it is ${now?.state ?? 'not there'}`;
    const failure = (await lightsail.operationFailure(region, name)) ?? 'AWS gives no reason';
    throw new AppError('aws_error', `AWS could not make the snapshot ${name}: ${failure}.`, {
      hint: `POST /aws/lightsail/delete-snapshot with "snapshot_name": "${name}", then repeat the call.`,
    });
  };
  return waitFor({ name: 'Wait until it is available', after: 'AWS was asked', waitS, look }, context, dependencies);
}

async function conclude({ region, name }: Named, done: string, { lightsail }: Dependencies) {
  const snapshot = (await lightsail.snapshot(region, name)) ?? null;
  const cost = snapshot === null ? '' : `; it costs ${snapshot.monthly_usd} USD a month`;
  return { message: `${name} ${done}${cost}.`, result: { snapshot } };
}

/** Deletes a snapshot, in whatever state AWS lets it be deleted. */
export function deleteSnapshotOperation(dependencies: Dependencies): Operation<DeleteSnapshotBody> {
  const { lightsail } = dependencies;
  return {
    name: 'snapshot.delete',
    deadlineS: 180,
    async target(input) {
      requireConfirmation(input.confirm, input.snapshot_name, `deletes the snapshot ${input.snapshot_name}`);
      return snapshotTarget(input);
    },
    async plan({ region, snapshot_name: name, instance_name }, context) {
      const there = await lightsail.snapshot(region, name);
      if (!there) return planGone(name);
      if (instance_name !== undefined) refuseOther(there, instance_name);
      return planDeletion(there, context, dependencies);
    },
  };
}

function planGone(name: string): Plan {
  const items: CloudItem[] = [{ name: `Delete snapshot ${name}`, settled: true, detail: 'it is not there' }];
  return cloudPlan({
    items,
    preview: { message: `${name} is not there; nothing would be changed.`, result: {} },
    conclude: () => ({ message: `${name} is not there, nothing was changed.`, result: {} }),
  });
}

function planDeletion(there: Snapshot, context: Context, dependencies: Dependencies): Plan {
  const { region, name, instance_name } = there;
  const { lightsail } = dependencies;
  const look = async () => {
    const now = await lightsail.snapshot(region, name);
    return now && `it is ${now.state}`;
  };
  const command = {
    name: `Delete snapshot ${name}`,
    action: { region, snapshot_name: name, instance_name },
    send: () => lightsail.deleteSnapshot(region, name),
    look,
  };
  const lookIfGone = async () => {
    const seen = await look();
    if (seen !== undefined) await refuseFailure(there, `${name} is still there`, lightsail);
    return seen;
  };
  const gone = { name: 'Wait until it is gone', after: 'AWS was asked', waitS: 120, look: lookIfGone };
  return cloudPlan({
    items: [commandStep(command, context, dependencies), waitFor(gone, context, dependencies)],
    preview: { message: `${name} of ${instance_name} would be deleted.`, result: { snapshot: there } },
    conclude: (changed) => ({
      message: `${name} of ${instance_name} ${changed ? 'was deleted' : 'is gone, nothing was changed'}.`,
      result: {},
    }),
  });
}
