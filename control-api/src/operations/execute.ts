import { canonicalJson, sha256 } from '../lib/canonical.ts';
import type { Clock } from '../lib/clock.ts';
import { AppError, FactsMoved } from '../lib/errors.ts';
import { redactor, secretsIn } from '../lib/secret.ts';
import type { OperationView } from '../schemas/operation.ts';
import type { Journal, Ending as JournalEnding, LockHolder } from '../services/journal.ts';
import { type Ending, failureView, isInterruption, planDifference } from './endings.ts';
import {
  type Applied,
  type Context,
  locksOf,
  type Operation,
  type Plan,
  type StartOptions,
  type Target,
} from './operation.ts';
import { createReport, type JournalReport } from './report.ts';
import type { RunContext } from './run-context.ts';

/** An operation as it was called, its target known. */
export interface Call<Input, T extends Target> {
  operation: Operation<Input, T>;
  input: Input;
  options: StartOptions;
  target: T;
  fingerprint: string;
}

interface Dependencies {
  journal: Journal;
  clock: Clock;
  hmacKey: Buffer;
  /** Told of errors that are no AppError: defects of ours. */
  onDefect(error: unknown): void;
  /** Takes an end that the journal could not take. */
  owe(ending: JournalEnding): void;
}

/** How often a plan is made anew because the host moved between its reading and its lock. */
const MAX_PLANS = 3;

/** Runs an operation that has its row and its lock, writes its end, and returns it. Never rejects. */
export async function execute<Input, T extends Target>(
  call: Call<Input, T>,
  context: RunContext,
  dependencies: Dependencies,
): Promise<OperationView> {
  const redact = redactor(secretsIn([call.input, call.target]));
  const report = createReport(context.operationId, dependencies.journal, redact, context.controller);
  let ending: Ending;
  try {
    const applied = await planAndApply(call, context, report, dependencies);
    await report.written();
    ending = { status: 'succeeded', ...applied, changed: report.changed(), error: null };
  } catch (error) {
    const cause = context.signal.aborted ? context.signal.reason : error;
    if (!(cause instanceof AppError || cause instanceof FactsMoved)) dependencies.onDefect(cause);
    report.giveUp(cause);
    await report.written().catch(() => {});
    const failure = failureView(cause, redact);
    const status = isInterruption(cause) ? 'interrupted' : 'failed';
    ending = { status, message: failure.message, changed: report.changed(), error: failure, result: null };
  }
  return settle(ending, call, context, report, dependencies);
}

async function planAndApply<Input, T extends Target>(
  { operation, input, options, target }: Call<Input, T>,
  context: Context,
  report: JournalReport,
  { journal, hmacKey }: Dependencies,
): Promise<Applied> {
  const holder = () => journal.holder(locksOf(target));
  for (let attempt = 1; ; attempt++) {
    const before = options.dryRun ? await holder() : undefined;
    const plan = await operation.plan(input, context, target);
    const planHash = hashPlan(operation.name, target, plan, hmacKey);
    await journal.planned(context.operationId, planHash);
    report.planned(plan.steps, options.dryRun);
    await report.written();
    if (options.ifMatch !== undefined && options.ifMatch !== planHash) {
      throw planDifference(options.ifMatch, await journal.withPlan(options.ifMatch), plan);
    }
    context.signal.throwIfAborted();
    if (options.dryRun) return meanwhile(plan.preview, before ?? (await holder()));
    try {
      return await plan.apply(report);
    } catch (error) {
      if (!(error instanceof FactsMoved) || attempt === MAX_PLANS) throw error;
      report.planAnew();
    }
  }
}

/** A dry run waits for nobody, so what it read may be halfway between before and after. */
function meanwhile(preview: Applied, holder: LockHolder | undefined): Applied {
  if (!holder) return preview;
  const { id, operation, actor, started_at: since } = holder;
  const running = `${operation} (${id}) by ${actor} is running on this target since ${since}`;
  return { ...preview, message: `${preview.message} Warning: ${running}: this plan may be out of date.` };
}

function hashPlan(name: string, target: Target, plan: Plan, hmacKey: Buffer): string {
  return sha256(canonicalJson({ operation: name, target: target.key, steps: plan.hashed }, hmacKey));
}

/**
 * Writes the end. Should the journal fail now, the caller still learns what was done, and the end is owed: it is written
 * before the next operation begins, or the row is settled when the journal is opened again.
 */
async function settle<Input, T extends Target>(
  ending: Ending,
  { operation, target, options }: Call<Input, T>,
  { operationId: id, startedAt, deadlineAt }: RunContext,
  report: JournalReport,
  { journal, clock, owe }: Dependencies,
): Promise<OperationView> {
  const endedAt = clock.now();
  let told = ending;
  try {
    await journal.end(id, { ...ending, endedAt });
    const view = await journal.get(id);
    if (view) return view;
  } catch (error) {
    owe({ ...ending, endedAt });
    told = { ...ending, status: 'failed', error: ending.error ?? failureView(error, (text) => text) };
  }
  return {
    id,
    operation: operation.name,
    target: target.label,
    ...told,
    dry_run: options.dryRun,
    actor: options.actor,
    reason: options.reason ?? null,
    started_at: startedAt.toISOString(),
    ended_at: endedAt.toISOString(),
    deadline_at: deadlineAt.toISOString(),
    plan_hash: null,
    steps: report.steps(),
  };
}
