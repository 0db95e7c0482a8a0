import { randomInt } from 'node:crypto';
import {
  hostedZoneAlreadyExists,
  hostedZoneNotEmpty,
  invalidDomainName,
  noSuchHostedZone,
  tooManyHostedZones,
} from './errors.ts';
import type { CreateHostedZoneInput } from './inputs.ts';
import { newId, type RecordRow, type Route53State, type ZoneRow } from './models.ts';
import { absoluteName, compare, isName, sortKey } from './names.ts';

/** Of an account, unless AWS raises it. */
const zoneLimit = 500;

/** The hosted zones of the one account that there is. */
export function createZones(state: Route53State) {
  function get(id: string): ZoneRow {
    const zone = state.zones.find((one) => one.id === id);
    if (!zone) throw noSuchHostedZone(id);
    return zone;
  }

  return {
    get,
    /** By name, and zones of one name by id. */
    sorted: (): ZoneRow[] =>
      state.zones.toSorted((a, b) => compare(sortKey(a.name), sortKey(b.name)) || compare(a.id, b.id)),
    /** Several zones may have one name; a caller reference is taken once. */
    create({ Name, CallerReference, HostedZoneConfig, VPC }: CreateHostedZoneInput): ZoneRow {
      const name = absoluteName(Name);
      if (!isName(name) || /[^!-~]/.test(Name)) throw invalidDomainName(Name);
      if (state.callerReferences.includes(CallerReference)) throw hostedZoneAlreadyExists();
      if (state.zones.length >= zoneLimit) throw tooManyHostedZones();
      const nameServers = fourServers();
      const zone: ZoneRow = {
        id: newId('Z'),
        name,
        callerReference: CallerReference,
        comment: HostedZoneConfig?.Comment,
        private: VPC !== undefined,
        nameServers,
        records: firstRecords(name, nameServers),
      };
      state.zones.push(zone);
      state.callerReferences.push(CallerReference);
      return zone;
    },
    /** Throws HostedZoneNotEmpty when it has more than the records that it began with. */
    remove(id: string): void {
      const zone = get(id);
      if (zone.records.some(({ name, type }) => name !== zone.name || !['NS', 'SOA'].includes(type))) {
        throw hostedZoneNotEmpty();
      }
      state.zones = state.zones.filter((one) => one !== zone);
    },
  };
}

/** One under each of four endings, so that none of them failing takes a zone away. */
function fourServers(): string[] {
  return ['com', 'net', 'org', 'co.uk'].map((ending, index) => {
    const number = index * 512 + randomInt(512);
    return `ns-${number}.awsdns-${String(number % 64).padStart(2, '0')}.${ending}`;
  });
}

function firstRecords(name: string, servers: readonly string[]): RecordRow[] {
  const soa = `${servers[0]}. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400`;
  return [
    { name, type: 'NS', ttl: 172_800, values: servers.map((server) => `${server}.`) },
    { name, type: 'SOA', ttl: 900, values: [soa] },
  ];
}
