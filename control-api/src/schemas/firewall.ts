import { z } from 'zod';
import { instanceNameSchema, reasonSchema, regionSchema } from './common.ts';

const portOrType = z.int().min(-1).max(65535);

/** Canonical, since AWS may show it so: `203.0.113.0/24`, never `203.0.113.7/24`. */
const cidr = z
  .string()
  .transform((text) => (z.ipv4().safeParse(text).success ? `${text}/32` : text.toLowerCase()))
  .refine((text) => z.cidrv4().safeParse(text).success || z.cidrv6().safeParse(text).success, 'is no CIDR block')
  .refine(hasNoHostBits, 'has bits set behind its prefix: 203.0.113.0/24 is a network, 203.0.113.7/24 is not')
  .meta({ description: 'Who may come in: a network, or one address', example: '203.0.113.7/32' });

const ruleSchema = z
  .strictObject({
    protocol: z.enum(['tcp', 'udp', 'icmp', 'all']).meta({ description: 'Protocol', example: 'tcp' }),
    from_port: portOrType.meta({ description: 'First port; for icmp the type, -1 for all', example: 443 }),
    to_port: portOrType.meta({ description: 'Last port; for icmp the code, -1 for all', example: 443 }),
    cidrs: z
      .array(cidr)
      .min(1, 'is empty: leave it out for everybody')
      .max(50, 'are too many: at most 50')
      .optional()
      .meta({ description: 'Who may come in; everybody when it is left out', example: ['203.0.113.7/32'] }),
  })
  .superRefine(({ protocol, from_port, to_port }, context) => {
    const complain = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if (protocol === 'icmp') return;
    if (from_port < 0) complain('from_port', 'is -1, which only icmp knows');
    if (to_port < from_port) complain('to_port', 'is less than from_port');
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
    if (allow_lockout || rules.some(opensSsh)) return;
    const message = 'leave 22/tcp closed, and with it the way in; add it, or send "allow_lockout": true';
    context.addIssue({ code: 'custom', path: ['rules'], message });
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

function opensSsh({ protocol, from_port, to_port }: z.output<typeof ruleSchema>): boolean {
  return protocol === 'all' || (protocol === 'tcp' && from_port <= 22 && 22 <= to_port);
}

function hasNoHostBits(text: string): boolean {
  const [address = '', prefix = ''] = text.split('/');
  if (address.includes(':')) return true;
  const bits = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  return bits % 2 ** (32 - Number(prefix)) === 0;
}

export type SetFirewallBody = z.output<typeof setFirewallBodySchema>;
export type FirewallRule = z.output<typeof firewallRuleSchema>;
