import type * as sdk from '@aws-sdk/client-route-53';
import { normalName } from '../../lib/dns-name.ts';
import { recordTypes } from '../../lib/dns-value.ts';
import { AppError } from '../../lib/errors.ts';
import type { HostedZone, RecordSet } from '../../schemas/route53.ts';

/** A zone without its name servers, which no list of Route 53 has. */
export interface ZoneRow {
  hosted_zone_id: string;
  domain: string;
  private: boolean;
  records: number | null;
  callerReference: string;
}

/** @throws {AppError} aws_error when AWS leaves out what identifies the zone */
export function zoneRow({
  Id,
  Name,
  Config,
  ResourceRecordSetCount,
  CallerReference = '',
}: Partial<sdk.HostedZone>): ZoneRow {
  if (!Id || !Name) throw new AppError('aws_error', 'AWS described a hosted zone without id or name.');
  return {
    hosted_zone_id: bareId(Id),
    domain: normalName(Name),
    private: Config?.PrivateZone ?? false,
    records: ResourceRecordSetCount ?? null,
    callerReference: CallerReference,
  };
}

export function hostedZone(row: ZoneRow, delegation: sdk.DelegationSet | undefined): HostedZone {
  const { hosted_zone_id, domain, records } = row;
  return { hosted_zone_id, domain, name_servers: (delegation?.NameServers ?? []).map(normalName), records };
}

/** `/hostedzone/Z1` and `/change/C1` as they stand in requests. */
export function bareId(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}

export function recordSet(row: sdk.ResourceRecordSet, zone: string): RecordSet {
  const name = normalName(row.Name ?? '');
  const type = row.Type ?? '';
  const alias = row.AliasTarget;
  const kept = name === zone && (type === 'SOA' || type === 'NS');
  const known = (recordTypes as readonly string[]).includes(type);
  return {
    name,
    type,
    ttl: row.TTL ?? null,
    values: (row.ResourceRecords ?? []).map(({ Value = '' }) => Value),
    alias: alias ? { target: normalName(alias.DNSName ?? ''), hosted_zone_id: bareId(alias.HostedZoneId ?? '') } : null,
    set_identifier: row.SetIdentifier ?? null,
    changeable: known && !kept && !alias && row.SetIdentifier === undefined && row.TTL !== undefined,
  };
}
