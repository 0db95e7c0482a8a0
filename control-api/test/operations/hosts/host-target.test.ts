import { describe, expect, test } from 'vitest';
import { AppError } from '../../../src/lib/errors.ts';
import { Secret } from '../../../src/lib/secret.ts';
import { createHostResolver, identityOf } from '../../../src/operations/hosts/host-target.ts';
import type { Instance } from '../../../src/schemas/lightsail.ts';
import type { Pin } from '../../../src/services/journal/pins.ts';
import type { Lightsail } from '../../../src/services/lightsail.ts';
import type { HostKey, Ssh } from '../../../src/services/ssh.ts';
import { fakeClock, instance } from '../cloud-fakes.ts';

const hostKey = (publicKey: string): HostKey => ({ algorithm: 'ssh-ed25519', publicKey });
const ssh_key_path = '/keys/mine';
const signal = new AbortController().signal;
const fingerprint = 'SHA256:shown';

/** Instances, and the keys that AWS reports at each look (the last stays); hosts elsewhere show one key. */
function setUp(cloud: Instance[], reported: HostKey[][] = [[hostKey('AAAA')]]) {
  const pins = new Map<string, Pin>();
  const asked: { regions: (readonly string[])[]; keys: number; shown: number } = { regions: [], keys: 0, shown: 0 };
  const clock = fakeClock();
  const lightsail = {
    instance: async (region: string, name: string) => cloud.find((one) => one.region === region && one.name === name),
    async findByIp(ip: string, regions: readonly string[]): Promise<Instance | undefined> {
      asked.regions.push(regions);
      return cloud.find((one) => regions.includes(one.region) && [one.public_ip, one.private_ip].includes(ip));
    },
    async hostKeys() {
      asked.keys += 1;
      return reported.length > 1 ? reported.shift() : reported[0];
    },
  };
  const hosts = createHostResolver({
    lightsail: lightsail as unknown as Lightsail,
    pins: {
      get: async (identity) => pins.get(identity),
      regionsOf: async (ip) => [...pins.values()].flatMap((pin) => (pin.address === ip ? (pin.region ?? []) : [])),
      put: async (pin) => void pins.set(pin.identity, pin),
    },
    ssh: {
      async presentedHostKey() {
        asked.shown += 1;
        return { ...hostKey('SHOWN'), fingerprint };
      },
    } as unknown as Ssh,
    async readPrivateKey(path) {
      if (path !== ssh_key_path) throw new AppError('ssh_key_not_allowed');
      return new Secret('private');
    },
    clock,
    defaultRegion: 'eu-central-1',
    defaultPort: 22,
    hostKeyWaitMs: 10_000,
  });
  return { hosts, pins, asked, clock, lightsail };
}

describe('an instance', () => {
  test('is found by its address, and known by its identity', async () => {
    const { hosts, asked, pins } = setUp([instance()]);
    expect(await hosts.resolve({ instance_ip: '203.0.113.7', ssh_key_path }, signal)).toMatchObject({
      key: identityOf(instance()),
      label: 'instance eu-central-1/apps',
      ...{ address: '203.0.113.7', port: 22, username: 'admin', privateIp: '172.26.3.4' },
      hostKeys: [hostKey('AAAA')],
    });
    expect(asked.regions).toEqual([['eu-central-1']]);
    expect([...pins.keys()]).toEqual([identityOf(instance())]);
  });

  test('of another region is found by its address where it was seen before', async () => {
    const far = instance({ region: 'us-east-1' });
    const { hosts, asked } = setUp([far]);
    await hosts.pinnedKeys(far);
    const target = await hosts.resolve({ instance_ip: '203.0.113.7', ssh_key_path }, signal);
    expect(target.label).toBe('instance us-east-1/apps');
    expect(asked.regions).toEqual([['us-east-1', 'eu-central-1']]);
  });

  test('is found by its name; what the call says of user and port comes first', async () => {
    const { hosts } = setUp([instance()]);
    const naming = { instance_name: 'apps', ssh_key_path, ssh_user: 'root', ssh_port: 2222 };
    expect(await hosts.resolve(naming, signal)).toMatchObject({ address: '203.0.113.7', port: 2222, username: 'root' });
  });

  test.each([
    ['another name', { instance_name: 'gone' }, 'instance_not_found'],
    ['another region', { instance_name: 'apps', region: 'us-east-1' }, 'instance_not_found'],
    ['an address that it does not have', { instance_name: 'apps', instance_ip: '203.0.113.8' }, 'host_mismatch'],
    ['a key that may not be used', { instance_name: 'apps', ssh_key_path: '/etc/shadow' }, 'ssh_key_not_allowed'],
  ])('is not found by %s', async (_, naming, code) => {
    const { hosts, pins } = setUp([instance()]);
    await expect(hosts.resolve({ ssh_key_path, ...naming }, signal)).rejects.toMatchObject({ code });
    expect(pins.size).toBe(0);
  });

  test.each(['203.0.113.7', '172.26.3.4'])('may be named by name and its address %s', async (instance_ip) => {
    const { hosts } = setUp([instance()]);
    const target = await hosts.resolve({ instance_name: 'apps', instance_ip, ssh_key_path }, signal);
    expect(target.address).toBe(instance_ip);
  });

  test.each([{ instance_name: 'apps' }, { instance_ip: '172.26.3.4' }])(
    'that is stopped is told as that, named by %o',
    async (naming) => {
      const { hosts } = setUp([instance({ state: 'stopped', public_ip: null })]);
      await expect(hosts.resolve({ ssh_key_path, ...naming }, signal)).rejects.toMatchObject({
        code: 'host_unreachable',
        message: 'apps is stopped.',
        hint: 'POST /aws/lightsail/start-instance starts it.',
      });
    },
  );

  test('that got the address of another is known by keys of its own', async () => {
    const cloud = [instance({ name: 'old', arn: 'arn:old' })];
    const { hosts, pins } = setUp(cloud, [[hostKey('OLD')], [hostKey('NEW')]]);
    const naming = { instance_ip: '203.0.113.7', ssh_key_path };
    expect((await hosts.resolve(naming, signal)).hostKeys).toEqual([hostKey('OLD')]);
    cloud[0] = instance({ name: 'new', arn: 'arn:new' });
    expect((await hosts.resolve(naming, signal)).hostKeys).toEqual([hostKey('NEW')]);
    expect(pins.size).toBe(2);
  });
});

describe('host keys', () => {
  test('that AWS reports late are waited for, then kept; a new address is kept with them', async () => {
    const cloud = [instance()];
    const { hosts, asked, clock, pins } = setUp(cloud, [[], [], [hostKey('AAAA')]]);
    const naming = { instance_name: 'apps', ssh_key_path };
    await hosts.resolve(naming, signal);
    expect([asked.keys, clock.slept.length]).toEqual([3, 2]);
    cloud[0] = instance({ public_ip: '203.0.113.99' });
    await hosts.resolve(naming, signal);
    expect(asked.keys).toBe(3);
    expect(pins.get(identityOf(instance()))).toMatchObject({ address: '203.0.113.99', hostKeys: [hostKey('AAAA')] });
  });

  test('that never come end the call, and nobody has logged in', async () => {
    const { hosts, clock, pins } = setUp([instance()], [[]]);
    await expect(hosts.resolve({ instance_name: 'apps', ssh_key_path }, signal)).rejects.toMatchObject({
      code: 'host_unreachable',
    });
    expect(clock.slept.reduce((sum, ms) => sum + ms, 0)).toBe(10_000);
    expect(pins.size).toBe(0);
  });
});

describe('a host that is no instance', () => {
  const outside = { instance_ip: '198.51.100.4', ssh_key_path, ssh_user: 'me' };

  test('needs a user', async () => {
    const { hosts } = setUp([]);
    const call = hosts.resolve({ instance_ip: '198.51.100.4', ssh_key_path }, signal);
    await expect(call).rejects.toMatchObject({
      code: 'invalid_request',
      message: '198.51.100.4 is no instance in eu-central-1.',
      details: [{ path: '/ssh_user' }],
    });
  });

  test('is refused with the fingerprint that it shows', async () => {
    const { hosts, pins } = setUp([]);
    await expect(hosts.resolve(outside, signal)).rejects.toMatchObject({
      code: 'host_key_unknown',
      message: '198.51.100.4 shows the ssh-ed25519 key SHA256:shown.',
      details: [{ message: fingerprint }],
    });
    const wrong = hosts.resolve({ ...outside, host_key_fingerprint: 'SHA256:other' }, signal);
    await expect(wrong).rejects.toMatchObject({
      code: 'host_key_unknown',
      message: expect.stringContaining('not SHA256:other'),
    });
    expect(pins.size).toBe(0);
  });

  test('is pinned once its fingerprint was sent, and known by it from then on', async () => {
    const { hosts, asked } = setUp([]);
    const known = { ...outside, host_key_fingerprint: fingerprint };
    const target = { key: fingerprint, label: 'host 198.51.100.4', hostKeys: [hostKey('SHOWN')], privateIp: null };
    expect(await hosts.resolve(known, signal)).toMatchObject(target);
    expect(await hosts.resolve(known, signal)).toMatchObject(target);
    expect(asked.shown).toBe(1);
    await expect(hosts.resolve(outside, signal)).rejects.toMatchObject({ code: 'host_key_unknown' });
  });

  test('needs no AWS account, if its fingerprint is sent', async () => {
    const { hosts, lightsail } = setUp([]);
    lightsail.findByIp = () => Promise.reject(new AppError('aws_access_denied'));
    await expect(hosts.resolve(outside, signal)).rejects.toMatchObject({ code: 'aws_access_denied' });
    const target = await hosts.resolve({ ...outside, host_key_fingerprint: fingerprint }, signal);
    expect(target.key).toBe(fingerprint);
  });
});
