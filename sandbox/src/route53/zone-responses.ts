import { invalidInput } from './errors.ts';
import { createHostedZoneRequest, take } from './inputs.ts';
import { submit } from './models.ts';
import { absoluteName, compare, sortKey } from './names.ts';
import { pageSize } from './paging.ts';
import { changeInfo, delegationSet, hostedZone } from './render.ts';
import type { Asked, Response, Route53Options } from './responses.ts';
import { readXml } from './xml.ts';
import { createZones } from './zones.ts';

/** The answers about zones. */
export function zoneResponses({ state, settings, changed }: Route53Options) {
  const zones = createZones(state);
  return {
    CreateHostedZone({ body }: Asked): Response {
      const zone = zones.create(take(createHostedZoneRequest, readXml(body, 'CreateHostedZoneRequest')));
      const ChangeInfo = changeInfo(submit(state), false);
      changed();
      const location = `https://route53.amazonaws.com/2013-04-01/hostedzone/${zone.id}`;
      const DelegationSet = zone.private ? undefined : delegationSet(zone);
      const content = { HostedZone: hostedZone(zone), ChangeInfo, DelegationSet };
      return { status: 201, location, root: 'CreateHostedZoneResponse', content };
    },
    GetHostedZone({ id }: Asked): Response {
      const zone = zones.get(id);
      const DelegationSet = zone.private ? undefined : delegationSet(zone);
      return { root: 'GetHostedZoneResponse', content: { HostedZone: hostedZone(zone), DelegationSet } };
    },
    DeleteHostedZone({ id }: Asked): Response {
      zones.remove(id);
      const ChangeInfo = changeInfo(submit(state), false);
      changed();
      return { root: 'DeleteHostedZoneResponse', content: { ChangeInfo } };
    },
    ListHostedZones({ query }: Asked): Response {
      const size = pageSize(query, 100, settings);
      const marker = query.get('marker');
      const start = marker === null ? 0 : state.zones.findIndex(({ id }) => id === marker);
      if (start < 0) throw invalidInput(`Invalid parameter : marker ${marker}`);
      const next = state.zones[start + size];
      const content = {
        HostedZones: { HostedZone: state.zones.slice(start, start + size).map(hostedZone) },
        ...{ Marker: marker ?? undefined, IsTruncated: next !== undefined, NextMarker: next?.id, MaxItems: size },
      };
      return { root: 'ListHostedZonesResponse', content };
    },
    /** From a name on, not only of that name. */
    ListHostedZonesByName({ query }: Asked): Response {
      const size = pageSize(query, 100, settings);
      const [name, id] = [query.get('dnsname'), query.get('hostedzoneid')];
      if (id !== null && name === null) throw invalidInput('Invalid parameter : hostedzoneid without dnsname');
      const first = name === null ? '' : sortKey(absoluteName(name));
      const rows = zones.sorted().filter((zone) => {
        const order = compare(sortKey(zone.name), first);
        return order > 0 || (order === 0 && (id === null || zone.id >= id));
      });
      const next = rows[size];
      const content = {
        HostedZones: { HostedZone: rows.slice(0, size).map(hostedZone) },
        ...{ DNSName: name ?? undefined, HostedZoneId: id ?? undefined, IsTruncated: next !== undefined },
        ...{ NextDNSName: next?.name, NextHostedZoneId: next?.id, MaxItems: size },
      };
      return { root: 'ListHostedZonesByNameResponse', content };
    },
  };
}
