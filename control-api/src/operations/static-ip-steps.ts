import { AppError } from '../lib/errors.ts';
import type { Instance } from '../schemas/lightsail.ts';
import type { StaticIp } from '../schemas/lightsail-changes.ts';
import type { Lightsail } from '../services/lightsail.ts';
import { commandStep } from './cloud-command.ts';
import type { CloudStep } from './cloud-steps.ts';
import type { HostResolver } from './host-target.ts';
import { refuseFailure } from './instance-states.ts';
import type { Context } from './operation.ts';
import { type Watch, waitFor } from './state-wait.ts';

export interface StaticIpWatch extends Watch {
  lightsail: Lightsail;
  hosts: Pick<HostResolver, 'pinnedKeys'>;
}

/** Seconds that a change of a static IP is waited for; it mostly takes a few. */
export const staticIpWaitS = 60;

export function staticIpLabel(region: string, name: string): string {
  return `static-ip ${region}/${name}`;
}

export function allocate(region: string, name: string, lightsail: Pick<Lightsail, 'allocateStaticIp'>): CloudStep {
  return {
    name: `Allocate ${name}`,
    effect: 'change',
    action: { region, static_ip_name: name },
    run: async () => ({ detail: (await lightsail.allocateStaticIp(region, name)).ip_address }),
  };
}

export function detach(
  { region, name, from }: { region: string; name: string; from: string },
  context: Context,
  dependencies: StaticIpWatch,
): CloudStep {
  const { lightsail } = dependencies;
  const command = {
    name: `Detach ${name} from ${from}`,
    action: { region, static_ip_name: name, instance_name: from },
    send: () => lightsail.detachStaticIp(region, name),
    async look() {
      const holder = (await lightsail.staticIp(region, name))?.attached_to;
      return holder === from ? `${from} still has it` : undefined;
    },
  };
  return commandStep(command, context, dependencies);
}

interface Attachment {
  region: string;
  name: string;
  to: string;
}

export function attach(wish: Attachment, context: Context, dependencies: StaticIpWatch): CloudStep {
  const { region, name, to } = wish;
  const { lightsail } = dependencies;
  const command = {
    name: `Attach ${name} to ${to}`,
    action: { region, static_ip_name: name, instance_name: to },
    send: () => lightsail.attachStaticIp(region, name, to),
    look: () => lookAttached(wish, lightsail),
  };
  return commandStep(command, context, dependencies);
}

/** AWS's record of the static IP; it may fail after AWS took the command. */
export function awaitAttached(wish: Attachment, context: Context, dependencies: StaticIpWatch): CloudStep {
  const { region, name, to } = wish;
  const { lightsail } = dependencies;
  const look = async () => {
    const seen = await lookAttached(wish, lightsail);
    if (seen !== undefined) await refuseFailure({ region, name }, `${to} does not have ${name}`, lightsail);
    return seen;
  };
  return waitFor(
    { name: 'Wait until it is attached', after: 'AWS was asked', waitS: staticIpWaitS, look },
    context,
    dependencies,
  );
}

async function lookAttached({ region, name, to }: Attachment, lightsail: Lightsail): Promise<string | undefined> {
  const now = await lightsail.staticIp(region, name);
  return now?.attached_to === to ? undefined : `${now?.attached_to ?? 'nobody'} has it`;
}

/** Waits until the instance shows the address, and pins it there. One that is stopped shows it when it is started. */
export function awaitAddress(
  { region, name: instanceName }: Instance,
  { name }: Pick<StaticIp, 'region' | 'name'>,
  context: Context,
  dependencies: StaticIpWatch,
): CloudStep {
  const { lightsail } = dependencies;
  const look = async () => {
    const wanted = (await lightsail.staticIp(region, name))?.ip_address;
    return lookAtAddress(region, instanceName, dependencies, (address) => address === wanted);
  };
  return waitFor(
    { name: `Wait until ${instanceName} has the address`, after: 'AWS was asked', waitS: staticIpWaitS, look },
    context,
    dependencies,
  );
}

/** Waits until the instance that had `lost` shows another address, and pins it there. */
export function awaitOtherAddress(
  { region, name }: Instance,
  lost: string,
  context: Context,
  dependencies: StaticIpWatch,
): CloudStep {
  const look = () => lookAtAddress(region, name, dependencies, (address) => address !== null && address !== lost);
  return waitFor(
    { name: `Wait until ${name} has another address`, after: 'it lost its own', waitS: staticIpWaitS, look },
    context,
    dependencies,
  );
}

async function lookAtAddress(
  region: string,
  name: string,
  { lightsail, hosts }: StaticIpWatch,
  fits: (address: string | null) => boolean,
): Promise<string | undefined> {
  const now = await lightsail.instance(region, name);
  if (!now) throw new AppError('instance_not_found', `${name} was deleted meanwhile.`);
  if (now.state === 'stopped') return undefined;
  if (!fits(now.public_ip)) return `it has ${now.public_ip ?? 'no public address'}`;
  // Calls that name a host by its address find its region by the pin.
  await hosts.pinnedKeys(now);
  return undefined;
}
