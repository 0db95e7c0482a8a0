import { createHash, randomBytes } from 'node:crypto';
import type { Faults } from '../faults.ts';
import type { HostKey } from '../hosts.ts';
import type { Settings } from '../settings.ts';
import { staticIpOf } from './addresses.ts';
import { blueprints, bundlesOf } from './catalogue.ts';
import {
  type InstanceRow,
  type KeyPairRow,
  type LightsailState,
  type OperationRow,
  type PortRule,
  type Resource,
  type SnapshotRow,
  type StateName,
  type StaticIpRow,
  typeOf,
} from './models.ts';
import { isTerminal } from './operations.ts';

/** Lightsail's codes are EC2's. */
const stateCodes: Record<StateName, number> = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  stopping: 64,
  stopped: 80,
};

/** The wire's times are seconds since the epoch, with a fraction. */
export const seconds = (milliseconds: number) => milliseconds / 1000;

export const instanceState = ({ state }: InstanceRow) => ({ code: stateCodes[state], name: state });

export type Renderer = ReturnType<typeof createRenderer>;

/** Turns rows into what the wire shows of them now: some things show only a while after they are. */
export function createRenderer(state: LightsailState, { delays }: Settings, faults: Faults) {
  const shownSince = (row: InstanceRow, delayMs: number) =>
    row.state === 'running' && row.runningSince !== null && Date.now() >= row.runningSince + delayMs;

  const addresses = (row: InstanceRow) => {
    const shown = shownSince(row, delays.publicIpMs) && !faults.holds('no_public_ip', row.name);
    const publicIp = row.state === 'running' ? shown && row.publicIp : staticIpOf(state, row)?.ipAddress;
    const last = row.spec.privateIp.split('.')[3];
    return {
      ...(publicIp && row.ipAddressType !== 'ipv6' ? { publicIpAddress: publicIp } : {}),
      ipv6Addresses: shown && row.ipAddressType !== 'ipv4' ? [`2001:db8::${last}`] : [],
    };
  };

  return {
    instance(row: InstanceRow) {
      const bundle = bundlesOf(row.region).find(({ bundleId }) => bundleId === row.bundleId);
      const health = {
        status: row.state === 'running' ? 'ok' : row.state === 'pending' ? 'initializing' : 'not-applicable',
      };
      return {
        ...resource(row, row.availabilityZone),
        tags: row.tags,
        blueprintId: row.blueprintId,
        blueprintName: blueprints().find(({ blueprintId }) => blueprintId === row.blueprintId)?.name,
        bundleId: row.bundleId,
        addOns: [],
        isStaticIp: staticIpOf(state, row) !== undefined,
        privateIpAddress: row.spec.privateIp,
        ...addresses(row),
        ipAddressType: row.ipAddressType,
        hardware: {
          cpuCount: bundle?.cpuCount,
          disks: [systemDisk(row)],
          ramSizeInGb: bundle?.ramSizeInGb,
        },
        networking: {
          monthlyTransfer: { gbPerMonthAllocated: bundle?.transferPerMonthInGb },
          ports: row.ports.map(portInfo),
        },
        state: instanceState(row),
        username: row.spec.username,
        sshKeyName: row.keyPairName,
        instanceStatus: health,
        systemStatus: health,
      };
    },
    /** The pair of key and certificate has the real one's form only: no host takes it. */
    accessDetails(row: InstanceRow) {
      const { publicIpAddress, ipv6Addresses } = addresses(row);
      const known = shownSince(row, delays.hostKeysMs) && !faults.holds('no_host_keys', row.name);
      return {
        instanceName: row.name,
        protocol: 'ssh',
        username: row.spec.username,
        ...(publicIpAddress ? { ipAddress: publicIpAddress } : {}),
        ipv6Addresses,
        certKey: `ssh-rsa-cert-v01@openssh.com ${randomBytes(300).toString('base64')}`,
        privateKey: `-----BEGIN RSA PRIVATE KEY-----\n${randomBytes(48 * 24)
          .toString('base64')
          .replace(/.{64}/g, '$&\n')}-----END RSA PRIVATE KEY-----\n`,
        expiresAt: seconds(Date.now()) + 300,
        hostKeys: known ? row.hostKeys.map((key) => hostKey(key, row.runningSince ?? row.createdAt)) : [],
      };
    },
    keyPair: (row: KeyPairRow) => ({ ...resource(row), tags: row.tags, fingerprint: row.fingerprint }),
    staticIp: (row: StaticIpRow) => ({
      ...resource(row),
      ipAddress: row.ipAddress,
      isAttached: row.attachedTo !== null,
      ...(row.attachedTo === null ? {} : { attachedTo: row.attachedTo }),
    }),
    snapshot: (row: SnapshotRow) => ({
      ...resource(row),
      tags: row.tags,
      state: row.state,
      ...(row.state === 'pending' ? { progress: '0%' } : {}),
      fromAttachedDisks: [],
      fromInstanceName: row.fromInstanceName,
      fromInstanceArn: row.fromInstanceArn,
      fromBlueprintId: row.fromBlueprintId,
      fromBundleId: row.fromBundleId,
      isFromAutoSnapshot: false,
      sizeInGb: row.sizeInGb,
    }),
    operation: (row: OperationRow) => ({
      id: row.id,
      resourceName: row.resourceName,
      resourceType: row.resourceType,
      createdAt: seconds(row.createdAt),
      location: { availabilityZone: row.availabilityZone, regionName: row.region },
      isTerminal: isTerminal(row),
      operationDetails: row.operationDetails,
      operationType: row.operationType,
      status: row.status,
      statusChangedAt: seconds(row.statusChangedAt),
      ...(row.errorCode ? { errorCode: row.errorCode, errorDetails: row.errorDetails } : {}),
    }),
  };
}

export const portState = (rule: PortRule) => ({ ...rule, state: 'open' });

function resource(row: Resource, availabilityZone = 'all') {
  return {
    name: row.name,
    arn: row.arn,
    supportCode: row.supportCode,
    createdAt: seconds(row.createdAt),
    location: { availabilityZone, regionName: row.region },
    resourceType: typeOf(row),
  };
}

const systemDisk = (row: InstanceRow) => ({
  createdAt: seconds(row.createdAt),
  sizeInGb: row.spec.diskGb,
  isSystemDisk: true,
  iops: row.spec.diskGb * 3,
  path: '/dev/xvda',
  attachedTo: row.name,
  attachmentState: 'attached',
});

const portInfo = (rule: PortRule) => ({
  ...rule,
  accessFrom: rule.cidrs.includes('0.0.0.0/0') ? 'Anywhere (0.0.0.0/0 and ::/0)' : 'Custom',
  accessType: 'public',
  commonName: '',
  accessDirection: 'inbound',
});

function hostKey({ algorithm, publicKey }: HostKey, witnessedAt: number) {
  const print = (hash: string) =>
    createHash(hash).update(Buffer.from(publicKey, 'base64')).digest('base64').replace(/=+$/, '');
  return {
    algorithm,
    publicKey,
    witnessedAt: seconds(witnessedAt),
    fingerprintSHA1: `SHA1:${print('sha1')}`,
    fingerprintSHA256: `SHA256:${print('sha256')}`,
  };
}
