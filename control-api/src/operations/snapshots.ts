import { AppError } from '../lib/errors.ts';
import type { CreateSnapshotBody, DeleteSnapshotBody, Snapshot } from '../schemas/lightsail-changes.ts';
import type { Lightsail } from '../services/lightsail.ts';
import { type CloudItem, cloudPlan } from './cloud-steps.ts';
import { present, requireConfirmation, resolveInstance } from './instance-target.ts';
import type { Context, Operation, Target } from './operation.ts';
import { type Watch, waitFor } from './state-wait.ts';

interface Dependencies extends Watch {
  lightsail: Lightsail;
}

const WAIT_S = 840;

/** Keeps the disk of an instance as it is now. A snapshot of this name of the same instance is taken as it is. */
export function createSnapshotOperation(dependencies: Dependencies): Operation<CreateSnapshotBody> {
  const { lightsail } = dependencies;
  return {
    name: 'snapshot.create',
    deadlineS: 900,
    target: async ({ region, snapshot_name }) => snapshotTarget(region, snapshot_name),
    async plan(input, context) {
      const { region, snapshot_name: name, instance_name } = input;
      const there = await lightsail.snapshot(region, name);
      if (there && there.instance_name !== instance_name) {
        const message = `The snapshot ${name} is of ${there.instance_name}, not of ${instance_name}.`;
        throw new AppError('instance_differs', message, { hint: 'Choose another name for the snapshot.' });
      }
      if (!there) present(await resolveInstance(lightsail, input));
      const act: CloudItem = there
        ? { name: `Make snapshot ${name}`, settled: true, detail: there.state }
        : {
            name: `Make snapshot ${name}`,
            effect: 'change',
            action: { region, snapshot_name: name, instance_name },
            async run() {
              await lightsail.createSnapshot(region, name, instance_name, context.operationId);
              return {};
            },
          };
      const done = there ? 'is there, nothing was changed' : 'was made';
      return cloudPlan({
        items: [act, ...(there?.state === 'available' ? [] : [available(region, name, context, dependencies)])],
        preview: {
          message: there
            ? `${name} is there; nothing would be changed.`
            : `${name} would be made of ${instance_name}; it costs 0.05 USD a month for each GB.`,
          result: { snapshot: there ?? null },
        },
        async conclude() {
          const snapshot = await lightsail.snapshot(region, name);
          return { message: `${name} of ${instance_name} ${done}${costOf(snapshot)}.`, result: { snapshot } };
        },
      });
    },
  };
}

export function deleteSnapshotOperation(dependencies: Dependencies): Operation<DeleteSnapshotBody> {
  const { lightsail } = dependencies;
  return {
    name: 'snapshot.delete',
    deadlineS: 180,
    async target({ region, snapshot_name: name, confirm }) {
      requireConfirmation(confirm, name, `deletes the snapshot ${name}`);
      return snapshotTarget(region, name);
    },
    async plan({ region, snapshot_name: name }, context) {
      const there = await lightsail.snapshot(region, name);
      const step = `Delete snapshot ${name}`;
      if (!there) {
        const message = `${name} is not there, nothing was changed.`;
        const items: CloudItem[] = [{ name: step, settled: true, detail: 'it is not there' }];
        return cloudPlan({ items, preview: { message, result: {} }, conclude: () => ({ message, result: {} }) });
      }
      const look = async () => {
        const now = await lightsail.snapshot(region, name);
        return now && `it is ${now.state}`;
      };
      const act: CloudItem = {
        name: step,
        effect: 'change',
        action: { region, snapshot_name: name, instance_name: there.instance_name },
        async run() {
          const refusal = await lightsail.deleteSnapshot(region, name);
          if (refusal && (await look()) !== undefined) throw refusal;
          return {};
        },
      };
      const gone = waitFor(
        { name: 'Wait until it is gone', after: 'AWS was asked', waitS: 120, look },
        context,
        dependencies,
      );
      return cloudPlan({
        items: [act, gone],
        preview: { message: `${name} of ${there.instance_name} would be deleted.`, result: { snapshot: there } },
        conclude: () => ({ message: `${name} of ${there.instance_name} was deleted.`, result: {} }),
      });
    },
  };
}

function snapshotTarget(region: string, name: string): Target {
  const label = `snapshot ${region}/${name}`;
  return { key: label, label };
}

function available(region: string, name: string, context: Context, dependencies: Dependencies) {
  const look = async () => {
    const now = await dependencies.lightsail.snapshot(region, name);
    if (now?.state === 'error') {
      throw new AppError('aws_error', `AWS could not make the snapshot ${name}.`, {
        hint: `POST /aws/lightsail/delete-snapshot with "snapshot_name": "${name}", then repeat the call.`,
      });
    }
    return now?.state === 'available' ? undefined : `it is ${now?.state ?? 'not there'}`;
  };
  return waitFor(
    { name: 'Wait until it is available', after: 'AWS was asked', waitS: WAIT_S, look },
    context,
    dependencies,
  );
}

function costOf(snapshot: Snapshot | undefined): string {
  return snapshot ? `; it costs ${snapshot.monthly_usd} USD a month` : '';
}
