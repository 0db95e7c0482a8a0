import {
  AllocateStaticIpCommand,
  AttachStaticIpCommand,
  DetachStaticIpCommand,
  GetInstancePortStatesCommand,
  GetStaticIpCommand,
  GetStaticIpsCommand,
  LightsailClient,
  PutInstancePublicPortsCommand,
  ReleaseStaticIpCommand,
} from '@aws-sdk/client-lightsail';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { firewallRuleSchema } from '../../src/schemas/firewall.ts';
import { staticIpSchema } from '../../src/schemas/lightsail-changes.ts';
import { awsError, failureOf, nameInUse, networkError, notFound, service } from './lightsail/fixtures.ts';

const aws = mockClient(LightsailClient);
// It stands in the class itself, which other files of this worker use.
afterAll(() => aws.restore());
beforeEach(() => {
  aws.reset();
});

const region = 'eu-central-1';
const row = {
  name: 'fixed',
  ipAddress: '203.0.113.7',
  location: { regionName: 'eu-central-1' as const, availabilityZone: 'all' },
};
const view = { name: 'fixed', region, ip_address: '203.0.113.7', attached_to: null, monthly_usd: 3.65 };

describe('static IPs', () => {
  test('cost only while they are idle; they come from every page', async () => {
    aws.on(GetStaticIpsCommand).resolves({ staticIps: [row], nextPageToken: '2' });
    const attached = { ...row, name: 'used', isAttached: true, attachedTo: 'apps' };
    aws.on(GetStaticIpsCommand, { pageToken: '2' }).resolves({ staticIps: [attached] });
    const found = await service().lightsail.staticIps(region);
    expect(found).toEqual([view, { ...view, name: 'used', attached_to: 'apps', monthly_usd: 0 }]);
    for (const one of found) expect(staticIpSchema.parse(one)).toEqual(one);
  });

  test('that are not there are undefined', async () => {
    aws.on(GetStaticIpCommand).rejects(notFound);
    expect(await service().lightsail.staticIp(region, 'fixed')).toBeUndefined();
  });

  test('are allocated once, also when the answer is lost', async () => {
    aws.on(GetStaticIpCommand).rejectsOnce(notFound).resolves({ staticIp: row });
    aws.on(AllocateStaticIpCommand).rejects(networkError('ECONNRESET'));
    expect(await service().lightsail.allocateStaticIp(region, 'fixed')).toEqual(view);
    expect(aws.commandCalls(AllocateStaticIpCommand).map(({ args }) => args[0].input)).toEqual([
      { staticIpName: 'fixed' },
    ]);
  });

  test.each([
    ['name_taken', nameInUse],
    ['aws_error', awsError('InvalidInputException', 'You have reached the maximum number of static IPs: 5.')],
  ])('%s: what has the name, and how many there may be, is AWS’s to say', async (code, error) => {
    aws.on(GetStaticIpCommand).rejects(notFound);
    aws.on(AllocateStaticIpCommand).rejects(error);
    expect(await failureOf(service().lightsail.allocateStaticIp(region, 'fixed'))).toMatchObject({ code });
  });

  test('are attached, detached and released by commands', async () => {
    const { lightsail, clients } = service();
    aws.on(DetachStaticIpCommand).rejects(notFound);
    aws.on(ReleaseStaticIpCommand).rejects(networkError('ECONNRESET'));
    expect(await lightsail.attachStaticIp(region, 'fixed', 'apps')).toEqual({ outcome: 'taken' });
    expect(await lightsail.detachStaticIp(region, 'fixed')).toMatchObject({ outcome: 'refused' });
    expect(await lightsail.releaseStaticIp(region, 'fixed')).toMatchObject({ outcome: 'lost' });
    expect(aws.commandCalls(AttachStaticIpCommand).map(({ args }) => args[0].input)).toEqual([
      { staticIpName: 'fixed', instanceName: 'apps' },
    ]);
    expect(clients).toEqual(Array(3).fill('create eu-central-1'));
  });
});

describe('the firewall', () => {
  test('is shown with the networks of both families and the browser’s alias; what is closed is not', async () => {
    const ssh = { fromPort: 22, toPort: 22, protocol: 'tcp' as const, state: 'open' as const };
    aws.on(GetInstancePortStatesCommand).resolves({
      portStates: [
        { ...ssh, cidrs: ['0.0.0.0/0'], ipv6Cidrs: ['::/0'], cidrListAliases: ['lightsail-connect'] },
        { ...ssh, fromPort: 80, toPort: 80, state: 'closed' },
        { ...ssh, fromPort: 8, toPort: -1, protocol: 'icmp', cidrs: ['0.0.0.0/0'] },
      ],
    });
    const rules = await service().lightsail.firewall(region, 'apps');
    expect(rules).toEqual([
      { protocol: 'tcp', from_port: 22, to_port: 22, cidrs: ['0.0.0.0/0', '::/0', 'lightsail-connect'] },
      { protocol: 'icmp', from_port: 8, to_port: -1, cidrs: ['0.0.0.0/0'] },
    ]);
    for (const rule of rules) expect(firewallRuleSchema.parse(rule)).toEqual(rule);
  });

  test('is set as a whole, networks by their kind', async () => {
    const cidrs = ['203.0.113.0/24', '2001:db8::/32', 'lightsail-connect'];
    const rules = [{ protocol: 'tcp', from_port: 22, to_port: 22, cidrs }];
    await service().lightsail.setFirewall(region, 'apps', rules);
    expect(aws.commandCalls(PutInstancePublicPortsCommand).map(({ args }) => args[0].input)).toEqual([
      {
        instanceName: 'apps',
        portInfos: [
          {
            ...{ protocol: 'tcp', fromPort: 22, toPort: 22 },
            ...{ cidrs: ['203.0.113.0/24'], ipv6Cidrs: ['2001:db8::/32'], cidrListAliases: ['lightsail-connect'] },
          },
        ],
      },
    ]);
  });

  test('of what is not there', async () => {
    aws.on(GetInstancePortStatesCommand).rejects(notFound);
    aws.on(PutInstancePublicPortsCommand).rejects(notFound);
    const { lightsail } = service();
    for (const attempt of [lightsail.firewall(region, 'apps'), lightsail.setFirewall(region, 'apps', [])]) {
      expect(await failureOf(attempt)).toMatchObject({ code: 'instance_not_found' });
    }
  });
});
