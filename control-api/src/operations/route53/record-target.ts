import { fullName, recordNameProblem } from '../../lib/dns-name.ts';
import type { RecordType } from '../../lib/dns-value.ts';
import { AppError } from '../../lib/errors.ts';
import type { HostedZone, RecordSet } from '../../schemas/route53.ts';
import type { Route53, SimpleRecord } from '../../services/route53.ts';
import type { Target } from '../operation.ts';

/** What names a record in a call. */
export interface RecordNaming {
  domain?: string | undefined;
  hosted_zone_id?: string | undefined;
  name: string;
  type: RecordType;
}

/** The zone is locked: Route 53 takes one change of it after the other. */
export interface RecordTarget extends Target {
  zone: HostedZone;
  /** The record's full name. */
  name: string;
}

/**
 * The zone and the full name of a record.
 * @throws {AppError} zone_not_found, zone_ambiguous; invalid_request for a name that is outside of its zone
 */
export async function resolveRecord(route53: Pick<Route53, 'findZone'>, naming: RecordNaming): Promise<RecordTarget> {
  const zone = await route53.findZone(naming);
  const name = fullName(naming.name, zone.domain);
  const problem = name === undefined ? `is outside of the zone ${zone.domain}` : recordNameProblem(name);
  if (name === undefined || problem) throw wrong('/name', `${problem}`);
  return { key: `zone ${zone.hosted_zone_id}`, label: `zone ${zone.domain}`, zone, name };
}

/**
 * The record of a type among all of its name; undefined when there is none.
 * @throws {AppError} invalid_request for one that is shown, but not changed here
 */
export function simpleRecord(rows: readonly RecordSet[], type: RecordType, zone: HostedZone): SimpleRecord | undefined {
  const row = rows.find((one) => one.type === type);
  if (!row) return undefined;
  const { name, ttl, values } = row;
  if (row.changeable && ttl !== null) return { name, type, ttl, values };
  if (name === zone.domain && type === 'NS') {
    throw wrong('/type', 'is NS of the zone itself, which says who answers for it: Route 53 set it, and it stays', {
      hint: 'To have other name servers answer for the domain, set those at its registrar.',
    });
  }
  const kind = row.alias ? `an alias of ${row.alias.target}` : 'one of a routed set (weighted, latency, ...)';
  throw wrong('/name', `is ${kind}; such records are shown, but not changed here`, {
    hint: 'Change it in the console of AWS, or delete it there and repeat the call.',
  });
}

/** invalid_request for a field that only AWS's own state shows to be wrong. */
export function wrong(path: string, message: string, more: { hint?: string } = {}): AppError {
  return new AppError('invalid_request', `${path.slice(1)} ${message}.`, { ...more, details: [{ path, message }] });
}
