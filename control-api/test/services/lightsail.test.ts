import { generateKeyPairSync } from 'node:crypto';
import {
  GetBlueprintsCommand,
  GetBundlesCommand,
  GetInstanceAccessDetailsCommand,
  GetInstanceCommand,
  GetInstancesCommand,
  GetKeyPairCommand,
  GetOperationsForResourceCommand,
  LightsailClient,
} from '@aws-sdk/client-lightsail';
import { mockClient } from 'aws-sdk-client-mock';
import ssh2 from 'ssh2';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { instanceSchema } from '../../src/schemas/lightsail.ts';
import { awsError, failureOf, idleClock, instanceRow, nano, notFound, service } from './lightsail/fixtures.ts';

const aws = mockClient(LightsailClient);
// It stands in the class itself, which other files of this worker use.
afterAll(() => aws.restore());
afterAll(() => aws.restore());
beforeEach(() => {
  aws.reset();
  aws.on(GetBundlesCommand).resolves({ bundles: [nano] });
});

describe('instances', () => {
  test('are shown in our words, with their price', async () => {
    aws.on(GetInstanceCommand, { instanceName: 'apps' }).resolves({ instance: instanceRow });
    const { lightsail, clients } = service();
    const instance = await lightsail.instance('eu-central-1', 'apps');
    expect(instance).toEqual({
      name: 'apps',
      arn: instanceRow.arn,
      created_at: '2026-11-21T10:00:00.500Z',
      region: 'eu-central-1',
      availability_zone: 'eu-central-1a',
      blueprint_id: 'debian_12',
      bundle_id: 'nano_3_0',
      state: 'running',
      public_ip: '203.0.113.7',
      is_static_ip: false,
      private_ip: '172.26.3.4',
      username: 'admin',
      ram_mb: 512,
      disk_gb: 20,
      key_pair_name: 'fountain-key',
      ip_address_type: 'dualstack',
      tags: { stack: 'fountain', bare: '' },
      monthly_usd: 5,
    });
    expect(instanceSchema.parse(instance)).toEqual(instance);
    expect(clients).toEqual(['read eu-central-1', 'read eu-central-1']);
  });

  test('that are just being made lack addresses, and a price is not worth a failure', async () => {
    const { publicIpAddress: _, privateIpAddress: __, ...pending } = instanceRow;
    aws.on(GetInstanceCommand).resolves({ instance: { ...pending, state: { code: 0, name: 'pending' } } });
    aws.on(GetBundlesCommand).rejects(awsError('AccessDeniedException', 'no'));
    const instance = await service().lightsail.instance('eu-central-1', 'apps');
    expect(instance).toMatchObject({ state: 'pending', public_ip: null, private_ip: null, monthly_usd: null });
  });

  test('that are not there are undefined', async () => {
    aws.on(GetInstanceCommand).rejects(notFound);
    expect(await service().lightsail.instance('eu-central-1', 'apps')).toBeUndefined();
  });

  test('come from every page, and prices are read once an hour', async () => {
    const named = (name: string) => ({ ...instanceRow, name });
    aws.on(GetInstancesCommand).resolves({ instances: [named('a')], nextPageToken: '2' });
    aws.on(GetInstancesCommand, { pageToken: '2' }).resolves({ instances: [named('b')], nextPageToken: '3' });
    aws.on(GetInstancesCommand, { pageToken: '3' }).resolves({ instances: [named('c')] });
    const clock = idleClock();
    const { lightsail } = service(clock);
    const names = async () => (await lightsail.instances('eu-central-1')).map(({ name }) => name);
    expect(await names()).toEqual(['a', 'b', 'c']);
    expect(await names()).toEqual(['a', 'b', 'c']);
    expect(aws.commandCalls(GetBundlesCommand)).toHaveLength(1);
    await clock.sleep(3_600_001);
    await names();
    expect(aws.commandCalls(GetBundlesCommand)).toHaveLength(2);
  });

  test('a list that never ends is an error, not a loop', async () => {
    aws.on(GetInstancesCommand).resolves({ instances: [], nextPageToken: 'again' });
    expect(await failureOf(service().lightsail.instances('eu-central-1'))).toMatchObject({ code: 'aws_error' });
  });

  test('are found by address, in the order of the regions', async () => {
    const paris = { ...instanceRow, location: { regionName: 'eu-west-3' as const, availabilityZone: 'eu-west-3a' } };
    aws
      .on(GetInstancesCommand)
      .resolvesOnce({ instances: [paris] })
      .resolvesOnce({ instances: [instanceRow] })
      .resolves({ instances: [] });
    const { lightsail } = service();
    const regions = ['eu-west-3', 'eu-central-1'];
    expect(await lightsail.findByIp('203.0.113.7', regions)).toMatchObject({ region: 'eu-west-3' });
    expect(await lightsail.findByIp('203.0.113.7', regions)).toBeUndefined();
    expect(await lightsail.findByIp('203.0.113.7', [])).toBeUndefined();
  });
});

test('the catalogue is read whole, retired rows included unless asked otherwise', async () => {
  const { supportedPlatforms: _, publicIpv4AddressCount: __, ...old } = nano;
  const retired = { ...old, bundleId: 'nano_2_0', isActive: false };
  const ipv6 = { ...old, bundleId: 'nano_ipv6_2_0', isActive: false };
  aws.on(GetBundlesCommand).resolves({ bundles: [nano, retired, ipv6] });
  aws.on(GetBlueprintsCommand).resolves({
    blueprints: [{ blueprintId: 'debian_12', name: 'Debian', version: '12', isActive: true, platform: 'LINUX_UNIX' }],
  });
  const { lightsail } = service();
  const bundles = await lightsail.bundles('eu-central-1');
  expect(bundles[0]).toEqual({
    bundle_id: 'nano_3_0',
    name: 'Nano',
    price_usd_month: 5,
    ram_mb: 512,
    cpu_count: 2,
    disk_gb: 20,
    transfer_gb: 1024,
    public_ipv4: true,
    power: 298,
    platforms: ['LINUX_UNIX'],
    active: true,
  });
  expect(bundles.map(({ bundle_id, public_ipv4, active }) => [bundle_id, public_ipv4, active]).slice(1)).toEqual([
    ['nano_2_0', true, false],
    ['nano_ipv6_2_0', false, false],
  ]);
  await lightsail.bundles('eu-central-1', false);
  const asked = aws.commandCalls(GetBundlesCommand).map(({ args }) => args[0].input.includeInactive);
  expect(asked).toEqual([true, false]);
  const [debian] = await lightsail.blueprints('eu-central-1');
  expect(debian).toMatchObject({ blueprint_id: 'debian_12', version: '12', min_power: 0, active: true });
});

describe('host keys', () => {
  const { publicKey } = generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const blob = ed25519Blob(publicKey);

  test('are what the keys themselves say; the temporary access goes no further', async () => {
    aws.on(GetInstanceAccessDetailsCommand).resolves({
      accessDetails: {
        privateKey: 'TOP-SECRET',
        certKey: 'CERTIFICATE',
        hostKeys: [
          { algorithm: 'ssh-rsa', publicKey: blob, fingerprintSHA256: 'SHA256:lie' },
          { algorithm: 'ssh-ed25519', publicKey: `ssh-ed25519 ${blob} root@apps` },
          { algorithm: 'ssh-ed25519', publicKey: 'AAAA' },
          { algorithm: 'x509-cert', publicKey: 'MIIB' },
          {},
        ],
      },
    });
    const keys = await service().lightsail.hostKeys('eu-central-1', 'apps');
    const key = { algorithm: 'ssh-ed25519', publicKey: blob };
    expect(keys).toEqual([key, key]);
    expect(JSON.stringify(keys)).not.toMatch(/SECRET|CERTIFICATE/);
    expect(ssh2.utils.parseKey(`ssh-ed25519 ${keys[0]?.publicKey}`)).not.toBeInstanceOf(Error);
  });

  test('are none before AWS has seen any', async () => {
    const { lightsail } = service();
    const keys = () => lightsail.hostKeys('eu-central-1', 'apps');
    aws.on(GetInstanceAccessDetailsCommand).resolves({ accessDetails: { hostKeys: [] } });
    expect(await keys()).toEqual([]);
    aws.on(GetInstanceAccessDetailsCommand).rejects(awsError('OperationFailureException', 'not running yet'));
    expect(await keys()).toEqual([]);
    aws.on(GetInstanceAccessDetailsCommand).rejects(notFound);
    expect(await failureOf(keys())).toMatchObject({ code: 'instance_not_found' });
  });

  test('a cut answer is not quoted: it may hold a private key', async () => {
    const cut = Object.assign(new SyntaxError('Unexpected end: "privateKey": "TOP-SECRET'), {
      $metadata: { httpStatusCode: 200 },
    });
    aws.on(GetInstanceAccessDetailsCommand).rejects(cut);
    const error = await failureOf(service().lightsail.hostKeys('eu-central-1', 'apps'));
    expect(error).toMatchObject({ code: 'aws_error', message: expect.stringContaining('the answer is not JSON') });
    expect(JSON.stringify([error.message, error.details, error.cause, error.stack])).not.toContain('TOP-SECRET');
  });
});

test('the latest operation on a name tells why it failed, an older failure is over', async () => {
  const failed = {
    status: 'Failed' as const,
    createdAt: new Date(2000),
    errorCode: 'InsufficientCapacity',
    errorDetails: 'No room in this zone.',
  };
  const { lightsail } = service();
  const failure = () => lightsail.operationFailure('eu-central-1', 'apps');
  aws.on(GetOperationsForResourceCommand).resolves({
    operations: [{ status: 'Succeeded', createdAt: new Date(1000) }, failed],
  });
  expect(await failure()).toBe('InsufficientCapacity: No room in this zone.');
  aws.on(GetOperationsForResourceCommand).resolves({
    operations: [failed, { status: 'Started', createdAt: new Date(3000) }],
  });
  expect(await failure()).toBeUndefined();
  aws.on(GetOperationsForResourceCommand).rejects(notFound);
  expect(await failure()).toBeUndefined();
});

test('a key pair is shown, or undefined', async () => {
  aws
    .on(GetKeyPairCommand)
    .resolvesOnce({ keyPair: { name: 'k-1', arn: 'arn:k', fingerprint: 'aa:bb' } })
    .rejects(notFound);
  const { lightsail } = service();
  expect(await lightsail.keyPair('eu-central-1', 'k-1')).toEqual({ name: 'k-1', arn: 'arn:k', fingerprint: 'aa:bb' });
  expect(await lightsail.keyPair('eu-central-1', 'k-1')).toBeUndefined();
});

/** The key's blob as SSH writes it: two strings, each with its length in four bytes. */
function ed25519Blob(pem: string): string {
  const raw = Buffer.from(pem.replace(/-----.*?-----|\n/g, ''), 'base64').subarray(-32);
  const part = (bytes: Buffer) => [Buffer.from([0, 0, 0, bytes.length]), bytes];
  return Buffer.concat([...part(Buffer.from('ssh-ed25519')), ...part(raw)]).toString('base64');
}
