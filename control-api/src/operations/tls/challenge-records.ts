import { wireValue } from '../../lib/dns-value.ts';
import { AppError } from '../../lib/errors.ts';
import type { RecordSet } from '../../schemas/route53.ts';
import type { ChallengeBook, ChallengeRecord } from '../../services/challenge-book.ts';
import type { Route53, Zone } from '../../services/route53.ts';
import { deleteOnce } from '../route53/delete-record.ts';

/** Seconds; nobody is to remember a proof, but for the name servers that are asked for it. */
const TTL = 60;

type Records = Pick<Route53, 'recordsAt' | 'upsertRecord' | 'deleteRecord'>;

/** A TXT record that may be set beside what is there. */
export interface Place {
  zone: Zone;
  /** `_acme-challenge.example.com` */
  name: string;
}

/** What keeps a TXT record from being set at a name; undefined when nothing does. */
export function placeProblem(rows: readonly RecordSet[]): string | undefined {
  if (rows.some(({ type }) => type === 'CNAME')) return 'is a CNAME, beside which no TXT can stand';
  const kept = rows.some(({ type, changeable }) => type === 'TXT' && !changeable);
  return kept ? 'is an alias or a routed record, which is not changed here' : undefined;
}

/** What is to be set at a place to prove names. */
export function challengeRecord({ zone, name }: Place, proofs: readonly string[]): ChallengeRecord {
  const values = proofs.map((proof) => wireValue('TXT', proof));
  return { hosted_zone_id: zone.hosted_zone_id, domain: zone.domain, name, values };
}

/** Adds its values to those that are there, once that is noted; returns the change's id. */
export async function placeChallenge(record: ChallengeRecord, route53: Records, book: ChallengeBook): Promise<string> {
  await book.note(record);
  const { name } = record;
  const { ttl, values } = await textAt(record, route53);
  const all = [...new Set([...values, ...record.values])];
  return route53.upsertRecord(record, { name, type: 'TXT', ttl, values: all });
}

/** Takes values out of the record again, and leaves what others have there. False when they are gone already. */
export async function removeChallenge(
  record: ChallengeRecord,
  route53: Records,
  book: ChallengeBook,
): Promise<boolean> {
  const removed = await takeOut(record, route53).catch((error) => {
    // With its zone the record is gone too.
    if (error instanceof AppError && error.code === 'zone_not_found') return false;
    throw error;
  });
  await book.strike(record);
  return removed;
}

async function takeOut(record: ChallengeRecord, route53: Records): Promise<boolean> {
  const { name } = record;
  const { ttl, values } = await textAt(record, route53);
  const kept = values.filter((value) => !record.values.includes(value));
  if (kept.length === values.length) return false;
  const text = { name, type: 'TXT' as const, ttl };
  if (kept.length > 0) await route53.upsertRecord(record, { ...text, values: kept });
  else await deleteOnce({ ...text, values }, record, route53);
  return true;
}

async function textAt(record: ChallengeRecord, { recordsAt }: Records): Promise<{ ttl: number; values: string[] }> {
  const rows = await recordsAt(record, record.name);
  const row = rows.find(({ type }) => type === 'TXT');
  return { ttl: row?.ttl ?? TTL, values: row?.values ?? [] };
}
