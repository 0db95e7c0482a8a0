import { AppError } from '../../lib/errors.ts';
import type { Instance } from '../../schemas/lightsail.ts';
import type { AttachStaticIpBody, StaticIp } from '../../schemas/lightsail-changes.ts';
import type { Lightsail } from '../../services/lightsail.ts';
import { type CloudItem, cloudPlan } from '../cloud-steps.ts';
import { type Context, locksOf, type Operation, type Plan, type Target } from '../operation.ts';
import { settleFirst } from './instance-states.ts';
import { type InstanceTarget, present, resolveInstance } from './instance-target.ts';
import {
  allocate,
  attach,
  awaitAddress,
  awaitAttached,
  detach,
  holderNow,
  type StaticIpWatch,
  staticIpLabel,
} from './static-ip-steps.ts';

/** The static IP is the target; with it the instance is locked that is to have it, and the one that has it. */
interface AttachTarget extends Target {
  to: InstanceTarget;
  holder: InstanceTarget | undefined;
}

/** Gives an instance an address that stays: allocates it, takes it from another instance that has it, attaches it. */
export function attachStaticIpOperation(dependencies: StaticIpWatch): Operation<AttachStaticIpBody, AttachTarget> {
  const { lightsail } = dependencies;
  return {
    name: 'static-ip.attach',
    deadlineS: 300,
    async target({ region, static_ip_name, instance_name }) {
      const [to, staticIp] = await Promise.all([
        resolveInstance(lightsail, { region, instance_name }),
        lightsail.staticIp(region, static_ip_name),
      ]);
      const from = staticIp?.attached_to ?? instance_name;
      const holder =
        from === instance_name ? undefined : await resolveInstance(lightsail, { region, instance_name: from });
      const label = staticIpLabel(region, static_ip_name);
      return { key: label, label, also: (holder ? [to, holder] : [to]).flatMap(locksOf), to, holder };
    },
    async plan({ region, static_ip_name, instance_name }, context, { to, holder }) {
      const instance = await present(to, lightsail);
      const all = await lightsail.staticIps(region);
      refuseOther(instance, static_ip_name, all);
      const there = all.find(({ name }) => name === static_ip_name);
      if (there?.attached_to === instance_name) return planSettled(there, instance, context, dependencies);
      const from = await holderNow(there, holder, lightsail);
      return planMove({ name: static_ip_name, there, instance, holder: from }, context, dependencies);
    },
  };
}

/** @throws {AppError} invalid_request, instance_differs */
function refuseOther({ name: instanceName, ip_address_type }: Instance, name: string, all: readonly StaticIp[]): void {
  if (ip_address_type === 'ipv6') {
    throw new AppError('invalid_request', `${instanceName} has IPv6 addresses only, and static IPs are IPv4.`, {
      hint: 'Attach it to an instance with ip_address_type dualstack or ipv4.',
      details: [{ path: '/instance_name', message: 'has IPv6 addresses only' }],
    });
  }
  const other = all.find(({ attached_to, name: its }) => attached_to === instanceName && its !== name);
  if (!other) return;
  throw new AppError('instance_differs', `${instanceName} has the static IP ${other.name} already.`, {
    hint: `Attach ${other.name} to another instance first, or give it back: POST /aws/lightsail/release-static-ip.`,
    details: [{ path: '/static_ip_name', message: `is ${name}, and ${other.name} is attached` }],
  });
}

function planSettled(there: StaticIp, instance: Instance, context: Context, dependencies: StaticIpWatch): Plan {
  const items: CloudItem[] = [
    { name: `Allocate ${there.name}`, settled: true, detail: there.ip_address },
    { name: `Attach ${there.name} to ${instance.name}`, settled: true, detail: 'it is' },
  ];
  const rest = instance.public_ip === there.ip_address ? [] : [awaitAddress(instance, there, context, dependencies)];
  const so = `${instance.name} has ${there.name} (${there.ip_address})`;
  return cloudPlan({
    items: [...items, ...rest],
    preview: { message: `${so}; nothing would be changed.`, result: { static_ip: there, instance } },
    conclude: () => conclude(instance, there.name, dependencies.lightsail, () => `${so}, nothing was changed.`),
  });
}

interface Move {
  name: string;
  there: StaticIp | undefined;
  instance: Instance;
  /** The instance that has it now. */
  holder: Instance | undefined;
}

function planMove({ name, there, instance, holder }: Move, context: Context, dependencies: StaticIpWatch): Plan {
  const { region } = instance;
  const { lightsail } = dependencies;
  const from = there?.attached_to ?? null;
  const items: CloudItem[] = [
    ...settleFirst(instance, context, dependencies),
    ...(holder ? settleFirst(holder, context, dependencies) : []),
    there ? { name: `Allocate ${name}`, settled: true, detail: there.ip_address } : allocate(region, name, lightsail),
    ...(from === null ? [] : [detach({ region, name, from }, context, dependencies)]),
    attach({ region, name, to: instance.name }, context, dependencies),
    awaitAttached({ region, name, to: instance.name }, context, dependencies),
    awaitAddress(instance, { region, name }, context, dependencies),
  ];
  const taken = from === null ? '' : ` It is taken from ${from}, which gets another one.`;
  const before = instance.public_ip === null ? '' : ` in place of ${instance.public_ip}`;
  const address = there ? `${name} (${there.ip_address})` : name;
  return cloudPlan({
    items,
    preview: {
      message: `${instance.name} would get ${address}${before}.${taken}`,
      result: { static_ip: there ?? null, instance },
    },
    conclude: () =>
      conclude(instance, name, lightsail, (ip) => `${instance.name} has ${name} (${ip})${before}.${taken}`),
  });
}

async function conclude(
  { region, name: instanceName }: Instance,
  name: string,
  lightsail: Lightsail,
  tell: (address: string) => string,
) {
  const [static_ip = null, instance] = await Promise.all([
    lightsail.staticIp(region, name),
    lightsail.instance(region, instanceName),
  ]);
  return { message: tell(static_ip?.ip_address ?? 'gone meanwhile'), result: { static_ip, instance } };
}
