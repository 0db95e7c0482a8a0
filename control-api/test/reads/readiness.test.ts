import { expect, test } from 'vitest';
import { AppError } from '../../src/lib/errors.ts';
import { Secret } from '../../src/lib/secret.ts';
import type { HostTarget } from '../../src/operations/host-target.ts';
import { createHostReader, type HostReader } from '../../src/reads/host-reader.ts';
import { createReadiness } from '../../src/reads/readiness.ts';
import type { Instance } from '../../src/schemas/lightsail.ts';
import { instance } from '../operations/cloud-fakes.ts';

const query = { region: 'eu-central-1', instance_name: 'apps', ssh_key_path: '/keys/mine' };
const host: HostTarget = {
  ...{ key: 'k', label: 'instance eu-central-1/apps', address: '203.0.113.7', port: 22, username: 'admin' },
  ...{ privateKey: new Secret('private'), hostKeys: [], privateIp: null },
};
const unreachable = new AppError('host_unreachable', '203.0.113.7:22 does not answer over SSH: ECONNREFUSED.');

interface World {
  there?: Instance | undefined;
  keys?: number;
  presented?: AppError;
  readHost?: HostReader;
  cloudInit?: { exit: number; output: string };
  units?: string;
}

function climb(world: World, asked: { region: string; instance_name: string; ssh_key_path?: string } = query) {
  const { keys = 1, presented, cloudInit = { exit: 0, output: 'status: done' }, units = 'inactive\ninactive' } = world;
  const readings = { 'base.cloud_init': cloudInit, 'boot.apt_units': { exit: 3, output: units } };
  const readiness = createReadiness({
    lightsail: {
      instance: async () => ('there' in world ? world.there : instance()),
      hostKeys: async () => Array(keys).fill({ algorithm: 'ssh-ed25519', publicKey: 'AAAA' }),
    },
    readHost: world.readHost ?? (async () => ({ readings, host })),
    ssh: {
      async presentedHostKey() {
        if (presented) throw presented;
        return { algorithm: 'ssh-ed25519', publicKey: 'AAAA', fingerprint: 'SHA256:a' };
      },
    },
    sshPort: 22,
  });
  return readiness(asked);
}

test('every rung of an instance that is ready is reached', async () => {
  const { ready, ladder } = await climb({});
  expect(ready).toBe(true);
  expect(ladder).toEqual([
    { name: 'requested', reached: true, at: '2026-11-21T10:00:00.000Z', reason: null },
    { name: 'running', reached: true, at: null, reason: null },
    { name: 'ip_assigned', reached: true, at: null, reason: '203.0.113.7' },
    { name: 'host_key_known', reached: true, at: null, reason: 'ssh-ed25519' },
    { name: 'tcp_22', reached: true, at: null, reason: 'port 22 shows SHA256:a' },
    { name: 'ssh_login', reached: true, at: null, reason: 'as admin' },
    { name: 'boot_finished', reached: true, at: null, reason: 'done' },
    { name: 'apt_idle', reached: true, at: null, reason: null },
  ]);
});

const { ssh_key_path: _, ...withoutKey } = query;

test.each<[string, World, string, string, typeof withoutKey?]>([
  ['it is pending', { there: instance({ state: 'pending' }) }, 'running', 'it is pending'],
  ['it has no address', { there: instance({ public_ip: null }) }, 'ip_assigned', 'it has no public address yet'],
  ['AWS has no host key', { keys: 0 }, 'host_key_known', 'AWS does not report its host keys yet'],
  ['nothing listens', { presented: unreachable }, 'tcp_22', `host_unreachable: ${unreachable.message}`],
  ['no key was sent', {}, 'ssh_login', 'not looked at: give ssh_key_path', withoutKey],
  [
    'the login is refused',
    { readHost: () => Promise.reject(new AppError('ssh_key_unusable', 'It is encrypted.')) },
    'ssh_login',
    'ssh_key_unusable: It is encrypted.',
  ],
  ['it still boots', { cloudInit: { exit: 0, output: 'status: running' } }, 'boot_finished', 'cloud-init: running'],
  ['its boot failed', { cloudInit: { exit: 1, output: 'status: error' } }, 'boot_finished', 'cloud-init: error'],
  ['it updates itself', { units: 'inactive\nactivating' }, 'apt_idle', 'the system installs its own updates just now'],
])('when %s, the ladder ends there and says why', async (_, world, rung, reason, asked) => {
  const { ready, ladder } = await climb(world, asked);
  expect(ready).toBe(false);
  const at = ladder.findIndex(({ reached }) => !reached);
  expect(ladder[at]).toMatchObject({ name: rung, reason });
  expect(ladder.slice(at + 1).every(({ reason }) => reason?.startsWith('waits for '))).toBe(true);
});

test.each([
  ['is disabled', { exit: 0, output: 'status: disabled' }],
  ['ended with errors that do not matter', { exit: 2, output: 'status: done' }],
  ['is not installed', { exit: 127, output: '' }],
])('a host whose cloud-init %s has booted, as it has for a deployment', async (_, cloudInit) => {
  expect((await climb({ cloudInit })).ready).toBe(true);
});

test('an instance that is not there is 404', async () => {
  await expect(climb({ there: undefined })).rejects.toMatchObject({ code: 'instance_not_found' });
});

test('a host that says nothing is a rung that is not reached, not a defect', async () => {
  const readHost = createHostReader(
    {
      hosts: {
        resolve: (_, signal) =>
          new Promise((__, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      },
      sessions: { open: () => Promise.reject(new Error('not reached')) },
    },
    20,
  );
  const { ladder } = await climb({ readHost });
  expect(ladder.find(({ name }) => name === 'ssh_login')?.reason).toBe(
    'timed_out: The host did not answer within 0.02 s.',
  );
});
