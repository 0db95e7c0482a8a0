import { AppError } from '../../lib/errors.ts';
import type { Instance } from '../../schemas/lightsail.ts';
import type { ReleaseStaticIpBody, StaticIp } from '../../schemas/lightsail-changes.ts';
import { commandStep } from '../cloud-command.ts';
import { type CloudItem, cloudPlan } from '../cloud-steps.ts';
import { requireConfirmation } from '../confirmation.ts';
import { type Context, locksOf, type Operation, type Plan, type Target } from '../operation.ts';
import { settleFirst } from './instance-states.ts';
import { type InstanceTarget, resolveInstance } from './instance-target.ts';
import { waitFor } from './state-wait.ts';
import {
  awaitOtherAddress,
  detach,
  holderNow,
  type StaticIpWatch,
  staticIpLabel,
  staticIpWaitS,
} from './static-ip-steps.ts';

/** The static IP is the target; with it the instance is locked that has it. */
interface ReleaseTarget extends Target {
  holder: InstanceTarget | undefined;
}

/** Gives an address back for good; nobody gets the same one again by asking. Locks the instance that loses it, too. */
export function releaseStaticIpOperation(dependencies: StaticIpWatch): Operation<ReleaseStaticIpBody, ReleaseTarget> {
  const { lightsail } = dependencies;
  return {
    name: 'static-ip.release',
    deadlineS: 300,
    async target({ region, static_ip_name: name, confirm }) {
      requireConfirmation(confirm, name, `gives ${name} back, and its address is lost`);
      const from = (await lightsail.staticIp(region, name))?.attached_to;
      const holder = from ? await resolveInstance(lightsail, { region, instance_name: from }) : undefined;
      const label = staticIpLabel(region, name);
      return { key: label, label, also: holder ? locksOf(holder) : [], holder };
    },
    async plan({ region, static_ip_name: name, instance_name }, context, { holder }) {
      const staticIp = await lightsail.staticIp(region, name);
      if (!staticIp) return planGone(name);
      const from = staticIp.attached_to;
      // Detached by an earlier call that was cut off, it is released as that call meant to.
      if (instance_name !== undefined && from !== null && from !== instance_name) {
        throw new AppError('instance_differs', `${name} is attached to ${from}, not to ${instance_name}.`, {
          hint: 'Leave out instance_name to release it all the same.',
          details: [{ path: '/instance_name', message: `is ${instance_name}, attached is ${from}` }],
        });
      }
      return planRelease(staticIp, await holderNow(staticIp, holder, lightsail), context, dependencies);
    },
  };
}

function planGone(name: string): Plan {
  const items: CloudItem[] = [{ name: `Release ${name}`, settled: true, detail: 'it is not there' }];
  return cloudPlan({
    items,
    preview: { message: `${name} is not there; nothing would be changed.`, result: {} },
    conclude: () => ({ message: `${name} is not there, nothing was changed.`, result: {} }),
  });
}

function planRelease(
  staticIp: StaticIp,
  holder: Instance | undefined,
  context: Context,
  dependencies: StaticIpWatch,
): Plan {
  const { region, name, ip_address, attached_to: from } = staticIp;
  const { lightsail } = dependencies;
  const look = async () => ((await lightsail.staticIp(region, name)) ? 'it is still there' : undefined);
  const release = {
    name: `Release ${name}`,
    action: { region, static_ip_name: name, ip_address },
    send: () => lightsail.releaseStaticIp(region, name),
    look,
  };
  const gone = { name: 'Wait until it is gone', after: 'AWS was asked', waitS: staticIpWaitS, look };
  return cloudPlan({
    items: [
      ...(holder ? settleFirst(holder, context, dependencies) : []),
      ...(from === null ? [] : [detach({ region, name, from }, context, dependencies)]),
      commandStep(release, context, dependencies),
      waitFor(gone, context, dependencies),
      ...(holder ? [awaitOtherAddress(holder, ip_address, context, dependencies)] : []),
    ],
    preview: {
      message: `${name} would be released: ${ip_address} is lost${from === null ? '' : `, and ${from} gets another public address`}.`,
      result: { static_ip: staticIp },
    },
    async conclude() {
      const now = from === null ? undefined : await lightsail.instance(region, from);
      const address = now?.public_ip ? `, and ${from} has ${now.public_ip} now` : '';
      return { message: `${name} was released: ${ip_address} is lost${address}.`, result: {} };
    },
  });
}
