import { z } from 'zod';
import { readCidr } from '../lib/cidr.ts';
import { instanceNameSchema, reasonSchema, regionSchema } from './common.ts';

const portOrType = z.int().min(-1).max(65535);

/** What AWS calls the addresses from which its console opens SSH in the browser. */
const browserSsh = 'lightsail-connect';

/** A network as AWS shows it, or why it is none. */
const cidr = z
  .string()
  .max(64)
  .transform((text, context) => {
    if (text === browserSsh) return text;
    const network = readCidr(text);
    if (typeof network === 'string') return network;
    context.addIssue({ code: 'custom', message: network.problem });
    return z.NEVER;
  })
  .meta({
    description: `Who may come in: a network, one address, or ${browserSsh} (SSH in the browser, from AWS’s console)`,
    example: '203.0.113.7/32',
  });

const ruleSchema = z
  .strictObject({
    protocol: z
      .enum(['tcp', 'udp', 'icmp', 'icmpv6', 'all'])
      .meta({ description: 'Protocol; all takes ports 0 to 65535', example: 'tcp' }),
    from_port: portOrType.meta({ description: 'First port; for icmp the type, such as 8 for ping', example: 443 }),
    to_port: portOrType.meta({ description: 'Last port; for icmp the code, such as -1 for ping', example: 443 }),
    cidrs: z
      .array(cidr)
      .min(1, 'is empty: leave it out for everybody')
      .max(50, 'are too many: at most 50')
      .optional()
      .meta({ description: 'Who may come in; everybody when it is left out', example: ['203.0.113.7/32'] }),
  })
  .superRefine(({ protocol, from_port, to_port }, context) => {
    const complain = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if (protocol.startsWith('icmp')) return;
    if (from_port < 0) complain('from_port', 'is -1, which only icmp knows');
    else if (to_port < from_port) complain('to_port', 'is less than from_port');
    else if (protocol === 'all' && (from_port !== 0 || to_port !== 65535)) {
      complain('from_port', 'and to_port must be 0 and 65535 with protocol all');
    }
  });

export const setFirewallBodySchema = z
  .strictObject({
    instance_name: instanceNameSchema,
    region: regionSchema,
    rules: z
      .array(ruleSchema)
      .max(60, 'are too many: at most 60')
      .meta({
        description: 'The whole list: whatever it does not name is closed',
        example: [{ protocol: 'tcp', from_port: 22, to_port: 22 }],
      }),
    allow_lockout: z
      .boolean()
      .default(false)
      .meta({ description: 'Take a list that closes 22/tcp, and with it this API’s way in', example: false }),
    reason: reasonSchema.optional(),
  })
  .superRefine(({ rules, allow_lockout }, context) => {
    const issue = (path: (string | number)[], message: string) =>
      context.addIssue({ code: 'custom', path: ['rules', ...path], message });
    const ports = rules.map(({ protocol, from_port, to_port }) => `${protocol} ${from_port}-${to_port}`);
    for (const [index, one] of ports.entries()) {
      const first = ports.indexOf(one);
      if (first < index) issue([index], `has the ports of /rules/${first}: name all networks in one rule`);
    }
    if (allow_lockout || rules.some(opensSsh)) return;
    issue([], 'leave 22/tcp closed to IPv4, and with it the way in; add it, or send "allow_lockout": true');
  })
  .meta({ id: 'SetFirewall', description: 'All that is to be open on the public addresses of an instance' });

/** As AWS shows it: every rule with all of its networks, of both address families. */
export const firewallRuleSchema = z
  .object({
    protocol: z.string().meta({ description: 'Protocol', example: 'tcp' }),
    from_port: z.int().meta({ description: 'First port, or type of icmp', example: 443 }),
    to_port: z.int().meta({ description: 'Last port, or code of icmp', example: 443 }),
    cidrs: z.array(z.string()).meta({ description: 'Who may come in', example: ['0.0.0.0/0', '::/0'] }),
  })
  .meta({ id: 'FirewallRule', description: 'Ports that are open to somebody' });

export const firewallSchema = z
  .object({
    instance_name: z.string().meta({ description: 'The instance', example: 'apps' }),
    rules: z.array(firewallRuleSchema).meta({ description: 'What is open; everything else is closed', example: [] }),
  })
  .meta({ id: 'Firewall', description: 'What Lightsail lets through to an instance’s public addresses' });

/** This API comes over IPv4, and never from the browser. */
function opensSsh({ protocol, from_port, to_port, cidrs }: z.output<typeof ruleSchema>): boolean {
  const forUs = cidrs === undefined || cidrs.some((one) => one.includes('.'));
  return forUs && ['tcp', 'all'].includes(protocol) && from_port <= 22 && 22 <= to_port;
}

export type SetFirewallBody = z.output<typeof setFirewallBodySchema>;
export type FirewallRule = z.output<typeof firewallRuleSchema>;
