import { sameValues, wireValue } from '../lib/dns-value.ts';
import type { RecordSet, UpsertRecordBody } from '../schemas/route53.ts';
import type { Route53, SimpleRecord } from '../services/route53.ts';
import { awaitChange, type Change, type ChangeWatch, route53DeadlineS } from './change-wait.ts';
import { type CloudItem, cloudPlan } from './cloud-steps.ts';
import type { Context, Operation, Plan } from './operation.ts';
import { changed, told, unchanged, wouldBe } from './record-result.ts';
import { type RecordTarget, resolveRecord, simpleRecord, wrong } from './record-target.ts';

interface Dependencies extends ChangeWatch {
  route53: Route53;
}

/** Seconds above which a TTL is warned of: a mistake would stay with resolvers for longer than a week. */
const longTtl = 604_800;

/** Sets all values and the TTL of a record; asks Route 53 for nothing when they are so already. */
export function upsertRecordOperation(dependencies: Dependencies): Operation<UpsertRecordBody, RecordTarget> {
  const { route53 } = dependencies;
  return {
    name: 'record.upsert',
    deadlineS: route53DeadlineS,
    target: (input) => resolveRecord(route53, input),
    async plan({ type, ttl, values, wait }, context, target) {
      const { zone, name } = target;
      const rows = await route53.recordsAt(zone, name);
      refuseCname(rows, type, target);
      const previous = simpleRecord(rows, type, zone);
      const wish = { name, type, ttl, values: values.map((value) => wireValue(type, value)) };
      if (previous && previous.ttl === ttl && sameValues(type, previous.values, values)) {
        return planSettled(previous, target);
      }
      const oldTtl = previous?.ttl ?? (await negativeTtl(route53, target));
      return planChange({ wish, previous, oldTtl, wait, target }, context, dependencies);
    },
  };
}

function planSettled(record: SimpleRecord, target: RecordTarget): Plan {
  const applied = unchanged(target, `${label(record)}: is ${told(record)} already`, record);
  return cloudPlan({
    items: [{ name: `Set ${record.type} ${record.name}`, settled: true, detail: told(record) }, ...warnings(record)],
    preview: applied,
    conclude: () => applied,
  });
}

interface Wish {
  wish: SimpleRecord;
  previous: SimpleRecord | undefined;
  oldTtl: number;
  wait: boolean;
  target: RecordTarget;
}

function planChange(
  { wish, previous, oldTtl, wait, target }: Wish,
  context: Context,
  { route53, clock, pollMs }: Dependencies,
): Plan {
  const { name, type, ttl, values } = wish;
  const change: Change = { id: undefined, inSync: null };
  const set: CloudItem = {
    name: `Set ${type} ${name}`,
    effect: 'change',
    action: { hosted_zone_id: target.zone.hosted_zone_id, name, type, ttl, values, was: previous && told(previous) },
    async run() {
      change.id = await route53.upsertRecord(target.zone, wish);
      change.inSync = false;
      return { detail: `change ${change.id}; before: ${previous ? told(previous) : 'none'}` };
    },
  };
  const now = previous ? `it is ${told(previous)}` : 'there is none';
  return cloudPlan({
    items: [...warnings(wish), set, ...(wait ? [awaitChange(change, context, { route53, clock, pollMs })] : [])],
    preview: wouldBe(target, `${label(wish)}: would be set to ${told(wish)}; ${now} now`, previous),
    conclude: () =>
      changed({ target, what: `${label(wish)}: set to ${told(wish)}`, record: wish, previous, change, oldTtl, clock }),
  });
}

/** RFC 1034: a CNAME stands alone at its name, and the name of a zone always has SOA and NS. */
function refuseCname(rows: readonly RecordSet[], type: string, { zone, name }: RecordTarget): void {
  if (type === 'CNAME' && name === zone.domain) {
    throw wrong('/type', `is CNAME, which the name of a zone (${name}) cannot have`, {
      hint: 'Set A and AAAA there, with the addresses of the host; CNAME is for names below it, such as www.',
    });
  }
  const others = rows.filter((row) => (type === 'CNAME') !== (row.type === 'CNAME')).map((row) => row.type);
  if (others.length === 0) return;
  const there = [...new Set(others)].join(', ');
  throw wrong('/type', `is ${type}, but ${name} has ${there}: a CNAME is the only record of its name`, {
    hint: `POST /aws/route53/delete-record with "type": "${others[0]}" first, then repeat the call.`,
  });
}

/** Seconds that resolvers remember that there is no record (RFC 2308): the lesser of the SOA's TTL and its last number. */
async function negativeTtl(route53: Route53, { zone }: RecordTarget): Promise<number> {
  const rows = await route53.recordsAt(zone, zone.domain);
  const soa = rows.find(({ type }) => type === 'SOA');
  const minimum = Number(soa?.values[0]?.trim().split(/\s+/).at(-1));
  return Math.min(soa?.ttl ?? 900, Number.isFinite(minimum) ? minimum : 900);
}

function warnings({ ttl }: SimpleRecord): CloudItem[] {
  if (ttl <= longTtl) return [];
  const days = Math.round(ttl / 86_400);
  return [{ name: 'Warning', settled: true, detail: `TTL ${ttl} s: a mistake would stay for ${days} days` }];
}

function label({ name, type }: SimpleRecord): string {
  return `${name} ${type}`;
}
