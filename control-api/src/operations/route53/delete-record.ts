import { fullName } from '../../lib/dns-name.ts';
import { sameValues } from '../../lib/dns-value.ts';
import { AppError } from '../../lib/errors.ts';
import type { DeleteRecordBody } from '../../schemas/route53.ts';
import type { Route53, SimpleRecord, Zone } from '../../services/route53.ts';
import { cloudPlan } from '../cloud-steps.ts';
import { requireConfirmation } from '../confirmation.ts';
import type { Context, Operation, Plan } from '../operation.ts';
import { awaitChange, type Change, type ChangeWatch, route53DeadlineS } from './change-wait.ts';
import { changed, told, unchanged, wouldBe } from './record-result.ts';
import { type RecordTarget, resolveRecord, simpleRecord, wrong } from './record-target.ts';

interface Dependencies extends ChangeWatch {
  route53: Route53;
}

/** Deletes a record as it is there; with `values` or `ttl` only when it has those. */
export function deleteRecordOperation(dependencies: Dependencies): Operation<DeleteRecordBody, RecordTarget> {
  const { route53 } = dependencies;
  return {
    name: 'record.delete',
    deadlineS: route53DeadlineS,
    async target(input) {
      const target = await resolveRecord(route53, input);
      const { name, zone } = target;
      const confirmed = input.confirm === undefined ? undefined : fullName(input.confirm, zone.domain);
      requireConfirmation(confirmed, name, `deletes ${name} ${input.type}`);
      return target;
    },
    async plan(input, context, target) {
      const rows = await route53.recordsAt(target.zone, target.name);
      const record = simpleRecord(rows, input.type, target.zone);
      if (!record) return planGone(input, target);
      refuseOther(record, input);
      return planDeletion(record, input.wait, target, context, dependencies);
    },
  };
}

function planGone({ type }: DeleteRecordBody, target: RecordTarget): Plan {
  const applied = unchanged(target, `${target.name} ${type}: is not there`, undefined);
  return cloudPlan({
    items: [{ name: `Delete ${type} ${target.name}`, settled: true, detail: 'it is not there' }],
    preview: applied,
    conclude: () => applied,
  });
}

function planDeletion(
  record: SimpleRecord,
  wait: boolean,
  target: RecordTarget,
  context: Context,
  { route53, clock, pollMs }: Dependencies,
): Plan {
  const { name, type, ttl, values } = record;
  const { zone } = target;
  const change: Change = { id: undefined, inSync: null };
  const items = [
    {
      name: `Delete ${type} ${name}`,
      effect: 'change' as const,
      action: { hosted_zone_id: zone.hosted_zone_id, name, type, ttl, values },
      async run() {
        change.id = await deleteOnce(record, zone, route53);
        if (change.id !== undefined) change.inSync = false;
        return { detail: `${change.id ? `change ${change.id}` : 'gone'}; before: ${told(record)}` };
      },
    },
    ...(wait ? [awaitChange(change, context, { route53, clock, pollMs })] : []),
  ];
  return cloudPlan({
    items,
    preview: wouldBe(target, `${name} ${type}: would be deleted; it is ${told(record)} now`, record),
    conclude: () =>
      changed({
        ...{ target, what: `${name} ${type}: deleted`, record: undefined, previous: record },
        ...{ change, oldTtl: ttl, clock },
      }),
  });
}

/**
 * The change's id; undefined when the record is gone, but the answer was lost: the SDK asks again then, and Route 53
 * refuses to delete what is gone.
 */
export async function deleteOnce(
  record: SimpleRecord,
  zone: Zone,
  route53: Pick<Route53, 'recordsAt' | 'deleteRecord'>,
): Promise<string | undefined> {
  try {
    return await route53.deleteRecord(zone, record);
  } catch (error) {
    const refused = error instanceof AppError && error.details?.[0]?.aws_error === 'InvalidChangeBatch';
    if (!refused) throw error;
    const rows = await route53.recordsAt(zone, record.name);
    if (rows.some(({ type }) => type === record.type)) throw error;
    return undefined;
  }
}

/** Values and TTL that the caller names guard against deleting what is not the record any more. */
function refuseOther({ type, ttl, values }: SimpleRecord, wish: DeleteRecordBody): void {
  if (wish.values && !sameValues(type, values, wish.values)) {
    throw wrong('/values', `are not those of the record, which are ${values.join(', ')}`);
  }
  if (wish.ttl !== undefined && wish.ttl !== ttl) throw wrong('/ttl', `is not that of the record, which is ${ttl}`);
}
