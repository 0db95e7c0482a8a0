import { describe, expect, test } from 'vitest';
import { setFirewallBodySchema } from '../../src/schemas/firewall.ts';

const ssh = { protocol: 'tcp', from_port: 22, to_port: 22 };
const body = (...rules: object[]) => ({ instance_name: 'kong', region: 'eu-central-1', rules });

function problems(...rules: object[]) {
  const { error } = setFirewallBodySchema.safeParse(body(...rules));
  return error?.issues.map(({ path, message }) => `/${path.join('/')} ${message}`) ?? [];
}

test('networks come out as AWS shows them', () => {
  const cidrs = ['203.0.113.7', '2001:DB8::/32', 'lightsail-connect'];
  expect(setFirewallBodySchema.parse(body({ ...ssh, cidrs })).rules[0]?.cidrs).toEqual([
    ...['203.0.113.7/32', '2001:db8::/32', 'lightsail-connect'],
  ]);
});

test.each([
  ['ping', { protocol: 'icmp', from_port: 8, to_port: -1 }],
  ['ping over IPv6', { protocol: 'icmpv6', from_port: 128, to_port: 0 }],
  ['everything', { protocol: 'all', from_port: 0, to_port: 65535 }],
  ['a range', { protocol: 'udp', from_port: 1000, to_port: 2000 }],
])('%s passes', (_, rule) => expect(problems(ssh, rule)).toEqual([]));

test.each<[string, object]>([
  ['/rules/1/cidrs/0 has bits set behind its prefix', { cidrs: ['203.0.113.7/24'] }],
  ['/rules/1/cidrs/0 is no network', { cidrs: ['everybody'] }],
  ['/rules/1/cidrs is empty', { cidrs: [] }],
  ['/rules/1/from_port is -1', { from_port: -1 }],
  ['/rules/1/to_port is less', { from_port: 81 }],
  ['/rules/1/to_port Too big', { to_port: 65536 }],
  ['/rules/1/from_port and to_port must be 0 and 65535', { protocol: 'all' }],
  ['/rules/1/protocol', { protocol: 'sctp' }],
  ['/rules/1/from_port', { from_port: '80' }],
  ['/rules/1 Unrecognized', { ports: [80] }],
])('%s', (start, more) => {
  const [first = ''] = problems(ssh, { protocol: 'tcp', from_port: 80, to_port: 80, ...more });
  expect(first.startsWith(start), first).toBe(true);
});

test('ports that are named twice are refused: which rule would count?', () => {
  expect(problems(ssh, { ...ssh, cidrs: ['10.0.0.0/8'] })).toEqual([
    '/rules/1 has the ports of /rules/0: name all networks in one rule',
  ]);
});

describe('the way in', () => {
  test.each<[boolean, string, object[]]>([
    [true, 'SSH', [ssh]],
    [true, 'a range around it', [{ ...ssh, from_port: 20, to_port: 25 }]],
    [true, 'everything', [{ protocol: 'all', from_port: 0, to_port: 65535 }]],
    [true, 'for some', [{ ...ssh, cidrs: ['2001:db8::/32', '203.0.113.7'] }]],
    [false, 'nothing', []],
    [false, 'another port', [{ ...ssh, from_port: 23, to_port: 23 }]],
    [false, 'over udp', [{ ...ssh, protocol: 'udp' }]],
    [false, 'for IPv6 only', [{ ...ssh, cidrs: ['2001:db8::/32'] }]],
    [false, 'for the browser only', [{ ...ssh, cidrs: ['lightsail-connect'] }]],
  ])('%s: %s', (open, _, rules) => {
    expect(problems(...rules).some((one) => /^\/rules leave 22\/tcp closed.*allow_lockout/.test(one))).toBe(!open);
    expect(setFirewallBodySchema.safeParse({ ...body(...rules), allow_lockout: true }).success).toBe(true);
  });
});
