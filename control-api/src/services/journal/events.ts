import type { Kysely } from 'kysely';
import type { OperationEvent, OperationView, StepView } from '../../schemas/operation.ts';
import type { Tables } from './database.ts';

/** Writes an event under the operation's next number. */
export async function insertEvent(
  db: Kysely<Tables>,
  id: string,
  type: OperationEvent['type'],
  data: Record<string, unknown>,
  at: Date,
): Promise<OperationEvent> {
  const { seq } = await db
    .insertInto('events')
    .values((eb) => ({
      operation_id: id,
      seq: eb
        .selectFrom('events')
        .select((inner) => inner(inner.fn.coalesce(inner.fn.max('seq'), inner.lit(0)), '+', 1).as('next'))
        .where('operation_id', '=', id),
      type,
      data: JSON.stringify(data),
      at: at.toISOString(),
    }))
    .returning('seq')
    .executeTakeFirstOrThrow();
  return { seq, type, data };
}

/** The operation's events behind `afterSeq`, in order. */
export async function readEvents(db: Kysely<Tables>, id: string, afterSeq: number): Promise<OperationEvent[]> {
  const rows = await db
    .selectFrom('events')
    .select(['seq', 'type', 'data'])
    .where('operation_id', '=', id)
    .where('seq', '>', afterSeq)
    .orderBy('seq')
    .execute();
  return rows.map(({ seq, type, data }) => ({ seq, type, data: JSON.parse(data) }));
}

/** An operation as it is shown: its row, and its steps as its events tell them. */
export async function view(db: Kysely<Tables>, row: Tables['operations']): Promise<OperationView> {
  const { fingerprint: _, ...shown } = row;
  const rows = await db
    .selectFrom('events')
    .select('data')
    .where('operation_id', '=', row.id)
    .where('type', '=', 'step')
    .orderBy('seq')
    .execute();
  return {
    ...shown,
    changed: row.changed === 1,
    dry_run: row.dry_run === 1,
    steps: foldSteps(
      rows.map(({ data }) => JSON.parse(data)),
      row.status === 'running',
    ),
    error: row.error && JSON.parse(row.error),
    result: row.result && JSON.parse(row.result),
  };
}

/**
 * Later rows about a step replace earlier ones: what was `running` becomes what came of it, and `unknown` where its
 * operation ended before that was told. Only the rows of the last plan count, should it have been made anew.
 */
function foldSteps(rows: (StepView & { step: number; plan?: number })[], running: boolean): StepView[] {
  const last = rows.at(-1)?.plan;
  const steps: StepView[] = [];
  for (const { step, plan, ...shown } of rows) {
    if (plan === last) steps[step] = { ...steps[step], ...shown };
  }
  return steps.filter(Boolean).map((step) => {
    return running || step.outcome !== 'running' ? step : { ...step, outcome: 'unknown' };
  });
}
