import { expect, test } from 'vitest';
import { setFirewallOperation } from '../../src/operations/set-firewall.ts';
import type { FirewallRule, SetFirewallBody } from '../../src/schemas/firewall.ts';
import type { Instance } from '../../src/schemas/lightsail.ts';
import { fakeContext, instance, perform } from './cloud-fakes.ts';
import { modelLightsail } from './model-lightsail.ts';

const all = ['0.0.0.0/0', '::/0'];
const tcp = (port: number, cidrs?: string[]) => ({
  ...{ protocol: 'tcp' as const, from_port: port, to_port: port },
  ...(cidrs ? { cidrs } : {}),
});

function setUp(rules: FirewallRule[], row: Partial<Instance> = {}) {
  const model = modelLightsail([instance(row)]);
  model.rules = rules;
  const operation = setFirewallOperation({ ...model, pollMs: 2000 });
  const run = (wished: SetFirewallBody['rules'], instance_name = 'apps') => {
    const body = { instance_name, region: 'eu-central-1', rules: wished, allow_lockout: true };
    return perform(operation, body, fakeContext(model.clock));
  };
  return { model, run };
}

const open = (port: number) => tcp(port, all) as FirewallRule;

test('sets the whole list, says what opens and what closes, and reads it back', async () => {
  const { run, model } = setUp([open(22), open(80)]);
  const { outcomes, message, plan, result } = await run([tcp(22), tcp(443, ['203.0.113.0/24'])]);
  const words = 'apps: + 443/tcp for 203.0.113.0/24, - 80/tcp for everybody.';
  expect(outcomes).toEqual({ 'Set the firewall of apps': 'changed', 'Read it back': 'verified' });
  expect([plan.preview.message, message]).toEqual([words, words]);
  expect(plan.preview.result).toEqual({ instance_name: 'apps', rules: [open(22), open(80)] });
  expect(result).toEqual({ instance_name: 'apps', rules: [open(22), tcp(443, ['203.0.113.0/24'])] });
  expect(model.sent).toEqual(['PutInstancePublicPorts apps']);
});

test.each<[string, FirewallRule[], SetFirewallBody['rules'], Partial<Instance>]>([
  ['in another order', [open(80), open(22)], [tcp(22), tcp(80)], {}],
  [
    'with networks in another order',
    [tcp(22, ['10.0.0.0/8', '::/0'])] as FirewallRule[],
    [tcp(22, ['::/0', '10.0.0.0/8'])],
    {},
  ],
  [
    'without IPv6 where the instance has none',
    [tcp(22, ['0.0.0.0/0'])] as FirewallRule[],
    [tcp(22)],
    { ip_address_type: 'ipv4' },
  ],
  [
    'without IPv4 where the instance has none',
    [tcp(22, ['::/0'])] as FirewallRule[],
    [tcp(22)],
    { ip_address_type: 'ipv6' },
  ],
  ['with everything closed', [], [], {}],
])('changes nothing when it is so %s', async (_, before, wished, row) => {
  const { run, model } = setUp(before, row);
  const { outcomes, message } = await run(wished);
  expect(outcomes).toEqual({ 'Set the firewall of apps': 'unchanged' });
  expect(message).toBe('The firewall of apps is so, nothing was changed.');
  expect(model.sent).toEqual([]);
});

test('a range, and SSH in the browser, are told in words', async () => {
  const udp = { protocol: 'udp' as const, from_port: 1000, to_port: 2000 };
  const { message } = await setUp([]).run([udp, tcp(22, ['lightsail-connect'])]);
  expect(message).toBe('apps: + 1000-2000/udp for everybody, + 22/tcp for lightsail-connect.');
});

test('what AWS makes of it otherwise is no success', async () => {
  const { run, model } = setUp([open(22)]);
  model.lightsail.setFirewall = async () => {
    model.rules = [open(22), open(80)];
  };
  const { error } = await run([tcp(22), tcp(443)]);
  expect(error).toMatchObject({
    code: 'timed_out',
    message: expect.stringContaining(
      'AWS shows other rules; to be as asked: + 443/tcp for everybody, - 80/tcp for everybody',
    ),
  });
});

test('of what is not there', async () => {
  await expect(setUp([]).run([tcp(22)], 'nobody')).rejects.toMatchObject({ code: 'instance_not_found' });
});
