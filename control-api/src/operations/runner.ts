import { canonicalJson, hmac } from '../lib/canonical.ts';
import type { Clock } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import type { OperationView } from '../schemas/operation.ts';
import type { Journal, Ending as JournalEnding } from '../services/journal.ts';
import { type Call, execute } from './execute.ts';
import { locksOf, type Operation, type StartOptions, type Target } from './operation.ts';
import { createContext, type RunContext } from './run-context.ts';

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

/** Runs operations: one at a time per target, each in the journal before it begins. */
export function createRunner(dependencies: Dependencies): Runner {
  const { journal, clock, hmacKey } = dependencies;
  /** What runs, by fingerprint: the same call attaches to it. */
  const running = new Map<string, Promise<Started>>();
  /** Ends that the journal could not take, by operation: until they are written, their targets stay locked. */
  const owed = new Map<string, JournalEnding>();
  const aborts = new Set<AbortController>();
  const underWay = new Set<Promise<unknown>>();
  let closing = false;

  const forget = ({ options, fingerprint }: Pick<Call<unknown, Target>, 'options' | 'fingerprint'>) => {
    if (!options.dryRun) running.delete(fingerprint);
  };

  async function writeOwed(): Promise<void> {
    for (const [id, ending] of owed) {
      await journal.end(id, ending);
      owed.delete(id);
    }
  }

  async function begin<Input, T extends Target>(call: Call<Input, T>, context: RunContext): Promise<Started> {
    const { operation, target, options, fingerprint } = call;
    await writeOwed();
    await journal.begin({
      id: context.operationId,
      operation: operation.name,
      target: target.label,
      locks: locksOf(target),
      fingerprint,
      actor: options.actor,
      reason: options.reason ?? null,
      dryRun: options.dryRun,
      startedAt: context.startedAt,
      deadlineAt: context.deadlineAt,
    });
    const owe = (ending: JournalEnding) => owed.set(context.operationId, ending);
    const finished = execute(call, context, { ...dependencies, owe }).then((view) => {
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
        context.signal.throwIfAborted();
        const { reason: _, ...asked } = input as { reason?: string };
        const fingerprint = hmac(hmacKey, `${operation.name}\n${target.key}\n${canonicalJson(asked, hmacKey)}`);
        const same = options.dryRun ? undefined : running.get(fingerprint);
        if (same) {
          end();
          return { ...(await same), attached: true };
        }
        const started = begin({ operation, input, options, target, fingerprint }, context);
        if (!options.dryRun) running.set(fingerprint, started);
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
        throw context.signal.aborted ? context.signal.reason : error;
      }
    },
    async close() {
      closing = true;
      for (const controller of aborts) controller.abort(new AppError('shutting_down'));
      await Promise.all(underWay);
      // What cannot be written now either is settled by the next process that opens the journal.
      await writeOwed().catch(() => {});
    },
  };
}
