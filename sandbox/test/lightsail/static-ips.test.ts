import { once } from 'node:events';
import { connect } from 'node:net';
import {
  AllocateStaticIpCommand,
  AttachStaticIpCommand,
  CreateKeyPairCommand,
  DeleteInstanceCommand,
  DetachStaticIpCommand,
  GetInstanceCommand,
  GetOperationsForResourceCommand,
  GetStaticIpCommand,
  GetStaticIpsCommand,
  InvalidInputException,
  NotFoundException,
  OperationFailureException,
  RebootInstanceCommand,
  ReleaseStaticIpCommand,
  StartInstanceCommand,
  StopInstanceCommand,
  TagResourceCommand,
} from '@aws-sdk/client-lightsail';
import { expect, test, vi } from 'vitest';
import { createVirtualHosts } from '../../src/virtual-host/index.ts';
import { startWorld, startWorldOn } from '../world.ts';

const never = 3_600_000;

async function startStaticWorld(...settings: Parameters<typeof startWorld>) {
  const world = await startWorld(...settings);
  const { lightsail } = world;
  return {
    ...world,
    allocate: (staticIpName: string) => lightsail.send(new AllocateStaticIpCommand({ staticIpName })),
    attach: (staticIpName: string, instanceName: string) =>
      lightsail.send(new AttachStaticIpCommand({ staticIpName, instanceName })),
    detach: (staticIpName: string) => lightsail.send(new DetachStaticIpCommand({ staticIpName })),
    staticIp: async (staticIpName: string) => (await lightsail.send(new GetStaticIpCommand({ staticIpName }))).staticIp,
    instance: async (instanceName: string) => (await lightsail.send(new GetInstanceCommand({ instanceName }))).instance,
  };
}

test('is allocated, found, listed, and released', async () => {
  const { allocate, staticIp, lightsail, sandbox } = await startStaticWorld();
  const { operations } = await allocate('one-ip');
  expect(operations).toEqual([
    expect.objectContaining({
      ...{ resourceName: 'one-ip', resourceType: 'StaticIp', operationType: 'AllocateStaticIp' },
      ...{ isTerminal: true, status: 'Succeeded', location: { availabilityZone: 'all', regionName: 'eu-central-1' } },
    }),
  ]);
  expect(await staticIp('one-ip')).toEqual({
    name: 'one-ip',
    arn: expect.stringMatching(/^arn:aws:lightsail:eu-central-1:111122223333:StaticIp\/[0-9a-f-]{36}$/),
    supportCode: expect.any(String),
    createdAt: expect.any(Date),
    location: { availabilityZone: 'all', regionName: 'eu-central-1' },
    resourceType: 'StaticIp',
    ipAddress: expect.stringMatching(`^127\\.0\\.${sandbox.settings.addressRange}\\.\\d+$`),
    isAttached: false,
  });
  expect((await lightsail.send(new GetStaticIpsCommand())).staticIps?.map(({ name }) => name)).toEqual(['one-ip']);
  await lightsail.send(new ReleaseStaticIpCommand({ staticIpName: 'one-ip' }));
  await expect(staticIp('one-ip')).rejects.toMatchObject({
    name: 'NotFoundException',
    message: 'The StaticIp does not exist: one-ip',
  });
});

test('attaching moves a running instance there, detaching gives it a new address', async () => {
  const { create, reached, allocate, attach, detach, staticIp, instance, hosts } = await startStaticWorld();
  await create('one');
  const before = await reached('one', 'running');
  expect(before.isStaticIp).toBe(false);
  await allocate('one-ip');
  const { operations } = await attach('one-ip', 'one');
  expect(operations).toEqual([
    expect.objectContaining({ resourceType: 'StaticIp', resourceName: 'one-ip', operationDetails: 'one' }),
    expect.objectContaining({ resourceType: 'Instance', resourceName: 'one', operationDetails: 'one-ip' }),
  ]);
  const attached = await staticIp('one-ip');
  expect(attached).toMatchObject({ isAttached: true, attachedTo: 'one' });
  expect(await instance('one')).toMatchObject({ publicIpAddress: attached?.ipAddress, isStaticIp: true });

  await detach('one-ip');
  const after = await instance('one');
  expect(after?.isStaticIp).toBe(false);
  expect([before.publicIpAddress, attached?.ipAddress]).not.toContain(after?.publicIpAddress);
  expect(await staticIp('one-ip')).toMatchObject({ isAttached: false, ipAddress: attached?.ipAddress });
  expect(hosts.log).toEqual([
    `start one ${before.publicIpAddress}`,
    `readdress one ${attached?.ipAddress}`,
    `readdress one ${after?.publicIpAddress}`,
  ]);
});

test('a virtual host answers on the static address, and on its old one no longer', async () => {
  const sshPort = 2222;
  const { create, reached, lightsail } = await startWorldOn(createVirtualHosts({ sshPort, timeScale: 0 }), {});
  await create('one');
  const { publicIpAddress: before = '' } = await reached('one', 'running');
  const name = { staticIpName: 'one-ip', instanceName: 'one' };
  await lightsail.send(new AllocateStaticIpCommand(name));
  await lightsail.send(new AttachStaticIpCommand(name));
  const { publicIpAddress: after = '' } = await reached('one', 'running');
  await expect(greeting(after, sshPort)).resolves.toContain('SSH-2.0');
  await expect(greeting(before, sshPort)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

test('stays over stop, start and reboot, and is shown of a stopped instance', async () => {
  const { create, reached, allocate, attach, staticIp, lightsail, hosts } = await startStaticWorld();
  await create('one');
  await reached('one', 'running');
  await allocate('one-ip');
  await attach('one-ip', 'one');
  const publicIpAddress = (await staticIp('one-ip'))?.ipAddress;
  await lightsail.send(new StopInstanceCommand({ instanceName: 'one' }));
  expect(await reached('one', 'stopped')).toMatchObject({ publicIpAddress, isStaticIp: true });
  await lightsail.send(new StartInstanceCommand({ instanceName: 'one' }));
  expect(await reached('one', 'running')).toMatchObject({ publicIpAddress, isStaticIp: true });
  await lightsail.send(new RebootInstanceCommand({ instanceName: 'one' }));
  expect(await reached('one', 'running')).toMatchObject({ publicIpAddress, isStaticIp: true });
  await vi.waitFor(() =>
    expect(hosts.log.slice(2)).toEqual(['stop one', `start one ${publicIpAddress}`, 'reboot one']),
  );
});

test('attached to or detached from a stopped instance, it counts from the next start', async () => {
  const { create, reached, allocate, attach, detach, staticIp, lightsail, hosts } = await startStaticWorld();
  await create('one');
  await reached('one', 'running');
  const restart = async (change: () => Promise<unknown>) => {
    await lightsail.send(new StopInstanceCommand({ instanceName: 'one' }));
    await reached('one', 'stopped');
    await change();
    await lightsail.send(new StartInstanceCommand({ instanceName: 'one' }));
    return (await reached('one', 'running')).publicIpAddress;
  };
  await allocate('one-ip');
  const ipAddress = (await staticIp('one-ip'))?.ipAddress;
  expect(await restart(() => attach('one-ip', 'one'))).toBe(ipAddress);
  expect(await restart(() => detach('one-ip'))).not.toBe(ipAddress);
  expect(hosts.log.filter((line) => line.startsWith('readdress'))).toEqual([]);
});

test('a deleted instance leaves its static IP, idle', async () => {
  const { create, reached, allocate, attach, staticIp, lightsail } = await startStaticWorld();
  await create('one');
  await reached('one', 'running');
  await allocate('one-ip');
  await attach('one-ip', 'one');
  await lightsail.send(new DeleteInstanceCommand({ instanceName: 'one', forceDeleteAddOns: true }));
  await vi.waitFor(async () => expect((await staticIp('one-ip'))?.isAttached).toBe(false));
  await create('two');
  await reached('two', 'running');
  await attach('one-ip', 'two');
});

test('what an instance cannot have is refused, and nothing changes', async () => {
  const { create, reached, allocate, attach, detach, staticIp, lightsail, hosts } = await startStaticWorld();
  for (const name of ['one', 'two']) {
    await create(name);
    await reached(name, 'running');
  }
  await create('six', { ipAddressType: 'ipv6', bundleId: 'nano_ipv6_3_0' });
  await reached('six', 'running');
  for (const name of ['one-ip', 'two-ip']) await allocate(name);
  await attach('one-ip', 'one');
  const known = hosts.log.length;
  await expect(attach('one-ip', 'two')).rejects.toBeInstanceOf(InvalidInputException);
  await expect(attach('one-ip', 'one')).rejects.toThrow('already attached to one');
  await expect(attach('two-ip', 'one')).rejects.toBeInstanceOf(InvalidInputException);
  await expect(attach('two-ip', 'six')).rejects.toBeInstanceOf(InvalidInputException);
  await expect(attach('two-ip', 'lost')).rejects.toBeInstanceOf(NotFoundException);
  await expect(attach('lost-ip', 'two')).rejects.toBeInstanceOf(NotFoundException);
  await expect(detach('two-ip')).rejects.toBeInstanceOf(InvalidInputException);
  const release = new ReleaseStaticIpCommand({ staticIpName: 'one-ip' });
  await expect(lightsail.send(release)).rejects.toBeInstanceOf(InvalidInputException);
  const tags = [{ key: 'a', value: '1' }];
  await expect(lightsail.send(new TagResourceCommand({ resourceName: 'one-ip', tags }))).rejects.toBeInstanceOf(
    InvalidInputException,
  );
  expect(hosts.log).toHaveLength(known);
  expect(await staticIp('one-ip')).toMatchObject({ attachedTo: 'one' });
  expect(await staticIp('two-ip')).toMatchObject({ isAttached: false });
});

test('an instance that is on its way cannot have one yet', async () => {
  const { create, allocate, attach } = await startStaticWorld({ delays: { runningMs: never } });
  await create('one');
  await allocate('one-ip');
  await expect(attach('one-ip', 'one')).rejects.toBeInstanceOf(OperationFailureException);
});

test('a host that cannot move stays where it is, and the address is free', async () => {
  const { create, reached, allocate, staticIp, instance, client, hosts } = await startStaticWorld();
  await create('one');
  const { publicIpAddress } = await reached('one', 'running');
  await allocate('one-ip');
  hosts.refusals.set('one', Object.assign(new Error('held by somebody else'), { code: 'EADDRINUSE' }));
  const warning = vi.spyOn(process, 'emitWarning').mockReturnValue();
  const attach = new AttachStaticIpCommand({ staticIpName: 'one-ip', instanceName: 'one' });
  await expect(client({ maxAttempts: 1 }).send(attach)).rejects.toMatchObject({ name: 'ServiceException' });
  expect(warning).toHaveBeenCalledOnce();
  warning.mockRestore();
  expect(await staticIp('one-ip')).toMatchObject({ isAttached: false });
  expect(await instance('one')).toMatchObject({ publicIpAddress, isStaticIp: false });
});

test('five per region, each with an address of its own, in the one namespace', async () => {
  const { allocate, client, lightsail, create, reached } = await startStaticWorld({ pageSize: 2 });
  await create('one');
  const { publicIpAddress } = await reached('one', 'running');
  await lightsail.send(new CreateKeyPairCommand({ keyPairName: 'key' }));
  for (const name of ['one', 'key']) {
    await expect(allocate(name)).rejects.toMatchObject({ name: 'InvalidInputException', code: 'NameExists' });
  }
  await expect(allocate('a b')).rejects.toThrow('not a valid resource name');
  for (const name of ['ip1', 'ip2', 'ip3', 'ip4', 'ip5']) await allocate(name);
  await expect(allocate('ip6')).rejects.toMatchObject({ name: 'InvalidInputException' });
  await expect(create('ip1')).rejects.toMatchObject({ code: 'NameExists' });
  await client({ region: 'us-east-2' }).send(new AllocateStaticIpCommand({ staticIpName: 'ip1' }));

  const addresses: unknown[] = [publicIpAddress];
  let pageToken: string | undefined;
  do {
    const page = await lightsail.send(new GetStaticIpsCommand({ pageToken }));
    addresses.push(...(page.staticIps?.map(({ ipAddress }) => ipAddress) ?? []));
    pageToken = page.nextPageToken;
  } while (pageToken);
  expect(new Set(addresses).size).toBe(6);
});

test('the record of operations knows a static IP that is gone', async () => {
  const { allocate, lightsail } = await startStaticWorld();
  await allocate('one-ip');
  await lightsail.send(new ReleaseStaticIpCommand({ staticIpName: 'one-ip' }));
  const { operations } = await lightsail.send(new GetOperationsForResourceCommand({ resourceName: 'one-ip' }));
  expect(operations?.map(({ operationType }) => operationType)).toEqual(['ReleaseStaticIp', 'AllocateStaticIp']);
});

/** What a server says first. */
async function greeting(host: string, port: number): Promise<string> {
  const socket = connect(port, host);
  try {
    const [said] = await once(socket, 'data');
    return String(said);
  } finally {
    socket.destroy();
  }
}
