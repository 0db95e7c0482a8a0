import type { Clock } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import type { Secret } from '../lib/secret.ts';
import type { Instance } from '../schemas/lightsail.ts';
import type { Pins } from '../services/journal/pins.ts';
import type { Lightsail } from '../services/lightsail.ts';
import type { HostKey, Ssh } from '../services/ssh.ts';
import type { Target } from './operation.ts';

/** How a call names a host, and how it wants to log in. */
export interface HostNaming {
  instance_ip?: string | undefined;
  instance_name?: string | undefined;
  region?: string | undefined;
  ssh_key_path: string;
  ssh_user?: string | undefined;
  ssh_port?: number | undefined;
  host_key_fingerprint?: string | undefined;
}

/** A host whose identity and keys are known; nobody has logged in yet. */
export interface HostTarget extends Target {
  address: string;
  port: number;
  username: string;
  privateKey: Secret;
  hostKeys: readonly HostKey[];
  /** The address on the private network; null for a host outside Lightsail, whose facts tell it. */
  privateIp: string | null;
  /** Where it was bought, and with how large a disk (GB); absent for a host outside Lightsail. */
  bought?: { region: string; diskGb: number };
}

export interface HostResolver {
  /**
   * @throws {AppError} instance_not_found, host_mismatch, host_key_unknown, host_unreachable, ssh_key_*, and what AWS answers
   */
  resolve(naming: HostNaming, signal: AbortSignal): Promise<HostTarget>;
  /** Pins the host keys of an instance as AWS reports them, or returns those pinned before; [] while AWS has none yet. */
  pinnedKeys(instance: Instance): Promise<readonly HostKey[]>;
}

interface Dependencies {
  lightsail: Lightsail;
  pins: Pick<Pins, 'get' | 'regionsOf' | 'put'>;
  ssh: Ssh;
  readPrivateKey(path: string): Promise<Secret>;
  clock: Clock;
  defaultRegion: string;
  defaultPort: number;
  /** How long a fresh instance's host keys are waited for, in milliseconds. */
  hostKeyWaitMs: number;
}

/** Finds the host that a call names, and the keys that it may show. */
export function createHostResolver(dependencies: Dependencies): HostResolver {
  const { lightsail, pins, clock } = dependencies;

  async function pinnedKeys(instance: Instance): Promise<readonly HostKey[]> {
    const pin = await pins.get(identityOf(instance));
    const hostKeys = pin?.hostKeys ?? (await lightsail.hostKeys(instance.region, instance.name));
    const address = instance.public_ip ?? '';
    if (hostKeys.length > 0 && (!pin || pin.address !== address)) {
      const { region, name } = instance;
      await pins.put({ identity: identityOf(instance), region, instanceName: name, address, hostKeys: [...hostKeys] });
    }
    return hostKeys;
  }

  async function awaitKeys(instance: Instance, signal: AbortSignal): Promise<readonly HostKey[]> {
    const until = clock.now().getTime() + dependencies.hostKeyWaitMs;
    for (;;) {
      const keys = await pinnedKeys(instance);
      if (keys.length > 0) return keys;
      if (clock.now().getTime() >= until) {
        throw new AppError(
          'host_unreachable',
          `AWS does not know the host keys of ${instance.name} yet, and nothing is trusted without them.`,
        );
      }
      await clock.sleep(2000, signal);
    }
  }

  return {
    pinnedKeys,
    async resolve(naming, signal) {
      const privateKey = await dependencies.readPrivateKey(naming.ssh_key_path);
      const port = naming.ssh_port ?? dependencies.defaultPort;
      const instance = await findInstance(naming, dependencies);
      if (!instance) return { ...(await outsideHost(naming, port, dependencies)), privateKey, port };
      return {
        key: identityOf(instance),
        label: `instance ${instance.region}/${instance.name}`,
        address: addressOf(instance, naming.instance_ip),
        port,
        username: naming.ssh_user ?? instance.username,
        privateKey,
        hostKeys: await awaitKeys(instance, signal),
        privateIp: instance.private_ip,
        bought: { region: instance.region, diskGb: instance.disk_gb },
      };
    },
  };
}

/** An instance is the same one only if it was created at the same time: names and addresses are given out again. */
export function identityOf(instance: Pick<Instance, 'arn' | 'created_at'>): string {
  return `${instance.arn}@${instance.created_at}`;
}

async function findInstance(
  { instance_ip, instance_name, region, host_key_fingerprint }: HostNaming,
  { lightsail, pins, defaultRegion }: Dependencies,
): Promise<Instance | undefined> {
  if (instance_name === undefined) {
    const ip = instance_ip as string;
    const regions = [...new Set([...(await pins.regionsOf(ip)), region ?? defaultRegion])];
    return lightsail.findByIp(ip, regions).catch((error) => {
      // Who compared a fingerprint knows the host, with or without an AWS account.
      if (host_key_fingerprint !== undefined) return undefined;
      throw error;
    });
  }
  const instance = await lightsail.instance(region ?? defaultRegion, instance_name);
  if (!instance) {
    throw new AppError('instance_not_found', `There is no instance ${instance_name} in ${region ?? defaultRegion}.`);
  }
  if (instance_ip !== undefined && instance_ip !== instance.public_ip && instance_ip !== instance.private_ip) {
    throw new AppError(
      'host_mismatch',
      `${instance_name} has the address ${instance.public_ip ?? 'none'}, not ${instance_ip}.`,
    );
  }
  return instance;
}

function addressOf({ name, state, public_ip }: Instance, asked: string | undefined): string {
  if (state !== 'running') throw new AppError('host_unreachable', `${name} is ${state}.`);
  const address = asked ?? public_ip;
  if (address === null) throw new AppError('host_unreachable', `${name} has no public address.`);
  return address;
}

/** A host that is none of our instances: known by the fingerprint that the operator compared, and by nothing else. */
async function outsideHost(
  { instance_ip, region, ssh_user, host_key_fingerprint }: HostNaming,
  port: number,
  { pins, ssh, defaultRegion }: Dependencies,
): Promise<Omit<HostTarget, 'privateKey' | 'port'>> {
  const address = instance_ip as string;
  if (ssh_user === undefined) {
    throw new AppError('invalid_request', `${address} is no instance in ${region ?? defaultRegion}.`, {
      hint: 'Send the region it is in; or, for a host outside Lightsail, ssh_user and host_key_fingerprint.',
      details: [{ path: '/ssh_user', message: 'is needed for a host outside Lightsail' }],
    });
  }
  const pin = host_key_fingerprint === undefined ? undefined : await pins.get(host_key_fingerprint);
  let hostKeys = pin?.hostKeys;
  if (!hostKeys) {
    const presented = await ssh.presentedHostKey({ host: address, port });
    if (presented.fingerprint !== host_key_fingerprint) {
      const sent = host_key_fingerprint === undefined ? '' : `, not ${host_key_fingerprint}`;
      throw new AppError(
        'host_key_unknown',
        `${address} shows the ${presented.algorithm} key ${presented.fingerprint}${sent}.`,
        { details: [{ path: '/host_key_fingerprint', message: presented.fingerprint }] },
      );
    }
    hostKeys = [{ algorithm: presented.algorithm, publicKey: presented.publicKey }];
    await pins.put({ identity: presented.fingerprint, region: null, instanceName: null, address, hostKeys });
  }
  return {
    key: host_key_fingerprint as string,
    label: `host ${address}`,
    address,
    username: ssh_user,
    hostKeys,
    privateIp: null,
  };
}
