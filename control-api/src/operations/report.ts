import { AppError } from '../lib/errors.ts';
import type { StepOutcome, StepView } from '../schemas/operation.ts';
import type { Journal } from '../services/journal.ts';
import type { PlannedStep, Report, StepUpdate } from './operation.ts';

/** Lines of output that one operation keeps in the journal; more is dropped with a word about it. */
const MAX_OUTPUT_LINES = 2000;
/** Characters of one such line. */
const MAX_LINE_LENGTH = 4000;

export interface JournalReport extends Report {
  planned(steps: readonly PlannedStep[], dryRun: boolean): void;
  /** The plan is made anew: what was planned so far counts for nothing. */
  planAnew(): void;
  /** Says of a step that is still running how it ended for us. */
  giveUp(error: unknown): void;
  changed(): boolean;
  /** What was told of the steps so far. */
  steps(): StepView[];
  /** Resolves when all that was reported is in the journal. */
  written(): Promise<void>;
}

/** Writes what happens in an operation to the journal, in order; when that fails, it aborts the operation. */
export function createReport(
  id: string,
  journal: Pick<Journal, 'append'>,
  redact: (text: string) => string,
  operation: Pick<AbortController, 'abort' | 'signal'>,
): JournalReport {
  let queue: Promise<void> = Promise.resolve();
  let failure: AppError | undefined;
  let plan = 1;
  let lines = 0;
  const steps = new Map<number, StepUpdate>();

  const write = (type: 'step' | 'output', data: Record<string, unknown>) => {
    queue = queue.then(async () => {
      if (failure) return;
      await journal.append(id, type, data).catch((error) => {
        failure = error as AppError;
        operation.abort(failure);
      });
    });
  };
  const step = (index: number, update: StepUpdate) => {
    const shown = { ...update, ...(update.detail === undefined ? {} : { detail: redact(update.detail) }) };
    steps.set(index, { ...steps.get(index), ...shown });
    // Rows of an earlier plan are told apart by its number.
    write('step', { step: index, ...(plan > 1 ? { plan } : {}), ...shown });
  };

  return {
    async begin(index, update) {
      operation.signal.throwIfAborted();
      step(index, { ...update, outcome: 'running', duration_ms: null });
      await queue;
      operation.signal.throwIfAborted();
    },
    step,
    output(index, text) {
      lines += 1;
      if (lines > MAX_OUTPUT_LINES) return;
      const last = lines === MAX_OUTPUT_LINES;
      const kept = redact(text).slice(0, MAX_LINE_LENGTH);
      write('output', { step: index, text: last ? '(more output is not kept)' : kept });
    },
    planned(planned, dryRun) {
      for (const [index, line] of planned.entries()) {
        // What is still to be done or checked is told when it begins.
        if (dryRun || !line.action) step(index, { ...line, duration_ms: null });
      }
    },
    planAnew() {
      plan += 1;
      steps.clear();
    },
    giveUp(error) {
      for (const [index, update] of steps) {
        if (update.outcome !== 'running') continue;
        const outcome: StepOutcome = endedUnknown(error) ? 'unknown' : 'failed';
        step(index, { ...update, outcome });
      }
    },
    changed: () => [...steps.values()].some(({ outcome }) => outcome === 'changed'),
    steps: () => [...steps.entries()].sort(([a], [b]) => a - b).map(([, update]) => update),
    async written() {
      await queue;
      if (failure) throw failure;
    },
  };
}

function endedUnknown(error: unknown): boolean {
  return (
    error instanceof AppError &&
    ['connection_lost', 'shutting_down', 'timed_out', 'journal_unavailable'].includes(error.code)
  );
}
