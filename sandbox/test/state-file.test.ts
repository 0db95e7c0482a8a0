import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AllocateStaticIpCommand,
  AttachStaticIpCommand,
  CreateInstanceSnapshotCommand,
  GetInstanceAccessDetailsCommand,
  GetInstanceSnapshotCommand,
  GetInstancesCommand,
  GetKeyPairCommand,
  GetStaticIpCommand,
  ImportKeyPairCommand,
  StopInstanceCommand,
} from '@aws-sdk/client-lightsail';
import ssh2 from 'ssh2';
import { expect, onTestFinished, test, vi } from 'vitest';
import { settingsForTests, startSandbox } from '../src/index.ts';
import { emptyState } from '../src/lightsail/models.ts';
import { createVirtualHosts } from '../src/virtual-host/index.ts';
import { fakeHosts } from './fake-hosts.ts';
import { startWorld, startWorldOn } from './world.ts';

test('a kept cloud comes back as it was, its hosts on their addresses', async () => {
  const directory = await temporary();
  const stateFile = join(directory, 'cloud.json');
  const first = await startWorld({ stateFile });
  const publicKeyBase64 = (await first.sandbox.defaultKey('us-east-1')).publicKey;
  await first.lightsail.send(new ImportKeyPairCommand({ keyPairName: 'mine', publicKeyBase64 }));
  await first.create('one', { keyPairName: 'mine' });
  await first.create('two');
  const before = await first.reached('one', 'running');
  await first.reached('two', 'running');
  await first.lightsail.send(new StopInstanceCommand({ instanceName: 'two' }));
  await first.reached('two', 'stopped');
  await first.stop();
  expect((await stat(stateFile)).mode & 0o777).toBe(0o600);
  expect(await readdir(directory)).toEqual(['cloud.json']);

  const second = await startWorld({ stateFile });
  expect(await second.reached('one', 'running')).toEqual(before);
  await second.reached('two', 'stopped');
  expect(second.hosts.restored).toEqual({ hosts: first.hosts.specs.map(({ id }) => id) });
  expect(second.hosts.log).toEqual([`start one ${before.publicIpAddress}`]);
  expect(second.hosts.specs[0]).toEqual(first.hosts.specs[0]);
  await second.lightsail.send(new GetKeyPairCommand({ keyPairName: 'mine' }));
  expect(await second.sandbox.defaultKey('us-east-1')).toEqual(await first.sandbox.defaultKey('us-east-1'));
});

test('what was pending boots after all', async () => {
  const stateFile = join(await temporary(), 'cloud.json');
  const first = await startWorld({ stateFile, delays: { runningMs: 3_600_000 } });
  await first.create('one');
  await first.stop();
  const second = await startWorld({ stateFile });
  await second.reached('one', 'running');
  expect((await second.lightsail.send(new GetInstancesCommand())).instances).toHaveLength(1);
});

test('static IPs and snapshots are kept; what was pending of them becomes available', async () => {
  const stateFile = join(await temporary(), 'cloud.json');
  const first = await startWorld({ stateFile, delays: { runningMs: 0, snapshotMs: 3_600_000 } });
  await first.create('one');
  await first.reached('one', 'running');
  await first.lightsail.send(new AllocateStaticIpCommand({ staticIpName: 'one-ip' }));
  await first.lightsail.send(new AttachStaticIpCommand({ staticIpName: 'one-ip', instanceName: 'one' }));
  await first.lightsail.send(
    new CreateInstanceSnapshotCommand({ instanceName: 'one', instanceSnapshotName: 'one-before' }),
  );
  const ip = new GetStaticIpCommand({ staticIpName: 'one-ip' });
  const { staticIp } = await first.lightsail.send(ip);
  await first.stop();

  const second = await startWorld({ stateFile });
  expect((await second.lightsail.send(ip)).staticIp).toEqual(staticIp);
  expect(second.hosts.log).toEqual([`start one ${staticIp?.ipAddress}`]);
  const snapshot = new GetInstanceSnapshotCommand({ instanceSnapshotName: 'one-before' });
  await vi.waitFor(async () =>
    expect((await second.lightsail.send(snapshot)).instanceSnapshot?.state).toBe('available'),
  );
});

test('a file from before there were static IPs is taken', async () => {
  const stateFile = join(await temporary(), 'cloud.json');
  const { staticIps, snapshots, ...earlier } = emptyState();
  await writeFile(stateFile, JSON.stringify({ lightsail: earlier, hosts: { hosts: [] } }));
  const { create, reached } = await startWorld({ stateFile });
  await create('one');
  await reached('one', 'running');
});

test('a virtual host comes back with its address and its keys', async () => {
  const stateFile = join(await temporary(), 'cloud.json');
  const virtual = () => createVirtualHosts({ sshPort: 2222, timeScale: 0 });
  const access = new GetInstanceAccessDetailsCommand({ instanceName: 'one' });
  const first = await startWorldOn(virtual(), { stateFile });
  await first.create('one');
  await first.reached('one', 'running');
  const before = (await first.lightsail.send(access)).accessDetails;
  await first.stop();
  const second = await startWorldOn(virtual(), { stateFile });
  const after = (await second.lightsail.send(access)).accessDetails;
  expect(after?.ipAddress).toBe(before?.ipAddress);
  const offered = await presentedKey(String(after?.ipAddress));
  expect(after?.hostKeys?.map(({ publicKey }) => publicKey)).toContain(offered);
  expect(after?.hostKeys).toEqual(before?.hostKeys);
});

test('hosts that cannot be kept are not', async () => {
  const stateFile = join(await temporary(), 'cloud.json');
  const { snapshot, restore, ...forgetful } = fakeHosts();
  await expect(startSandbox({ ...settingsForTests(1), stateFile }, forgetful)).rejects.toThrow('leave out --keep');
  expect(forgetful.log).toEqual(['close']);
});

test('a file that is no state stops the start', async () => {
  const stateFile = join(await temporary(), 'cloud.json');
  await writeFile(stateFile, '{"lightsail":');
  await expect(startWorld({ stateFile })).rejects.toThrow(SyntaxError);
});

/** The host key that an SSH server shows in its handshake, in base64. */
function presentedKey(host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const client = new ssh2.Client();
    const hostVerifier = (key: Buffer) => {
      resolve(key.toString('base64'));
      return false;
    };
    client.on('error', reject).connect({ host, port: 2222, username: 'admin', hostVerifier });
  });
}

async function temporary(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'sandbox-state-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  return directory;
}
