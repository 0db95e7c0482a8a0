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

export type ResourceType = 'Instance' | 'KeyPair' | 'StaticIp' | 'InstanceSnapshot';

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

export interface StaticIpRow extends Resource {
  ipAddress: string;
  /** Name of an instance of the region. */
  attachedTo: string | null;
}

export interface SnapshotRow extends Resource {
  state: 'pending' | 'available' | 'error';
  /** Of the instance as it was; it may be gone meanwhile. */
  fromInstanceName: string;
  fromInstanceArn: string;
  fromBlueprintId: string;
  fromBundleId: string;
  sizeInGb: number;
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
  resourceType: ResourceType;
  operationType: string;
  /** Name of the other resource where two take part. */
  operationDetails: string;
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
  staticIps: StaticIpRow[];
  snapshots: SnapshotRow[];
  operations: OperationRow[];
  /** By region. */
  defaultKeys: Record<string, DefaultKeyRow>;
  /** Last part of the address given out last, so that one just freed is not given again at once. */
  lastAddress: { public: number; private: number };
}

export function emptyState(): LightsailState {
  const lastAddress = { public: 0, private: 0 };
  return { instances: [], keyPairs: [], staticIps: [], snapshots: [], operations: [], defaultKeys: {}, lastAddress };
}

const resourcesOf = ({ instances, keyPairs, staticIps, snapshots }: LightsailState, region: string): Resource[] =>
  [...instances, ...keyPairs, ...staticIps, ...snapshots].filter((row) => row.region === region);

/** Throws InvalidInput when a name is not one, is named twice, or is taken by any resource of the region. */
export function checkNames(state: LightsailState, region: string, names: readonly string[]): void {
  for (const name of names) {
    if (!/^\w[\w.-]*\w$/.test(name)) {
      throw invalidInput(
        `${name} is not a valid resource name. Resource names must be at least 2 characters long and contain only alphanumerics, -, _, and .`,
      );
    }
  }
  const taken = resourcesOf(state, region).map((row) => row.name);
  const used = names.filter((name, index) => taken.includes(name) || names.indexOf(name) !== index);
  if (used.length > 0) throw nameInUse(used);
}

/** Before the random part of a support code: EC2's own kind of id. */
const supportPrefix: Partial<Record<ResourceType, string>> = { Instance: 'i-0', InstanceSnapshot: 'ami-0' };

export function newResource(type: ResourceType, region: string, name: string, tags: Tag[]): Resource {
  return {
    name,
    region,
    arn: `arn:aws:lightsail:${region}:111122223333:${type}/${randomUUID()}`,
    supportCode: `${randomInt(1e11, 1e12)}/${supportPrefix[type] ?? ''}${randomBytes(8).toString('hex')}`,
    createdAt: Date.now(),
    tags,
  };
}

export const typeOf = ({ arn }: Resource) => arn.split(/[:/]/)[5] as ResourceType;

/** The resource of that name with the tags set on it, overwriting values of keys already there. Throws NotFound, InvalidInput. */
export function tag(state: LightsailState, region: string, name: string, tags: readonly Tag[]): Resource {
  const resource = resourcesOf(state, region).find((row) => row.name === name);
  if (!resource) throw notFound('Resource', name);
  if (typeOf(resource) === 'StaticIp') throw invalidInput('A static IP cannot have tags.');
  const kept = resource.tags.filter(({ key }) => !tags.some((one) => one.key === key));
  if (kept.length + tags.length > 50) throw invalidInput('A resource can have at most 50 tags.');
  resource.tags = [...kept, ...tags];
  return resource;
}
