import type * as sdk from '@aws-sdk/client-lightsail';
import { AppError } from '../../lib/errors.ts';
import type { Blueprint, Bundle, Instance } from '../../schemas/lightsail.ts';
import { type HostKey, hostKeyOf } from '../ssh/host-key.ts';
import type { ResourceEvent } from './power.ts';

export interface KeyPair {
  name: string;
  arn: string;
  /** As AWS computes it; for comparing with AWS only. */
  fingerprint: string;
}

/** @throws {AppError} aws_error when AWS leaves out what identifies the instance */
export function instanceView(row: sdk.Instance, region: string, prices: ReadonlyMap<string, number>): Instance {
  if (!row.name || !row.arn || !row.createdAt) {
    throw new AppError('aws_error', `AWS described an instance of ${region} without name, ARN or time of creation.`);
  }
  const disks = row.hardware?.disks ?? [];
  const systemDisk = disks.find(({ isSystemDisk }) => isSystemDisk) ?? disks[0];
  return {
    name: row.name,
    arn: row.arn,
    created_at: row.createdAt.toISOString(),
    region: row.location?.regionName ?? region,
    availability_zone: row.location?.availabilityZone ?? '',
    blueprint_id: row.blueprintId ?? '',
    bundle_id: row.bundleId ?? '',
    state: row.state?.name ?? 'unknown',
    public_ip: row.publicIpAddress ?? null,
    is_static_ip: row.isStaticIp ?? false,
    private_ip: row.privateIpAddress ?? null,
    username: row.username ?? '',
    ram_mb: mebibytes(row.hardware?.ramSizeInGb),
    disk_gb: systemDisk?.sizeInGb ?? 0,
    key_pair_name: row.sshKeyName || null,
    ip_address_type: row.ipAddressType ?? 'dualstack',
    tags: Object.fromEntries((row.tags ?? []).map(({ key = '', value = '' }) => [key, value])),
    monthly_usd: prices.get(row.bundleId ?? '') ?? null,
  };
}

export function bundleView(row: sdk.Bundle): Bundle {
  const id = row.bundleId ?? '';
  // Rows of old generations lack the count; then the id tells.
  const addresses = row.publicIpv4AddressCount ?? (id.includes('_ipv6_') ? 0 : 1);
  return {
    bundle_id: id,
    name: row.name ?? '',
    price_usd_month: row.price ?? null,
    ram_mb: mebibytes(row.ramSizeInGb),
    cpu_count: row.cpuCount ?? 0,
    disk_gb: row.diskSizeInGb ?? 0,
    transfer_gb: row.transferPerMonthInGb ?? 0,
    public_ipv4: addresses > 0,
    power: row.power ?? 0,
    platforms: row.supportedPlatforms ?? [],
    active: row.isActive ?? false,
  };
}

export function blueprintView(row: sdk.Blueprint): Blueprint {
  return {
    blueprint_id: row.blueprintId ?? '',
    name: row.name ?? '',
    group: row.group ?? '',
    type: row.type ?? '',
    version: row.version ?? '',
    platform: row.platform ?? '',
    min_power: row.minPower ?? 0,
    active: row.isActive ?? false,
  };
}

export function keyPairView({ name = '', arn = '', fingerprint = '' }: sdk.KeyPair): KeyPair {
  return { name, arn, fingerprint };
}

/** The algorithm is read from the key itself, not from what is said about it. Also takes a whole key line. */
export function hostKeyView({ publicKey = '' }: sdk.HostKeyAttributes): HostKey | undefined {
  const text = publicKey
    .trim()
    .split(/\s+/)
    .find((word) => word.startsWith('AAAA'));
  return text === undefined ? undefined : hostKeyOf(Buffer.from(text, 'base64'));
}

export function eventView(row: sdk.Operation): ResourceEvent {
  const failed = row.status === 'Failed';
  const reason = [row.errorCode, row.errorDetails].filter(Boolean).join(': ') || 'AWS gives no reason';
  const done = row.status === 'Succeeded' || row.status === 'Completed';
  return {
    id: row.id ?? '',
    type: row.operationType ?? 'unknown',
    at: row.createdAt ?? new Date(0),
    status: failed ? 'failed' : done ? 'succeeded' : 'under way',
    failure: failed ? reason : undefined,
  };
}

function mebibytes(gib = 0): number {
  return Math.round(gib * 1024);
}
