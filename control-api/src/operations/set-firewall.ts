import type { FirewallRule, SetFirewallBody } from '../schemas/firewall.ts';
import type { Instance } from '../schemas/lightsail.ts';
import type { Lightsail } from '../services/lightsail.ts';
import { type CloudItem, cloudPlan } from './cloud-steps.ts';
import { type InstanceTarget, present, resolveInstance } from './instance-target.ts';
import type { Context, Operation, Plan } from './operation.ts';
import { type Watch, waitFor } from './state-wait.ts';

interface Dependencies extends Watch {
  lightsail: Pick<Lightsail, 'instance' | 'firewall' | 'setFirewall'>;
}

/** Opens exactly what is listed; the list replaces what was there. */
export function setFirewallOperation(dependencies: Dependencies): Operation<SetFirewallBody, InstanceTarget> {
  const { lightsail } = dependencies;
  return {
    name: 'firewall.set',
    deadlineS: 60,
    target: (input) => resolveInstance(lightsail, input),
    async plan({ rules }, context, target) {
      const instance = present(target);
      const before = await lightsail.firewall(instance.region, instance.name);
      const wished = rules.map(everybody);
      const change = differenceOf(before, wished, instance);
      return change === ''
        ? planSettled(before, instance)
        : planChange({ before, wished, change, instance }, context, dependencies);
    },
  };
}

function planSettled(rules: readonly FirewallRule[], { name }: Instance): Plan {
  const detail = rules.map(told).join(', ') || 'everything is closed';
  const items: CloudItem[] = [{ name: `Set the firewall of ${name}`, settled: true, detail }];
  const result = { instance_name: name, rules };
  return cloudPlan({
    items,
    preview: { message: `The firewall of ${name} is so; nothing would be changed.`, result },
    conclude: () => ({ message: `The firewall of ${name} is so, nothing was changed.`, result }),
  });
}

interface Change {
  before: readonly FirewallRule[];
  wished: readonly FirewallRule[];
  change: string;
  instance: Instance;
}

function planChange(
  { before, wished, change, instance }: Change,
  context: Context,
  { lightsail, ...watch }: Dependencies,
): Plan {
  const { region, name } = instance;
  let now = before;
  const set: CloudItem = {
    name: `Set the firewall of ${name}`,
    effect: 'change',
    action: { region, instance_name: name, rules: wished, change },
    async run() {
      await lightsail.setFirewall(region, name, wished);
      return { detail: change };
    },
  };
  // AWS documents nothing that it would add, merge or leave out; should it do so, that is no firewall as asked.
  const look = async () => {
    now = await lightsail.firewall(region, name);
    const rest = differenceOf(now, wished, instance);
    return rest === '' ? undefined : `AWS shows other rules; to be as asked: ${rest}`;
  };
  return cloudPlan({
    items: [set, waitFor({ name: 'Read it back', after: 'AWS was asked', waitS: 20, look }, context, watch)],
    preview: { message: `${name}: ${change}.`, result: { instance_name: name, rules: before } },
    conclude: () => ({ message: `${name}: ${change}.`, result: { instance_name: name, rules: now } }),
  });
}

/** A rule without networks is for everybody, of both address families; so AWS shows it. */
function everybody({ cidrs, ...rule }: SetFirewallBody['rules'][number]): FirewallRule {
  return { ...rule, cidrs: cidrs ?? ['0.0.0.0/0', '::/0'] };
}

/** What opens (+) and what closes (-) on the way from one list to another; empty when both let the same in. */
function differenceOf(before: readonly FirewallRule[], after: readonly FirewallRule[], instance: Instance): string {
  const keys = (rules: readonly FirewallRule[]) => new Map(rules.map((rule) => [canonical(rule, instance), rule]));
  const [old, wished] = [keys(before), keys(after)];
  const opens = [...wished].filter(([key]) => !old.has(key)).map(([, rule]) => `+ ${told(rule)}`);
  const closes = [...old].filter(([key]) => !wished.has(key)).map(([, rule]) => `- ${told(rule)}`);
  return [...opens, ...closes].join(', ');
}

/** Networks of a family of which the instance has no address let nobody in: whether AWS keeps them is not documented. */
function canonical({ protocol, from_port, to_port, cidrs }: FirewallRule, { ip_address_type }: Instance): string {
  const counts = (cidr: string) =>
    cidr.includes(':') ? ip_address_type !== 'ipv4' : cidr.includes('/') ? ip_address_type !== 'ipv6' : true;
  return `${protocol} ${from_port}-${to_port} ${[...new Set(cidrs.filter(counts))].sort().join(' ')}`;
}

function told({ protocol, from_port, to_port, cidrs }: FirewallRule): string {
  const ports = from_port === to_port ? String(from_port) : `${from_port}-${to_port}`;
  const all = cidrs.includes('0.0.0.0/0');
  return `${ports}/${protocol} ${all ? 'for everybody' : `for ${cidrs.join(' ')}`}`;
}
