import type { Instance } from '../schemas/lightsail.ts';
import { type DeleteInstanceBody, idleStaticIpUsdMonth, type StaticIp } from '../schemas/lightsail-changes.ts';
import type { Pins } from '../services/journal/pins.ts';
import type { Lightsail } from '../services/lightsail.ts';
import { commandStep } from './cloud-command.ts';
import { type CloudItem, cloudPlan } from './cloud-steps.ts';
import { requireConfirmation } from './confirmation.ts';
import { identityOf } from './host-target.ts';
import { refuseFailure, stateWaitS } from './instance-states.ts';
import { type InstanceTarget, isGoing, resolveInstance } from './instance-target.ts';
import type { Context, Operation, Plan } from './operation.ts';
import { type Watch, waitFor } from './state-wait.ts';

interface Dependencies extends Watch {
  lightsail: Lightsail;
  pins: Pick<Pins, 'forget'>;
}

/** Deletes an instance with its disk, and forgets its host keys. A static IP that it had stays, and costs from then on. */
export function deleteInstanceOperation(dependencies: Dependencies): Operation<DeleteInstanceBody, InstanceTarget> {
  const { lightsail, pins } = dependencies;
  return {
    name: 'instance.delete',
    deadlineS: 300,
    async target(input) {
      requireConfirmation(input.confirm, input.instance_name, `deletes ${input.instance_name} with all that is on it`);
      return resolveInstance(lightsail, input);
    },
    async plan({ region, instance_name: name }, context, { instance }) {
      if (instance) return planDeletion(instance, context, dependencies);
      const items: CloudItem[] = [{ name: `Delete ${name}`, settled: true, detail: 'it is not there' }];
      return cloudPlan({
        items,
        preview: { message: `${name} is not there; nothing would be changed.`, result: {} },
        async conclude() {
          // A call that was cut off may have left them.
          await pins.forget(region, name);
          return { message: `${name} is not there, nothing was changed.`, result: {} };
        },
      });
    },
  };
}

async function planDeletion(instance: Instance, context: Context, dependencies: Dependencies): Promise<Plan> {
  const { lightsail, pins } = dependencies;
  const { region, name } = instance;
  const staticIp = (await lightsail.staticIps(region)).find(({ attached_to }) => attached_to === name);
  const left = staticIp ? idleWord(staticIp) : '';
  const find = async () => {
    const now = await lightsail.instance(region, name);
    return now && identityOf(now) === identityOf(instance) ? now : undefined;
  };
  const command = {
    name: `Delete ${name}`,
    action: { region, instance_name: name, arn: instance.arn },
    send: () => lightsail.deleteInstance(region, name),
    async look() {
      const now = await find();
      return now && !isGoing(now) ? `it is ${now.state}` : undefined;
    },
  };
  const lookIfGone = async () => {
    const now = await find();
    if (now) await refuseFailure(instance, `${name} is ${now.state}`, lightsail);
    return now && `it is ${now.state}`;
  };
  const gone = { name: 'Wait until it is gone', after: 'AWS was asked', waitS: stateWaitS, look: lookIfGone };
  return cloudPlan({
    items: [
      isGoing(instance)
        ? { name: command.name, settled: true, detail: `it is ${instance.state}` }
        : commandStep(command, context, dependencies),
      waitFor(gone, context, dependencies),
    ],
    preview: { message: `${name} would be deleted with all that is on it.${left}`, result: { instance } },
    async conclude(changed) {
      await pins.forget(region, name);
      return { message: `${name} ${changed ? 'was deleted' : 'is gone, nothing was changed'}.${left}`, result: {} };
    },
  });
}

function idleWord({ name, ip_address }: StaticIp): string {
  return ` Its static IP ${name} (${ip_address}) stays, idle: that costs ${idleStaticIpUsdMonth} USD a month until release-static-ip.`;
}
