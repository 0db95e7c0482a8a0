import { invalidChangeBatch, invalidInput } from './errors.ts';
import type { ChangeInput } from './inputs.ts';
import type { RecordRow, ZoneRow } from './models.ts';
import { absoluteName, compare, isInZone, isName, sortKey } from './names.ts';
import { valueProblems } from './values.ts';

/** Of one request; an UPSERT counts twice. */
const limits = { records: 1000, characters: 32_000 };

/**
 * The records of a zone after a batch of changes, all of them or none. Throws InvalidChangeBatch with every problem, and
 * InvalidInput for a change that is none.
 */
export function applyBatch(zone: ZoneRow, changes: readonly ChangeInput[]): RecordRow[] {
  const wanted = changes.map(({ Action, ResourceRecordSet }) => ({
    action: Action,
    row: rowOf(ResourceRecordSet, Action),
  }));
  const tooMuch = overLimit(wanted);
  if (tooMuch) throw invalidChangeBatch([tooMuch]);
  let records = zone.records;
  const problems: string[] = [];
  for (const { action, row } of wanted) {
    const found = problemsOf(action, row, records, zone);
    problems.push(...found);
    if (found.length > 0) continue;
    const others = records.filter((one) => !isSame(one, row));
    records = action === 'DELETE' ? others : [...others, row];
  }
  if (problems.length === 0) problems.push(...missingAtApex(records, zone));
  if (problems.length > 0) throw invalidChangeBatch(problems);
  return records.toSorted(compareRecords);
}

/** By reversed labels, then type, then set identifier. */
export function compareRecords(a: RecordRow, b: RecordRow): number {
  return (
    compare(sortKey(a.name), sortKey(b.name)) ||
    compare(a.type, b.type) ||
    compare(a.setIdentifier ?? '', b.setIdentifier ?? '')
  );
}

function rowOf(set: ChangeInput['ResourceRecordSet'], action: string): RecordRow {
  const { Name, Type, SetIdentifier, TTL, ResourceRecords, AliasTarget } = set;
  const simple = TTL !== undefined && ResourceRecords !== undefined;
  if (simple === (AliasTarget !== undefined)) {
    throw invalidInput(
      `Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId], but found ${simple ? 'more than one' : 'none'} in Change with [Action=${action}, Name=${Name}, Type=${Type}, SetIdentifier=${SetIdentifier ?? null}]`,
    );
  }
  const { Weight: weight, Region: region, Failover: failover, MultiValueAnswer: multiValueAnswer } = set;
  return {
    name: absoluteName(Name),
    type: Type,
    setIdentifier: SetIdentifier,
    routing: SetIdentifier === undefined ? undefined : { weight, region, failover, multiValueAnswer },
    ttl: TTL,
    values: ResourceRecords?.ResourceRecord.map(({ Value }) => Value) ?? [],
    alias: AliasTarget && {
      hostedZoneId: AliasTarget.HostedZoneId,
      dnsName: absoluteName(AliasTarget.DNSName),
      evaluateTargetHealth: AliasTarget.EvaluateTargetHealth,
    },
  };
}

function overLimit(wanted: readonly { action: string; row: RecordRow }[]): string | undefined {
  const sum = (count: (values: string[]) => number) =>
    wanted.reduce((total, { action, row }) => total + count(row.values) * (action === 'UPSERT' ? 2 : 1), 0);
  if (sum((values) => values.length) > limits.records) return `Number of records limit of ${limits.records} exceeded.`;
  if (sum((values) => values.join('').length) > limits.characters) {
    return `Number of characters limit of ${limits.characters} exceeded.`;
  }
  return undefined;
}

function problemsOf(action: string, row: RecordRow, records: readonly RecordRow[], zone: ZoneRow): string[] {
  const current = records.find((one) => isSame(one, row));
  if (action === 'DELETE') return deletionProblem(row, current);
  const { name, type } = row;
  const at = `RRSet of type ${type} with DNS name ${name} is not permitted`;
  if (!isName(name)) return [`FATAL problem: DomainLabelNotValid encountered with '${name}'`];
  if (!isInZone(name, zone.name)) return [`RRSet with DNS name ${name} is not permitted in zone ${zone.name}`];
  if (action === 'CREATE' && current) return [`Tried to create resource record set ${told(row)} but it already exists`];
  if (type === 'CNAME' && name === zone.name) return [`${at} at apex in zone ${zone.name}`];
  const others = records.filter((one) => one.name === name && !isSame(one, row));
  if (type === 'CNAME' && others.some((one) => one.type !== 'CNAME')) {
    return [`${at} as it conflicts with other records with the same DNS name in zone ${zone.name}`];
  }
  if (type !== 'CNAME' && others.some((one) => one.type === 'CNAME')) {
    return [
      `${at} because a conflicting RRSet of type  CNAME with the same DNS name already exists in zone ${zone.name}`,
    ];
  }
  if (
    others.some((one) => one.type === type && (one.setIdentifier === undefined) !== (row.setIdentifier === undefined))
  ) {
    return [`RRSet with DNS name ${name}, type ${type} cannot be created beside RRSets of another routing policy`];
  }
  if (type === 'CNAME' && row.values.length > 1) return [`${at} with more than one value`];
  return valueProblems(type, row.values);
}

function deletionProblem(row: RecordRow, current: RecordRow | undefined): string[] {
  const tried = `Tried to delete resource record set ${told(row)}`;
  if (!current) return [`${tried} but it was not found`];
  return exact(row) === exact(current) ? [] : [`${tried} but the values provided do not match the current values`];
}

/** TTL, values in any order, and alias; routing may be left out. */
function exact({ ttl, values, alias }: RecordRow): string {
  return JSON.stringify([ttl, values.toSorted(), alias]);
}

function isSame(a: RecordRow, b: RecordRow): boolean {
  return a.name === b.name && a.type === b.type && a.setIdentifier === b.setIdentifier;
}

function told({ name, type, setIdentifier }: RecordRow): string {
  const identifier = setIdentifier === undefined ? '' : `, set-identifier='${setIdentifier}'`;
  return `[name='${name}', type='${type}'${identifier}]`;
}

function missingAtApex(records: readonly RecordRow[], { name }: ZoneRow): string[] {
  const has = (type: string) => records.some((row) => row.name === name && row.type === type);
  return [
    ...(has('SOA') ? [] : ['A HostedZone must contain exactly one SOA record.']),
    ...(has('NS') ? [] : ['A HostedZone must contain at least one NS record for the zone itself.']),
  ];
}
