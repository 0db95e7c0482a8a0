import {
  CreateInstancesCommand,
  CreateKeyPairCommand,
  DeleteInstanceCommand,
  GetInstanceAccessDetailsCommand,
  GetInstanceCommand,
  GetInstanceStateCommand,
  GetInstancesCommand,
  GetOperationCommand,
  GetOperationsForResourceCommand,
  InvalidInputException,
  NotFoundException,
  OperationFailureException,
  RebootInstanceCommand,
  StartInstanceCommand,
  StopInstanceCommand,
  TagResourceCommand,
} from '@aws-sdk/client-lightsail';
import { describe, expect, test, vi } from 'vitest';
import { fakeHostKey, fakeHosts } from '../fake-hosts.ts';
import { order, startWorld } from '../world.ts';

const never = 3_600_000;

describe('the life of an instance', () => {
  test('is made pending, runs, and shows all that a client asks for', async () => {
    const { create, reached, hosts, sandbox } = await startWorld();
    const { operations } = await create('one', { tags: [{ key: 'op', value: 'op_1' }], userData: '#!/bin/sh' });
    expect(operations?.[0]).toMatchObject({ resourceName: 'one', operationType: 'CreateInstance', isTerminal: false });

    const instance = await reached('one', 'running');
    const range = sandbox.settings.addressRange;
    expect(instance).toMatchObject({
      name: 'one',
      arn: expect.stringMatching(/^arn:aws:lightsail:eu-central-1:111122223333:Instance\/[0-9a-f-]{36}$/),
      blueprintId: 'debian_12',
      bundleId: 'small_3_0',
      location: { availabilityZone: 'eu-central-1a', regionName: 'eu-central-1' },
      username: 'admin',
      sshKeyName: 'LightsailDefaultKeyPair',
      hardware: { ramSizeInGb: 2, cpuCount: 2 },
      publicIpAddress: expect.stringMatching(`^127\\.0\\.${range}\\.\\d+$`),
      privateIpAddress: expect.stringMatching(`^127\\.1\\.${range}\\.\\d+$`),
      tags: [{ key: 'op', value: 'op_1' }],
      state: { code: 16, name: 'running' },
    });
    expect(instance.createdAt?.getTime()).toBeGreaterThan(Date.now() - 60_000);
    expect(hosts.specs).toEqual([
      expect.objectContaining({
        name: 'one',
        username: 'admin',
        ramMb: 2048,
        diskGb: 60,
        userData: '#!/bin/sh',
        authorizedKeys: [(await sandbox.defaultKey('eu-central-1')).publicKey],
      }),
    ]);
  });

  test('tells through its operation when it has ended', async () => {
    const { create, reached, lightsail } = await startWorld();
    const { operations } = await create('one');
    await reached('one', 'running');
    const { operation } = await lightsail.send(new GetOperationCommand({ operationId: operations?.[0]?.id }));
    expect(operation).toMatchObject({ status: 'Succeeded', isTerminal: true });
    const all = await lightsail.send(new GetOperationsForResourceCommand({ resourceName: 'one' }));
    expect(all.operations).toEqual([operation]);
  });

  test('stays pending as long as the settings say, and can be deleted meanwhile', async () => {
    const { create, reached, lightsail } = await startWorld({ delays: { runningMs: never, stoppedMs: 0 } });
    const { operations } = await create('one');
    await reached('one', 'pending');
    await lightsail.send(new DeleteInstanceCommand({ instanceName: 'one' }));
    await vi.waitFor(() =>
      expect(lightsail.send(new GetInstanceCommand({ instanceName: 'one' }))).rejects.toBeInstanceOf(NotFoundException),
    );
    const { operation } = await lightsail.send(new GetOperationCommand({ operationId: operations?.[0]?.id }));
    expect(operation).toMatchObject({ status: 'Failed', isTerminal: true });
  });

  test('comes back from a stop with another public IP and the same private one', async () => {
    const { create, reached, lightsail, hosts } = await startWorld();
    await create('one');
    const before = await reached('one', 'running');
    await lightsail.send(new StopInstanceCommand({ instanceName: 'one' }));
    const stopped = await reached('one', 'stopped');
    expect(stopped.publicIpAddress).toBeUndefined();
    await lightsail.send(new StartInstanceCommand({ instanceName: 'one' }));
    const after = await reached('one', 'running');
    expect(after.publicIpAddress).not.toBe(before.publicIpAddress);
    expect(after.privateIpAddress).toBe(before.privateIpAddress);
    expect(after.arn).toBe(before.arn);
    expect(hosts.log).toEqual([
      `start one ${before.publicIpAddress}`,
      'stop one',
      `start one ${after.publicIpAddress}`,
    ]);
  });

  test('reboots in place; an order that its state does not allow is refused', async () => {
    const { create, reached, lightsail, hosts } = await startWorld();
    await create('one');
    await reached('one', 'running');
    await expect(lightsail.send(new StartInstanceCommand({ instanceName: 'one' }))).rejects.toBeInstanceOf(
      OperationFailureException,
    );
    await lightsail.send(new RebootInstanceCommand({ instanceName: 'one' }));
    await vi.waitFor(() => expect(hosts.log).toContain('reboot one'));
    const { state } = await lightsail.send(new GetInstanceStateCommand({ instanceName: 'one' }));
    expect(state).toEqual({ code: 16, name: 'running' });
  });

  test('one that does not get beyond stopping is stopped by force', async () => {
    const { create, reached, lightsail } = await startWorld({ delays: { runningMs: 0, stoppedMs: never } });
    await create('one');
    await reached('one', 'running');
    await lightsail.send(new StopInstanceCommand({ instanceName: 'one' }));
    for (const again of [{}, { force: false }]) {
      await expect(lightsail.send(new StopInstanceCommand({ instanceName: 'one', ...again }))).rejects.toBeInstanceOf(
        OperationFailureException,
      );
    }
    await lightsail.send(new StopInstanceCommand({ instanceName: 'one', force: true }));
    await reached('one', 'stopped');
  });

  test('is gone after a delete, and its name is free', async () => {
    const { create, reached, lightsail, hosts } = await startWorld();
    await create('one');
    const first = await reached('one', 'running');
    await lightsail.send(new DeleteInstanceCommand({ instanceName: 'one' }));
    await vi.waitFor(() => expect(hosts.log).toContain('destroy one'));
    await expect(lightsail.send(new GetInstanceCommand({ instanceName: 'one' }))).rejects.toMatchObject({
      name: 'NotFoundException',
      code: 'DoesNotExist',
      message: 'The Instance does not exist: one',
    });
    await create('one');
    expect((await reached('one', 'running')).arn).not.toBe(first.arn);
  });

  test('is deleted once, however often it is asked for', async () => {
    const { create, reached, lightsail, hosts } = await startWorld();
    await create('keep');
    await create('one');
    await create('last');
    for (const name of ['keep', 'one', 'last']) await reached(name, 'running');
    const remove = new DeleteInstanceCommand({ instanceName: 'one' });
    await Promise.allSettled([lightsail.send(remove), lightsail.send(remove), lightsail.send(remove)]);
    await vi.waitFor(async () => {
      const { instances } = await lightsail.send(new GetInstancesCommand());
      expect(instances?.map(({ name }) => name)).toEqual(['keep', 'last']);
    });
    expect(hosts.log.filter((line) => line.startsWith('destroy'))).toEqual(['destroy one']);
  });

  test('takes another address when one is held by somebody else', async () => {
    const { create, reached, hosts } = await startWorld();
    hosts.refusals.set('one', Object.assign(new Error('in use'), { code: 'EADDRINUSE' }));
    await create('one');
    const { publicIpAddress } = await reached('one', 'running');
    expect(hosts.log).toHaveLength(2);
    expect(hosts.log[1]).toBe(`start one ${publicIpAddress}`);
  });

  test('a host that cannot boot leaves a failed operation and no instance', async () => {
    const { create, lightsail, hosts } = await startWorld();
    hosts.refusals.set('one', new Error('no more room'));
    const { operations } = await create('one');
    const operationId = operations?.[0]?.id;
    const ended = await vi.waitFor(async () => {
      const { operation } = await lightsail.send(new GetOperationCommand({ operationId }));
      expect(operation?.isTerminal).toBe(true);
      return operation;
    });
    expect(ended).toMatchObject({ status: 'Failed', errorDetails: 'no more room' });
    await expect(lightsail.send(new GetInstanceCommand({ instanceName: 'one' }))).rejects.toThrow(NotFoundException);
  });
});

describe('what appears late', () => {
  test('the public IP', async () => {
    const { create, reached } = await startWorld({ delays: { runningMs: 0, publicIpMs: never } });
    await create('one');
    expect((await reached('one', 'running')).publicIpAddress).toBeUndefined();
  });

  test('the host keys', async () => {
    const { create, reached, lightsail } = await startWorld({
      delays: { runningMs: 0, publicIpMs: 0, hostKeysMs: never },
    });
    await create('one');
    await reached('one', 'running');
    const access = await lightsail.send(new GetInstanceAccessDetailsCommand({ instanceName: 'one' }));
    expect(access.accessDetails?.hostKeys).toEqual([]);
  });

  test('access details name the host keys with OpenSSH’s fingerprints, and a short-lived pair', async () => {
    const { create, reached, lightsail } = await startWorld();
    await create('one');
    const { publicIpAddress } = await reached('one', 'running');
    const { accessDetails } = await lightsail.send(new GetInstanceAccessDetailsCommand({ instanceName: 'one' }));
    expect(accessDetails).toMatchObject({
      username: 'admin',
      protocol: 'ssh',
      ipAddress: publicIpAddress,
      certKey: expect.stringMatching(/^ssh-rsa-cert-v01@openssh.com /),
      privateKey: expect.stringContaining('PRIVATE KEY'),
      hostKeys: [
        {
          ...fakeHostKey,
          // As `ssh-keygen -lf` prints it for that key.
          fingerprintSHA256: 'SHA256:W3F5v7HYfoHNN3hxqd4+YVuG7YZX6uV7IF1DjNVGF5A',
          witnessedAt: expect.any(Date),
        },
      ],
    });
  });
});

describe('an order is refused', () => {
  test.each([
    ['a name with a space', { instanceNames: ['my host'] }, 'my host is not a valid resource name'],
    ['a name too short', { instanceNames: ['a'] }, 'at least 2 characters'],
    ['a name twice', { instanceNames: ['twin', 'twin'] }, 'Some names are already in use: twin'],
    ['a zone of another region', { availabilityZone: 'us-east-1a' }, 'us-east-1a'],
    ['an unknown bundle', { bundleId: 'giga_9_9' }, 'giga_9_9'],
    ['an unknown blueprint', { blueprintId: 'windows_2025' }, 'windows_2025'],
    ['an IPv6 bundle for IPv4', { bundleId: 'small_ipv6_3_0' }, 'does not support the IP address type'],
    ['a launch script too long', { userData: 'x'.repeat(16385) }, 'userData'],
  ])('%s', async (_, input, message) => {
    const { lightsail } = await startWorld();
    const refusal = await lightsail.send(new CreateInstancesCommand({ ...order, ...input })).catch((error) => error);
    expect(refusal).toBeInstanceOf(InvalidInputException);
    expect(refusal.message).toContain(message);
    expect((await lightsail.send(new GetInstancesCommand())).instances).toEqual([]);
  });

  test('a key pair that is not there', async () => {
    const { create } = await startWorld();
    await expect(create('one', { keyPairName: 'lost' })).rejects.toBeInstanceOf(NotFoundException);
  });

  test('a name that any resource of the region has, but not one of another region', async () => {
    const { create, client, lightsail } = await startWorld();
    await lightsail.send(new CreateKeyPairCommand({ keyPairName: 'taken' }));
    await expect(create('taken')).rejects.toMatchObject({
      name: 'InvalidInputException',
      code: 'NameExists',
      message: 'Some names are already in use: taken',
    });
    const ohio = client({ region: 'us-east-2' });
    await ohio.send(new CreateInstancesCommand({ ...order, instanceNames: ['taken'], availabilityZone: 'us-east-2a' }));
  });

  test('a blueprint that the driver cannot boot', async () => {
    const { create } = await startWorld({}, fakeHosts({ blueprints: ['debian_12'] }));
    await expect(create('one', { blueprintId: 'ubuntu_24_04' })).rejects.toBeInstanceOf(InvalidInputException);
    await create('one');
  });

  test('retired rows, where the settings say so', async () => {
    const retired = { blueprintId: 'ubuntu_20_04', bundleId: 'nano_2_0' };
    await (await startWorld()).create('one', retired);
    const strict = await startWorld({ sellRetired: false });
    await expect(strict.create('one', retired)).rejects.toThrow('ubuntu_20_04');
  });
});

test('lists are paged', async () => {
  const { lightsail } = await startWorld({ pageSize: 2 });
  const names = ['i1', 'i2', 'i3', 'i4', 'i5'];
  await lightsail.send(new CreateInstancesCommand({ ...order, instanceNames: names }));
  const pages: unknown[] = [];
  let pageToken: string | undefined;
  do {
    const page = await lightsail.send(new GetInstancesCommand({ pageToken }));
    pages.push(page.instances?.map(({ name }) => name));
    pageToken = page.nextPageToken;
  } while (pageToken);
  expect(pages).toEqual([['i1', 'i2'], ['i3', 'i4'], ['i5']]);
  await expect(lightsail.send(new GetInstancesCommand({ pageToken: 'nonsense' }))).rejects.toThrow('page token');
});

test('tags overwrite tags of the same key', async () => {
  const { create, lightsail, reached } = await startWorld();
  await create('one', { tags: [{ key: 'a', value: '1' }, { key: 'b' }] });
  await lightsail.send(new TagResourceCommand({ resourceName: 'one', tags: [{ key: 'a', value: '2' }] }));
  expect((await reached('one', 'running')).tags).toEqual([{ key: 'b' }, { key: 'a', value: '2' }]);
});
