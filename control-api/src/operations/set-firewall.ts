import type { FirewallRule, SetFirewallBody } from '../schemas/firewall.ts';
import type { Lightsail } from '../services/lightsail.ts';
import { type CloudItem, cloudPlan } from './cloud-steps.ts';
import { type InstanceTarget, present, resolveInstance } from './instance-target.ts';
import type { Operation } from './operation.ts';

/** Opens exactly what is listed; the list replaces what was there. */
export function setFirewallOperation({
  lightsail,
}: {
  lightsail: Lightsail;
}): Operation<SetFirewallBody, InstanceTarget> {
  return {
    name: 'firewall.set',
    deadlineS: 60,
    target: (input) => resolveInstance(lightsail, input),
    async plan({ region, instance_name: name, rules: wished }, _, target) {
      present(target);
      const before = await lightsail.firewall(region, name);
      const rules = wished.map(everybody);
      const opens = without(rules, before);
      const closes = without(before, rules);
      const same = opens.length === 0 && closes.length === 0;
      const words = [...opens.map((rule) => `+ ${told(rule)}`), ...closes.map((rule) => `- ${told(rule)}`)].join(', ');
      const step = `Set the firewall of ${name}`;
      const act: CloudItem = same
        ? { name: step, settled: true, detail: before.map(told).join(', ') || 'everything is closed' }
        : {
            name: step,
            effect: 'change',
            action: { region, instance_name: name, rules, opens: opens.map(told), closes: closes.map(told) },
            async run() {
              await lightsail.setFirewall(region, name, rules);
              return { detail: words };
            },
          };
      return cloudPlan({
        items: [act],
        preview: {
          message: same ? `The firewall of ${name} is so; nothing would be changed.` : `${name}: ${words}.`,
          result: { instance_name: name, rules: before },
        },
        async conclude() {
          const message = same ? `The firewall of ${name} is so, nothing was changed.` : `${name}: ${words}.`;
          return { message, result: { instance_name: name, rules: await lightsail.firewall(region, name) } };
        },
      });
    },
  };
}

/** A rule without networks is for everybody, of both address families; so AWS shows it. */
function everybody({ cidrs, ...rule }: SetFirewallBody['rules'][number]): FirewallRule {
  return { ...rule, cidrs: cidrs ?? ['0.0.0.0/0', '::/0'] };
}

function without(rules: readonly FirewallRule[], others: readonly FirewallRule[]): FirewallRule[] {
  const known = new Set(others.map(canonical));
  return rules.filter((rule) => !known.has(canonical(rule)));
}

function canonical({ protocol, from_port, to_port, cidrs }: FirewallRule): string {
  // All ports of everything: AWS shows the range that it has made of it.
  const ports = protocol === 'all' ? '' : `${from_port}-${to_port}`;
  return `${protocol} ${ports} ${[...new Set(cidrs)].sort().join(' ')}`;
}

function told({ protocol, from_port, to_port, cidrs }: FirewallRule): string {
  const ports = from_port === to_port ? String(from_port) : `${from_port}-${to_port}`;
  const all = cidrs.includes('0.0.0.0/0');
  return `${ports}/${protocol} ${all ? 'for everybody' : `for ${cidrs.join(' ')}`}`;
}
