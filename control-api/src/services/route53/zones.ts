import { andAbove, normalName } from '../../lib/dns-name.ts';
import { AppError } from '../../lib/errors.ts';
import type { HostedZone } from '../../schemas/route53.ts';
import type { OpenClient } from './client.ts';
import { translated } from './failures.ts';
import { allRows } from './pages.ts';
import { hostedZone, type ZoneRow, zoneRow } from './views.ts';

/** How a call names a zone: by id, by name, or by no more than a record's full name. */
export interface ZoneNaming {
  domain?: string | undefined;
  hosted_zone_id?: string | undefined;
  name?: string | undefined;
}

export type Zones = ReturnType<typeof createZones>;

/** Finds public hosted zones. Private ones are not ours: they are looked past, and named by id they are not found. */
export function createZones(client: OpenClient) {
  /** @throws {AppError} zone_not_found */
  async function byId(id: string): Promise<HostedZone> {
    return translated('GetHostedZone', async () => {
      const answer = await (await client()).getHostedZone({ Id: id });
      const row = answer.HostedZone && zoneRow(answer.HostedZone);
      if (!row || row.private) {
        throw new AppError('zone_not_found', `${id} is a private hosted zone; only public ones are served here.`);
      }
      return hostedZone(row, answer.DelegationSet);
    });
  }

  /** The list starts at a name and does not end with it. */
  function rowsNamed(domain: string): Promise<ZoneRow[]> {
    return translated('ListHostedZonesByName', async () => {
      const sdk = await client();
      const read = async (start: { DNSName: string; HostedZoneId?: string } | undefined) => {
        const page = await sdk.listHostedZonesByName(start ?? {});
        const next = { DNSName: page.NextDNSName ?? '', HostedZoneId: page.NextHostedZoneId ?? '' };
        return { rows: page.HostedZones?.map(zoneRow), next: page.IsTruncated ? next : undefined };
      };
      const rows = await allRows(read, { DNSName: domain }, (row) => row.domain !== domain);
      return rows.filter((row) => !row.private);
    });
  }

  /** @throws {AppError} zone_ambiguous */
  async function named(domain: string): Promise<HostedZone | undefined> {
    const zones = await withServers(await rowsNamed(domain));
    if (zones.length > 1) throw ambiguous(domain, zones);
    return zones[0];
  }

  /** One that is deleted meanwhile is left out. */
  async function withServers(rows: readonly ZoneRow[]): Promise<HostedZone[]> {
    const zones: HostedZone[] = [];
    // One after the other: Route 53 takes ten calls a second from an account.
    for (const { hosted_zone_id } of rows) {
      const zone = await byId(hosted_zone_id).catch((error) => {
        if (error instanceof AppError && error.code === 'zone_not_found') return undefined;
        throw error;
      });
      if (zone) zones.push(zone);
    }
    return zones;
  }

  async function all(): Promise<HostedZone[]> {
    const rows = await translated('ListHostedZones', async () => {
      const sdk = await client();
      return allRows(async (Marker: string | undefined) => {
        const { HostedZones, IsTruncated, NextMarker } = await sdk.listHostedZones({ Marker });
        return { rows: HostedZones?.map(zoneRow), next: IsTruncated ? NextMarker : undefined };
      });
    });
    return withServers(rows.filter((row) => !row.private));
  }

  /**
   * The one zone that a call means. A name that is given alone is looked for label by label, from the longest on.
   * @throws {AppError} zone_not_found; zone_ambiguous with the zones of that name; invalid_request when id and name disagree
   */
  async function find({ domain, hosted_zone_id, name = '' }: ZoneNaming): Promise<HostedZone> {
    if (hosted_zone_id !== undefined) {
      const zone = await byId(hosted_zone_id);
      if (domain === undefined || domain === zone.domain) return zone;
      const message = `is ${domain}, but hosted_zone_id is the zone of ${zone.domain}`;
      throw new AppError('invalid_request', `domain ${message}.`, { details: [{ path: '/domain', message }] });
    }
    const candidates = domain === undefined ? andAbove(name) : [domain];
    for (const candidate of candidates) {
      const zone = await named(candidate);
      if (zone) return zone;
    }
    const looked = domain ?? `${normalName(name)}, nor for a name above it`;
    throw new AppError('zone_not_found', `There is no public hosted zone for ${looked}.`, {
      hint: 'POST /aws/route53/create-hosted-zone makes one; GET /aws/route53/hosted-zones lists what there is.',
    });
  }

  return { all, byId, named, rowsNamed, find };
}

/** 409 with every zone of the name, as the operator needs them to choose. */
function ambiguous(domain: string, zones: readonly HostedZone[]): AppError {
  return new AppError('zone_ambiguous', `${zones.length} public hosted zones are named ${domain}.`, {
    details: zones.map((zone) => ({
      path: '/hosted_zone_id',
      message: `${zone.hosted_zone_id}: ${zone.records ?? '?'} records, name servers ${zone.name_servers.join(', ')}`,
      ...zone,
    })),
  });
}
