import {
  CloseInstancePublicPortsCommand,
  GetBlueprintsCommand,
  GetBundlesCommand,
  GetDisksCommand,
  GetInstancePortStatesCommand,
  GetRegionsCommand,
  type LightsailClient,
  OpenInstancePublicPortsCommand,
  PutInstancePublicPortsCommand,
} from '@aws-sdk/client-lightsail';
import { expect, test } from 'vitest';
import { fakeHosts } from '../fake-hosts.ts';
import { startWorld } from '../world.ts';

const scope = 'Credential=AKIASANDBOX/20261121/eu-central-1/lightsail/aws4_request';
const signed = `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`;

interface Answer {
  __type: string;
  instance: { createdAt: number };
}

test('an error is JSON with all its members, a time is seconds since the epoch', async () => {
  const { sandbox, create } = await startWorld();
  const call = async (operation: string, body: string, authorization = signed) => {
    const headers = { 'x-amz-target': `Lightsail_20161128.${operation}`, authorization };
    const response = await fetch(sandbox.url, { method: 'POST', headers, body });
    return {
      status: response.status,
      type: response.headers.get('content-type'),
      body: (await response.json()) as Answer,
    };
  };
  expect(await call('GetInstance', '{"instanceName":"one"}')).toEqual({
    status: 400,
    type: 'application/x-amz-json-1.1',
    body: {
      __type: 'NotFoundException',
      message: 'The Instance does not exist: one',
      code: 'DoesNotExist',
      docs: '',
      tip: '',
    },
  });
  await create('one');
  const { body } = await call('GetInstance', '{"instanceName":"one"}');
  expect(body.instance.createdAt).toBeCloseTo(Date.now() / 1000, -2);
  expect((await call('GetInstance', '{"instanceName"')).body.__type).toBe('SerializationException');
  expect((await call('GetInstance', '{"instanceName": 7}')).body.__type).toBe('InvalidInputException');
  expect((await call('MakeCoffee', '{}')).body.__type).toBe('UnknownOperationException');
  const types = [];
  for (const authorization of [
    '',
    'Bearer x',
    signed.replace('/lightsail/', '/ec2/'),
    signed.replace('central', 'moon'),
  ]) {
    types.push((await call('GetInstances', '{}', authorization)).body.__type);
  }
  expect(types).toEqual([
    'MissingAuthenticationTokenException',
    'IncompleteSignatureException',
    'InvalidSignatureException',
    'InvalidSignatureException',
  ]);
});

test.each([
  ['an operation that is not simulated', 'AKIASANDBOX', 'eu-central-1', 'UnknownOperationException'],
  ['a region that is none', 'AKIASANDBOX', 'eu-moon-1', 'InvalidSignatureException'],
  ['an access key that nobody knows', 'AKIAUNKNOWN', 'eu-central-1', 'UnrecognizedClientException'],
  ['an access key without leave', 'AKIAREFUSED', 'eu-central-1', 'AccessDeniedException'],
])('%s', async (_, accessKeyId, region, name) => {
  const { client } = await startWorld();
  const credentials = { accessKeyId, secretAccessKey: 'x' };
  await expect(client({ credentials, region, maxAttempts: 1 }).send(new GetDisksCommand())).rejects.toMatchObject({
    name,
  });
});

test('bundles and blueprints: today’s by default, the retired on request, in pages', async () => {
  const { lightsail, client } = await startWorld({ pageSize: 4 });
  const active = await ids(lightsail, false);
  expect(active).toContain('micro_3_0');
  expect(active).toContain('micro_ipv6_3_0');
  expect(active).not.toContain('nano_2_0');
  expect(active).not.toContain('ubuntu_20_04');
  expect(active.filter((id) => /^[a-z]+_3_0$/.test(id))).toHaveLength(6);
  expect(await ids(lightsail, true)).toEqual(
    expect.arrayContaining([...active, 'nano_2_0', 'micro_2_0', 'ubuntu_20_04']),
  );
  // The last digit differs by region: who hard-codes ids is found out here.
  expect(await ids(client({ region: 'ap-south-1' }), false)).toContain('nano_3_1');
});

test('a driver that boots little sells little', async () => {
  const { lightsail } = await startWorld({}, fakeHosts({ blueprints: ['debian_12'] }));
  const { blueprints } = await lightsail.send(new GetBlueprintsCommand({ includeInactive: true }));
  expect(blueprints?.map(({ blueprintId }) => blueprintId)).toEqual(['debian_12']);
});

test('regions, with their zones on request', async () => {
  const { lightsail } = await startWorld();
  const { regions } = await lightsail.send(new GetRegionsCommand({ includeAvailabilityZones: true }));
  const frankfurt = regions?.find(({ name }) => name === 'eu-central-1');
  expect(frankfurt?.availabilityZones?.map(({ zoneName }) => zoneName)).toEqual([
    'eu-central-1a',
    'eu-central-1b',
    'eu-central-1c',
  ]);
});

test('port rules are kept: a list replaces all, one more adds, closing takes away', async () => {
  const { lightsail, create } = await startWorld();
  await create('one');
  const instanceName = 'one';
  const open = async () => {
    const { portStates } = await lightsail.send(new GetInstancePortStatesCommand({ instanceName }));
    return portStates?.map(({ fromPort, cidrs }) => `${fromPort} ${cidrs}`);
  };
  const port = (from: number) => ({ fromPort: from, toPort: from, protocol: 'tcp' as const });
  expect(await open()).toEqual(['22 0.0.0.0/0', '80 0.0.0.0/0']);
  const portInfos = [port(22), { ...port(443), cidrs: ['192.0.2.0/24'] }];
  await lightsail.send(new PutInstancePublicPortsCommand({ instanceName, portInfos }));
  await lightsail.send(new OpenInstancePublicPortsCommand({ instanceName, portInfo: port(8000) }));
  await lightsail.send(new CloseInstancePublicPortsCommand({ instanceName, portInfo: port(22) }));
  expect(await open()).toEqual(['443 192.0.2.0/24', '8000 0.0.0.0/0']);
  await lightsail.send(new PutInstancePublicPortsCommand({ instanceName, portInfos: [] }));
  expect(await open()).toEqual([]);
  for (const wrong of [
    { toPort: 80 },
    { cidrs: ['192.0.2.0/33'] },
    { cidrs: ['::/0'] },
    { ipv6Cidrs: ['0.0.0.0/0'] },
  ]) {
    const portInfos = [port(22), { ...port(90), ...wrong }];
    await expect(lightsail.send(new PutInstancePublicPortsCommand({ instanceName, portInfos }))).rejects.toMatchObject({
      name: 'InvalidInputException',
    });
  }
  expect(await open()).toEqual([]);
});

/** Of all bundles and blueprints, page after page. */
async function ids(client: LightsailClient, includeInactive: boolean) {
  const found: unknown[] = [];
  let pageToken: string | undefined;
  do {
    const page = await client.send(new GetBundlesCommand({ includeInactive, pageToken }));
    found.push(...(page.bundles?.map(({ bundleId }) => bundleId) ?? []));
    pageToken = page.nextPageToken;
  } while (pageToken);
  do {
    const page = await client.send(new GetBlueprintsCommand({ includeInactive, pageToken }));
    found.push(...(page.blueprints?.map(({ blueprintId }) => blueprintId) ?? []));
    pageToken = page.nextPageToken;
  } while (pageToken);
  return found.map(String);
}
