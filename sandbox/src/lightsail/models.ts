import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import type { HostKey, HostSpec } from '../hosts.ts';
import { invalidInput, nameInUse, notFound } from './errors.ts';

export interface Tag {
  key: string;
  value?: string | undefined;
}

/** What all named things have; the names of a region share one namespace, whatever their type. */
export interface Resource {
  name: string;
  region: string;
  arn: string;
  supportCode: string;
  /** Milliseconds since the epoch, as every time in the state. */
  createdAt: number;
  tags: Tag[];
}

export type StateName = 'pending' | 'running' | 'stopping' | 'stopped' | 'shutting-down';

export interface PortRule {
  fromPort: number;
  toPort: number;
  protocol: string;
  cidrs: string[];
  ipv6Cidrs: string[];
  cidrListAliases: string[];
}

export interface InstanceRow extends Resource {
  availabilityZone: string;
  blueprintId: string;
  bundleId: string;
  keyPairName: string;
  ipAddressType: 'dualstack' | 'ipv4' | 'ipv6';
  state: StateName;
  spec: HostSpec;
  /** Taken when it boots, shown from `runningSince` + a delay on. */
  publicIp: string | null;
  runningSince: number | null;
  /** As they were when it first ran: the record outlives a change on the host, as the real one does. */
  hostKeys: readonly HostKey[];
  ports: PortRule[];
}

export interface KeyPairRow extends Resource {
  fingerprint: string;
  publicKey: string;
}

export interface DefaultKeyRow {
  createdAt: number;
  privateKey: string;
  publicKey: string;
  fingerprint: string;
}

export interface OperationRow {
  id: string;
  resourceName: string;
  resourceType: 'Instance' | 'KeyPair';
  operationType: string;
  region: string;
  availabilityZone: string;
  createdAt: number;
  status: 'NotStarted' | 'Started' | 'Succeeded' | 'Failed';
  statusChangedAt: number;
  errorCode?: string;
  errorDetails?: string;
}

/** All that Lightsail knows, as plain JSON: the rows of all regions, in the order of their making. */
export interface LightsailState {
  instances: InstanceRow[];
  keyPairs: KeyPairRow[];
  operations: OperationRow[];
  /** By region. */
  defaultKeys: Record<string, DefaultKeyRow>;
  /** Last part of the address given out last, so that one just freed is not given again at once. */
  lastAddress: { public: number; private: number };
}

export function emptyState(): LightsailState {
  const lastAddress = { public: firstAddress - 1, private: firstAddress - 1 };
  return { instances: [], keyPairs: [], operations: [], defaultKeys: {}, lastAddress };
}

/** Throws InvalidInput when a name is not one, is named twice, or is taken by any resource of the region. */
export function checkNames(state: LightsailState, region: string, names: readonly string[]): void {
  for (const name of names) {
    if (!/^\w[\w.-]*\w$/.test(name)) {
      throw invalidInput(
        `${name} is not a valid resource name. Resource names must be at least 2 characters long and contain only alphanumerics, -, _, and .`,
      );
    }
  }
  const taken = [...state.instances, ...state.keyPairs].filter((row) => row.region === region).map((row) => row.name);
  const used = names.filter((name, index) => taken.includes(name) || names.indexOf(name) !== index);
  if (used.length > 0) throw nameInUse(used);
}

export function newResource(type: 'Instance' | 'KeyPair', region: string, name: string, tags: Tag[]): Resource {
  return {
    name,
    region,
    arn: `arn:aws:lightsail:${region}:111122223333:${type}/${randomUUID()}`,
    supportCode: `${randomInt(1e11, 1e12)}/${type === 'Instance' ? 'i-0' : ''}${randomBytes(8).toString('hex')}`,
    createdAt: Date.now(),
    tags,
  };
}

/** The instance or key pair of that name with the tags set on it, overwriting values of keys already there. Throws NotFound, InvalidInput. */
export function tag(state: LightsailState, region: string, name: string, tags: readonly Tag[]): Resource {
  const rows: Resource[] = [...state.instances, ...state.keyPairs];
  const resource = rows.find((row) => row.region === region && row.name === name);
  if (!resource) throw notFound('Resource', name);
  const kept = resource.tags.filter(({ key }) => !tags.some((one) => one.key === key));
  if (kept.length + tags.length > 50) throw invalidInput('A resource can have at most 50 tags.');
  resource.tags = [...kept, ...tags];
  return resource;
}

const firstAddress = 11;
const addressCount = 240;

/** The next last part that no instance has as its public or as its private address. Throws InvalidInput when all 240 are used. */
export function takeAddress(state: LightsailState, kind: 'public' | 'private'): number {
  const addresses = state.instances.map(({ publicIp, spec }) => (kind === 'public' ? publicIp : spec.privateIp));
  const used = new Set(addresses.map((ip) => Number(ip?.split('.')[3])));
  for (let step = 1; step <= addressCount; step++) {
    const address = firstAddress + ((state.lastAddress[kind] - firstAddress + step) % addressCount);
    if (used.has(address)) continue;
    state.lastAddress[kind] = address;
    return address;
  }
  throw invalidInput(`The sandbox has room for ${addressCount} instances.`);
}
