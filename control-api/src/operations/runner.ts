import { canonicalJson, hmac, sha256 } from '../lib/canonical.ts';
import type { Clock } from '../lib/clock.ts';
import { AppError, FactsMoved } from '../lib/errors.ts';
import { redactor, secretsIn } from '../lib/secret.ts';
import type { OperationView } from '../schemas/operation.ts';
import type { Journal } from '../services/journal.ts';
import { type Ending, failureView, isInterruption, planDifference } from './endings.ts';
import type { Applied, Context, Operation, Plan, Target } from './operation.ts';
import { createReport } from './report.ts';
import { createContext, type RunContext } from './run-context.ts';

export interface StartOptions {
  dryRun: boolean;
  /** The hash of the plan that the caller has seen; another plan is refused. */
  ifMatch?: string;
  actor: string;
  reason?: string;
}

export interface Started {
  id: string;
  /** Whether the same call was running already and this one shares its answer. */
  attached: boolean;
  finished: Promise<OperationView>;
}

export interface Runner {
  /**
   * Starts an operation, or attaches to the same one that is running.
   * @throws {AppError} when nothing was started: target_locked, journal_unavailable, shutting_down, or what naming the target met
   */
  start<Input, T extends Target>(operation: Operation<Input, T>, input: Input, options: StartOptions): Promise<Started>;
  /** Starts nothing more, interrupts what runs and waits until it has ended. */
  close(): Promise<void>;
}

interface Dependencies {
  journal: Journal;
  clock: Clock;
  hmacKey: Buffer;
  /** Told of each operation that ended, for the metrics. */
  onEnd(view: OperationView): void;
  /** Told of errors that are no AppError: defects of ours. */
  onDefect(error: unknown): void;
}

/** How often a plan is made anew because the host moved between its reading and its lock. */
const MAX_PLANS = 3;

interface Running {
  started: Promise<Started>;
}

export function createRunner(dependencies: Dependencies): Runner {
  const { journal, clock, hmacKey } = dependencies;
  const running = new Map<string, Running>();
  const aborts = new Set<AbortController>();
  const underWay = new Set<Promise<unknown>>();
  let closing = false;

  const forget = ({ options, fingerprint }: Pick<Call<unknown, Target>, 'options' | 'fingerprint'>) => {
    if (!options.dryRun) running.delete(fingerprint);
  };

  async function begin<Input, T extends Target>(call: Call<Input, T>, context: RunContext): Promise<Started> {
    const { operation, target, options, fingerprint } = call;
    await journal.begin({
      id: context.operationId,
      operation: operation.name,
      target: target.label,
      lock: target.key,
      fingerprint,
      actor: options.actor,
      reason: options.reason ?? null,
      dryRun: options.dryRun,
      startedAt: context.startedAt,
      deadlineAt: new Date(context.startedAt.getTime() + operation.deadlineS * 1000),
    });
    const finished = execute(call, context, dependencies).then((view) => {
      // Before anybody is answered: the same call made upon the answer is a new one.
      forget(call);
      dependencies.onEnd(view);
      return view;
    });
    return { id: context.operationId, attached: false, finished };
  }

  return {
    async start(operation, input, options) {
      if (closing) throw new AppError('shutting_down');
      const context = createContext(clock, options.actor, operation.deadlineS);
      aborts.add(context.controller);
      const end = () => {
        aborts.delete(context.controller);
        context.release();
      };
      try {
        const target = await operation.target(input, context);
        const { reason: _, ...asked } = input as { reason?: string };
        const fingerprint = hmac(hmacKey, `${operation.name}\n${target.key}\n${canonicalJson(asked, hmacKey)}`);
        const same = options.dryRun ? undefined : running.get(fingerprint);
        if (same) {
          end();
          return { ...(await same.started), attached: true };
        }
        const started = begin({ operation, input, options, target, fingerprint }, context);
        if (!options.dryRun) running.set(fingerprint, { started });
        const over = started
          .then(({ finished }) => finished)
          .catch(() => forget({ options, fingerprint }))
          .finally(() => {
            underWay.delete(over);
            end();
          });
        underWay.add(over);
        return await started;
      } catch (error) {
        end();
        throw error;
      }
    },
    async close() {
      closing = true;
      for (const controller of aborts) controller.abort(new AppError('shutting_down'));
      await Promise.all(underWay);
    },
  };
}

interface Call<Input, T extends Target> {
  operation: Operation<Input, T>;
  input: Input;
  options: StartOptions;
  target: T;
  fingerprint: string;
}

/** Runs an operation that has its row and its lock, writes its end, and returns it. Never rejects. */
async function execute<Input, T extends Target>(
  call: Call<Input, T>,
  context: RunContext,
  dependencies: Dependencies,
): Promise<OperationView> {
  const { journal, clock } = dependencies;
  const redact = redactor(secretsIn(call.input));
  const report = createReport(context.operationId, journal, redact, (error) => context.controller.abort(error));
  let ending: Ending;
  try {
    const applied = await planAndApply(call, context, report, dependencies);
    await report.written();
    ending = { status: 'succeeded', ...applied, changed: report.changed(), error: null };
  } catch (error) {
    const cause = context.signal.aborted ? context.signal.reason : error;
    if (!(cause instanceof AppError)) dependencies.onDefect(cause);
    report.giveUp(cause);
    await report.written().catch(() => {});
    const failure = failureView(cause, redact);
    const status = isInterruption(cause) ? 'interrupted' : 'failed';
    ending = { status, message: failure.message, changed: report.changed(), error: failure, result: null };
  }
  return settle(context.operationId, { ...ending, endedAt: clock.now() }, call, context, dependencies);
}

async function planAndApply<Input, T extends Target>(
  { operation, input, options, target }: Call<Input, T>,
  context: Context,
  report: ReturnType<typeof createReport>,
  { journal, hmacKey }: Dependencies,
): Promise<Applied> {
  for (let attempt = 1; ; attempt++) {
    const plan = await operation.plan(input, context, target);
    const planHash = hashPlan(operation.name, target, plan, hmacKey);
    await journal.planned(context.operationId, planHash);
    report.planned(plan.steps, options.dryRun);
    await report.written();
    if (options.ifMatch !== undefined && options.ifMatch !== planHash) {
      throw planDifference(options.ifMatch, await journal.withPlan(options.ifMatch), plan);
    }
    context.signal.throwIfAborted();
    if (options.dryRun) return plan.preview;
    try {
      return await plan.apply(report);
    } catch (error) {
      if (!(error instanceof FactsMoved) || attempt === MAX_PLANS) throw error;
      report.planAnew();
    }
  }
}

function hashPlan(name: string, target: Target, plan: Plan, hmacKey: Buffer): string {
  return sha256(canonicalJson({ operation: name, target: target.key, steps: plan.hashed }, hmacKey));
}

/** Writes the end. Should the journal fail now, the caller still gets the truth, and the row is settled at the next start. */
async function settle<Input, T extends Target>(
  id: string,
  ending: Ending & { endedAt: Date },
  { operation, target, options }: Call<Input, T>,
  context: Context,
  { journal }: Dependencies,
): Promise<OperationView> {
  try {
    await journal.end(id, ending);
    const view = await journal.get(id);
    if (view) return view;
  } catch (error) {
    ending = { ...ending, status: 'failed', error: failureView(error, (text) => text) };
  }
  return {
    id,
    operation: operation.name,
    target: target.label,
    status: ending.status,
    message: ending.message,
    changed: ending.changed,
    dry_run: options.dryRun,
    actor: options.actor,
    reason: options.reason ?? null,
    started_at: context.startedAt.toISOString(),
    ended_at: ending.endedAt.toISOString(),
    deadline_at: ending.endedAt.toISOString(),
    plan_hash: null,
    steps: [],
    error: ending.error,
    result: ending.result,
  };
}
