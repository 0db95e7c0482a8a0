import { AppError } from '../lib/errors.ts';
import type { AttachStaticIpBody, ReleaseStaticIpBody, StaticIp } from '../schemas/lightsail-changes.ts';
import type { Lightsail } from '../services/lightsail.ts';
import { type CloudItem, type CloudStep, cloudPlan } from './cloud-steps.ts';
import { type InstanceTarget, present, requireConfirmation, resolveInstance } from './instance-target.ts';
import type { Context, Operation } from './operation.ts';
import { type Watch, waitFor } from './state-wait.ts';

interface Dependencies extends Watch {
  lightsail: Lightsail;
}

const WAIT_S = 60;

/** Gives an instance an address that stays: allocates it, takes it from another instance that has it, attaches it. */
export function attachStaticIpOperation(dependencies: Dependencies): Operation<AttachStaticIpBody, InstanceTarget> {
  const { lightsail } = dependencies;
  return {
    name: 'static-ip.attach',
    deadlineS: 180,
    target: (input) => resolveInstance(lightsail, input),
    async plan({ region, static_ip_name: name, instance_name }, context, target) {
      const instance = present(target);
      const all = await lightsail.staticIps(region);
      const there = all.find((one) => one.name === name);
      const other = all.find((one) => one.attached_to === instance_name && one.name !== name);
      if (other) {
        throw new AppError('instance_differs', `${instance_name} has the static IP ${other.name} already.`, {
          hint: `POST /aws/lightsail/release-static-ip with "static_ip_name": "${other.name}" first.`,
          details: [{ path: '/static_ip_name', message: `is ${name}, and ${other.name} is attached` }],
        });
      }
      const before = there?.attached_to ?? null;
      const settled = before === instance_name;
      const move = { region, name, from: before, to: instance_name };
      const word = before !== null && !settled ? `, which ${before} has now` : '';
      return cloudPlan({
        items: [
          there ? settledItem(`Allocate ${name}`, there.ip_address) : allocate(region, name, lightsail),
          ...(before !== null && !settled ? [detach(move, lightsail)] : []),
          ...(settled
            ? [settledItem(`Attach ${name} to ${instance_name}`, 'it is')]
            : [attach(move, lightsail), attached(move, context, dependencies)]),
        ],
        preview: {
          message: settled
            ? `${instance_name} has ${name}; nothing would be changed.`
            : `${instance_name} would get ${name}${there ? ` (${there.ip_address})` : ''}${word}, in place of ${instance.public_ip ?? 'none'}.`,
          result: { static_ip: there ?? null, instance },
        },
        async conclude() {
          const [static_ip, now] = await Promise.all([
            lightsail.staticIp(region, name),
            lightsail.instance(region, instance_name),
          ]);
          const done = settled ? 'has it, nothing was changed' : 'has it now';
          const message = `${name} is ${static_ip?.ip_address}: ${instance_name} ${done}.`;
          return { message, result: { static_ip, instance: now } };
        },
      });
    },
  };
}

interface ReleaseTarget extends InstanceTarget {
  staticIp: StaticIp | undefined;
}

/** Gives an address back for good; nobody gets the same one again by asking. */
export function releaseStaticIpOperation(dependencies: Dependencies): Operation<ReleaseStaticIpBody, ReleaseTarget> {
  const { lightsail } = dependencies;
  return {
    name: 'static-ip.release',
    deadlineS: 180,
    async target({ region, static_ip_name: name, confirm }) {
      requireConfirmation(confirm, name, `gives ${name} back, and its address is lost`);
      const staticIp = await lightsail.staticIp(region, name);
      const holder = staticIp?.attached_to;
      if (holder) return { ...(await resolveInstance(lightsail, { region, instance_name: holder })), staticIp };
      const label = `static-ip ${region}/${name}`;
      return { key: label, label, instance: undefined, staticIp };
    },
    async plan({ region, static_ip_name: name, instance_name }, context, { staticIp }) {
      const step = `Release ${name}`;
      if (!staticIp) {
        const message = `${name} is not there, nothing was changed.`;
        const items = [settledItem(step, 'it is not there')];
        return cloudPlan({ items, preview: { message, result: {} }, conclude: () => ({ message, result: {} }) });
      }
      const from = staticIp.attached_to;
      if (instance_name !== undefined && from !== instance_name) {
        const message = `${name} is attached to ${from ?? 'no instance'}, not to ${instance_name}.`;
        throw new AppError('instance_differs', message, {
          hint: 'Leave out instance_name to release it all the same.',
        });
      }
      const gone = async () => ((await lightsail.staticIp(region, name)) ? 'it is still there' : undefined);
      const release: CloudStep = {
        name: step,
        effect: 'change',
        action: { region, static_ip_name: name, ip_address: staticIp.ip_address },
        run: () => insist(() => lightsail.releaseStaticIp(region, name), gone),
      };
      const word = `${staticIp.ip_address} is lost${from === null ? '' : `, and ${from} gets another public address`}`;
      return cloudPlan({
        items: [
          ...(from === null ? [] : [detach({ region, name, from, to: null }, lightsail)]),
          release,
          waitFor(
            { name: 'Wait until it is gone', after: 'AWS was asked', waitS: WAIT_S, look: gone },
            context,
            dependencies,
          ),
        ],
        preview: { message: `${name} would be released: ${word}.`, result: { static_ip: staticIp } },
        conclude: () => ({ message: `${name} was released: ${word}.`, result: {} }),
      });
    },
  };
}

interface Move {
  region: string;
  name: string;
  from: string | null;
  to: string | null;
}

function allocate(region: string, name: string, lightsail: Lightsail): CloudStep {
  return {
    name: `Allocate ${name}`,
    effect: 'change',
    action: { region, static_ip_name: name },
    run: async () => ({ detail: (await lightsail.allocateStaticIp(region, name)).ip_address }),
  };
}

function detach({ region, name, from }: Move, lightsail: Lightsail): CloudStep {
  const look = async () => {
    const now = (await lightsail.staticIp(region, name))?.attached_to;
    return now === from ? `${from} still has it` : undefined;
  };
  return {
    name: `Detach ${name} from ${from}`,
    effect: 'change',
    action: { region, static_ip_name: name, instance_name: from },
    run: () => insist(() => lightsail.detachStaticIp(region, name), look),
  };
}

function attach({ region, name, to }: Move, lightsail: Lightsail): CloudStep {
  return {
    name: `Attach ${name} to ${to}`,
    effect: 'change',
    action: { region, static_ip_name: name, instance_name: to },
    run: () =>
      insist(() => lightsail.attachStaticIp(region, name, to ?? ''), lookAttached({ region, name, to }, lightsail)),
  };
}

function attached(move: Move, context: Context, dependencies: Dependencies): CloudStep {
  const look = lookAttached(move, dependencies.lightsail);
  return waitFor(
    { name: 'Wait until it is attached', after: 'AWS was asked', waitS: WAIT_S, look },
    context,
    dependencies,
  );
}

function lookAttached({ region, name, to }: Omit<Move, 'from'>, lightsail: Lightsail) {
  return async () => {
    const now = await lightsail.staticIp(region, name);
    return now?.attached_to === to ? undefined : `${now?.attached_to ?? 'nobody'} has it`;
  };
}

/** What AWS refuses may be so already, done by another or by a call whose answer was lost. */
async function insist(send: () => Promise<AppError | undefined>, look: () => Promise<string | undefined>) {
  const refusal = await send();
  if (!refusal) return {};
  if ((await look()) !== undefined) throw refusal;
  return { unchanged: true };
}

function settledItem(name: string, detail: string): CloudItem {
  return { name, settled: true, detail };
}
