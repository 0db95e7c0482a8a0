import type { Clock } from '../lib/clock.ts';
import type { SimpleRecord } from '../services/route53.ts';
import type { Change } from './change-wait.ts';
import type { Applied } from './operation.ts';
import type { RecordTarget } from './record-target.ts';

interface Done {
  target: RecordTarget;
  /** What was done, for a person: `www.example.com A: deleted`. */
  what: string;
  /** The record as it is now; undefined when there is none. */
  record: SimpleRecord | undefined;
  previous: SimpleRecord | undefined;
  change: Change;
  /** Seconds that resolvers may keep what they were told before. */
  oldTtl: number;
  clock: Clock;
}

/** The answer after a change: what was before, and until when resolvers may still tell it. */
export function changed({ target, what, record, previous, change, oldTtl, clock }: Done): Applied {
  const until = new Date(clock.now().getTime() + oldTtl * 1000).toISOString();
  const sync = change.inSync
    ? 'every name server of Route 53 has it'
    : 'it is on its way to the name servers of Route 53';
  const old = previous ? 'give the old answer' : 'say that there is none';
  return {
    message: `${what}; ${sync}. Resolvers may still ${old} until ${until}.`,
    result: {
      ...named(target, record),
      previous: previous ? { ttl: previous.ttl, values: previous.values } : null,
      change_id: change.id ?? null,
      in_sync: change.inSync,
      old_answer_until: until,
    },
  };
}

/** The answer when nothing was to be done. */
export function unchanged(target: RecordTarget, what: string, record: SimpleRecord | undefined): Applied {
  const previous = record ? { ttl: record.ttl, values: record.values } : null;
  return {
    message: `${what}, nothing was changed.`,
    result: { ...named(target, record), previous, change_id: null, in_sync: null, old_answer_until: null },
  };
}

/** The answer of a dry run. */
export function wouldBe(target: RecordTarget, what: string, previous: SimpleRecord | undefined): Applied {
  return {
    message: `${what}.`,
    result: {
      ...named(target, previous),
      previous: previous ? { ttl: previous.ttl, values: previous.values } : null,
    },
  };
}

/** `203.0.113.7 (TTL 300 s)`; long values are cut. */
export function told({ ttl, values }: Pick<SimpleRecord, 'ttl' | 'values'>): string {
  const all = values.join(', ');
  return `${all.length > 200 ? `${all.slice(0, 200)}...` : all} (TTL ${ttl} s)`;
}

function named({ zone }: RecordTarget, record: SimpleRecord | undefined) {
  const { hosted_zone_id, domain } = zone;
  return { hosted_zone_id, domain, record: record ?? null };
}
