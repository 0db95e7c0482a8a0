import { randomInt } from 'node:crypto';

export interface AliasTarget {
  hostedZoneId: string;
  dnsName: string;
  evaluateTargetHealth: boolean;
}

/** How a routed record set is told from the others of its name and type, beside its set identifier. */
export interface Routing {
  weight?: number | undefined;
  region?: string | undefined;
  failover?: string | undefined;
  multiValueAnswer?: boolean | undefined;
}

export interface RecordRow {
  /** Absolute, lower case, escaped. */
  name: string;
  type: string;
  setIdentifier?: string | undefined;
  routing?: Routing | undefined;
  /** Both, or an alias. */
  ttl?: number | undefined;
  values: string[];
  alias?: AliasTarget | undefined;
}

export interface ZoneRow {
  id: string;
  /** Absolute, lower case, escaped. */
  name: string;
  callerReference: string;
  comment?: string | undefined;
  private: boolean;
  /** Without final dot. */
  nameServers: string[];
  records: RecordRow[];
}

export interface ChangeRow {
  id: string;
  /** Milliseconds since the epoch. */
  submittedAt: number;
  comment?: string | undefined;
}

/** All that Route 53 knows, as plain JSON. */
export interface Route53State {
  zones: ZoneRow[];
  changes: ChangeRow[];
  /** Those of deleted zones too: a reference is spent for good. */
  callerReferences: string[];
}

export function emptyRoute53State(): Route53State {
  return { zones: [], changes: [], callerReferences: [] };
}

/** `Z0123456789ABCDEFGHIJ`, or `C...` for a change. */
export function newId(letter: 'Z' | 'C'): string {
  const characters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
  return letter + Array.from({ length: 20 }, () => characters[randomInt(characters.length)]).join('');
}

/** A change that begins now. */
export function submit(state: Route53State, comment?: string): ChangeRow {
  const change = { id: newId('C'), submittedAt: Date.now(), comment };
  state.changes.push(change);
  return change;
}
