import type { ListResourceRecordSetsCommandInput } from '@aws-sdk/client-route-53';
import type { Clock } from '../lib/clock.ts';
import { type RecordType, wireValue } from '../lib/dns-value.ts';
import { AppError } from '../lib/errors.ts';
import type { HostedZone, RecordSet } from '../schemas/route53.ts';
import type { OpenClient } from './route53/client.ts';
import { type CreatedZone, createZone } from './route53/create-zone.ts';
import { translated } from './route53/failures.ts';
import { allRows } from './route53/pages.ts';
import { bareId, recordSet } from './route53/views.ts';
import { createZones, type ZoneNaming } from './route53/zones.ts';

/** What identifies a zone, and completes the names of its records. */
export type Zone = Pick<HostedZone, 'hosted_zone_id' | 'domain'>;

/** A record of one answer: no alias, not weighted. Values as users write them. */
export interface SimpleRecord {
  /** Full and normal. */
  name: string;
  type: RecordType;
  ttl: number;
  values: readonly string[];
}

/**
 * AWS Route 53 as the rest of the control API sees it: public hosted zones and their records, names lower case and
 * without final dot. Every method throws only AppErrors for what goes wrong at AWS: zone_not_found, aws_access_denied,
 * aws_unreachable (no answer), aws_error (AWS's own words; details[0] has call, aws_error, http_status, request_id).
 */
export interface Route53 {
  zones(): Promise<HostedZone[]>;
  /**
   * Undefined when there is none of this name.
   * @throws {AppError} zone_ambiguous when there are several; details list them
   */
  zoneNamed(domain: string): Promise<HostedZone | undefined>;
  /**
   * The one zone that is meant. A record's full name alone is enough: the zone is looked for label by label.
   * @throws {AppError} zone_not_found; zone_ambiguous, details list the zones; invalid_request when id and domain disagree
   */
  findZone(naming: ZoneNaming): Promise<HostedZone>;
  /** Creates a zone, at most once, whatever happens to the answers. */
  createZone(domain: string, operationId: string): Promise<CreatedZone>;
  records(zone: Zone): Promise<RecordSet[]>;
  /** The record sets of one full name, of every type. */
  recordsAt(zone: Zone, name: string): Promise<RecordSet[]>;
  /** Creates a record or replaces all of it; returns the change's id. Repeated it does no harm. */
  upsertRecord(zone: Zone, record: SimpleRecord): Promise<string>;
  /**
   * Deletes a record that is exactly as given; returns the change's id.
   * @throws {AppError} aws_error with details[0].aws_error InvalidChangeBatch when it is not as given, or gone
   */
  deleteRecord(zone: Zone, record: SimpleRecord): Promise<string>;
  /** Whether every name server has the change. */
  isInSync(changeId: string): Promise<boolean>;
}

interface Dependencies {
  client: OpenClient;
  clock: Clock;
}

type Start = Pick<ListResourceRecordSetsCommandInput, 'StartRecordName' | 'StartRecordType' | 'StartRecordIdentifier'>;

export function createRoute53({ client, clock }: Dependencies): Route53 {
  const zones = createZones(client);

  /** From a name on, to the end of the zone or of what is wanted; the list is sorted by reversed labels, then type. */
  function list(zone: Zone, start?: Start, until?: (row: RecordSet) => boolean): Promise<RecordSet[]> {
    return translated('ListResourceRecordSets', async () => {
      const sdk = await client();
      const read = async (at: Start | undefined) => {
        const answer = await sdk.listResourceRecordSets({ HostedZoneId: zone.hosted_zone_id, ...at });
        const next = {
          StartRecordName: answer.NextRecordName,
          StartRecordType: answer.NextRecordType,
          StartRecordIdentifier: answer.NextRecordIdentifier,
        };
        const rows = answer.ResourceRecordSets?.map((row) => recordSet(row, zone.domain));
        return { rows, next: answer.IsTruncated ? next : undefined };
      };
      return allRows(read, start, until);
    });
  }

  function change(Action: 'UPSERT' | 'DELETE', zone: Zone, record: SimpleRecord): Promise<string> {
    const { name, type, ttl, values } = record;
    const ResourceRecords = values.map((value) => ({ Value: Action === 'UPSERT' ? wireValue(type, value) : value }));
    const ResourceRecordSet = { Name: `${name}.`, Type: type, TTL: ttl, ResourceRecords };
    return translated('ChangeResourceRecordSets', async () => {
      const { ChangeInfo } = await (await client()).changeResourceRecordSets({
        HostedZoneId: zone.hosted_zone_id,
        ChangeBatch: { Changes: [{ Action, ResourceRecordSet }] },
      });
      if (!ChangeInfo?.Id) throw new AppError('aws_error', 'AWS accepted a change without naming it.');
      return bareId(ChangeInfo.Id);
    });
  }

  return {
    zones: zones.all,
    zoneNamed: zones.named,
    findZone: zones.find,
    createZone: (domain, operationId) => createZone(domain, operationId, { client, zones, clock }),
    records: (zone) => list(zone),
    recordsAt: (zone, name) => list(zone, { StartRecordName: `${name}.` }, (row) => row.name !== name),
    upsertRecord: (zone, record) => change('UPSERT', zone, record),
    deleteRecord: (zone, record) => change('DELETE', zone, record),
    isInSync: (changeId) =>
      translated('GetChange', async () => {
        const { ChangeInfo } = await (await client()).getChange({ Id: changeId });
        return ChangeInfo?.Status === 'INSYNC';
      }),
  };
}
