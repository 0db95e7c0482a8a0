import type { DeleteInstanceBody } from '../schemas/lightsail-changes.ts';
import type { Pins } from '../services/journal/pins.ts';
import type { Lightsail } from '../services/lightsail.ts';
import { type CloudItem, cloudPlan } from './cloud-steps.ts';
import { identityOf } from './host-target.ts';
import { type InstanceTarget, requireConfirmation, resolveInstance } from './instance-target.ts';
import type { Operation } from './operation.ts';
import { type Watch, waitFor } from './state-wait.ts';

interface Dependencies extends Watch {
  lightsail: Lightsail;
  pins: Pick<Pins, 'forget'>;
}

const WAIT_S = 240;

/** Deletes an instance with its disk, and forgets its host keys. A static IP that it had stays, and costs from then on. */
export function deleteInstanceOperation(dependencies: Dependencies): Operation<DeleteInstanceBody, InstanceTarget> {
  const { lightsail, pins } = dependencies;
  return {
    name: 'instance.delete',
    deadlineS: 300,
    async target(input, _) {
      requireConfirmation(input.confirm, input.instance_name, `deletes ${input.instance_name} with all that is on it`);
      return resolveInstance(lightsail, input);
    },
    async plan({ region, instance_name: name }, context, { instance }) {
      const step = `Delete ${name}`;
      if (!instance) {
        const message = `${name} is not there, nothing was changed.`;
        const items: CloudItem[] = [{ name: step, settled: true, detail: 'it is not there' }];
        return cloudPlan({ items, preview: { message, result: {} }, conclude: () => ({ message, result: {} }) });
      }
      const [address] = (await lightsail.staticIps(region)).filter(({ attached_to }) => attached_to === name);
      const idle = address ? `; ${address.name} (${address.ip_address}) stays and costs until it is released` : '';
      const look = async () => {
        const now = await lightsail.instance(region, name);
        return now && identityOf(now) === identityOf(instance) ? `it is ${now.state}` : undefined;
      };
      const act: CloudItem = {
        name: step,
        effect: 'change',
        action: { region, instance_name: name, arn: instance.arn },
        async run() {
          const refusal = await lightsail.deleteInstance(region, name);
          if (refusal && (await look()) !== undefined) throw refusal;
          return {};
        },
      };
      const gone = waitFor(
        { name: 'Wait until it is gone', after: 'AWS was asked', waitS: WAIT_S, look },
        context,
        dependencies,
      );
      return cloudPlan({
        items: [act, gone],
        preview: { message: `${name} would be deleted with all that is on it${idle}.`, result: { instance } },
        async conclude() {
          await pins.forget(identityOf(instance));
          return { message: `${name} was deleted${idle}.`, result: {} };
        },
      });
    },
  };
}
