import { AppError } from '../lib/errors.ts';
import type { StepOutcome } from '../schemas/operation.ts';
import type { Journal } from '../services/journal.ts';
import type { PlannedStep, Report, StepUpdate } from './operation.ts';

/** Lines of output that one operation keeps in the journal; more is dropped with a word about it. */
const MAX_OUTPUT_LINES = 2000;

export interface JournalReport extends Report {
  planned(steps: readonly PlannedStep[], dryRun: boolean): void;
  /** The plan is made anew: what was planned so far counts for nothing. */
  planAnew(): void;
  /** Says of a step that is still running how it ended for us. */
  giveUp(error: unknown): void;
  changed(): boolean;
  /** Resolves when all that was reported is in the journal. */
  written(): Promise<void>;
}

/** Writes what happens in an operation to the journal, in order; a failing journal is told once through `onFailure`. */
export function createReport(
  id: string,
  journal: Pick<Journal, 'append'>,
  redact: (text: string) => string,
  onFailure: (error: AppError) => void,
): JournalReport {
  let queue: Promise<void> = Promise.resolve();
  let failure: AppError | undefined;
  let offset = 0;
  let lines = 0;
  const steps = new Map<number, StepUpdate>();

  const write = (type: 'step' | 'output', data: Record<string, unknown>) => {
    queue = queue.then(async () => {
      if (failure) return;
      await journal.append(id, type, data).catch((error) => {
        failure = error as AppError;
        onFailure(failure);
      });
    });
  };
  const step = (index: number, update: StepUpdate) => {
    const shown = { ...update, ...(update.detail === undefined ? {} : { detail: redact(update.detail) }) };
    steps.set(offset + index, { ...steps.get(offset + index), ...shown });
    write('step', { step: offset + index, ...shown });
  };

  return {
    step,
    output(index, text) {
      lines += 1;
      if (lines > MAX_OUTPUT_LINES) return;
      const last = lines === MAX_OUTPUT_LINES;
      write('output', { step: offset + index, text: last ? '(more output is not kept)' : redact(text) });
    },
    planned(planned, dryRun) {
      for (const [index, line] of planned.entries()) {
        // What is still to be done or checked is told when it begins.
        if (dryRun || !line.action) step(index, { ...line, duration_ms: null });
      }
    },
    planAnew() {
      offset += steps.size;
    },
    giveUp(error) {
      for (const [index, update] of steps) {
        if (update.outcome !== 'running') continue;
        const outcome: StepOutcome = endedUnknown(error) ? 'unknown' : 'failed';
        step(index - offset, { ...update, outcome });
      }
    },
    changed: () => [...steps.values()].some(({ outcome }) => outcome === 'changed'),
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
