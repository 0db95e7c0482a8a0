import type { Clock } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import { operationId } from '../lib/ids.ts';
import type { Context } from './operation.ts';

export interface RunContext extends Context {
  deadlineAt: Date;
  controller: AbortController;
  release(): void;
}

/** The context of a run that starts now: its id, its deadline, and what is to be released when it has ended. */
export function createContext(clock: Clock, actor: string, deadlineS: number): RunContext {
  const startedAt = clock.now();
  const controller = new AbortController();
  const late = () =>
    controller.abort(
      new AppError('timed_out', `Not finished within its ${deadlineS} s; what was under way is named in the steps.`),
    );
  const timer = setTimeout(late, deadlineS * 1000);
  timer.unref();
  const releases: (() => void)[] = [() => clearTimeout(timer)];
  return {
    operationId: operationId(startedAt),
    actor,
    startedAt,
    deadlineAt: new Date(startedAt.getTime() + deadlineS * 1000),
    controller,
    signal: controller.signal,
    defer: (release) => releases.push(release),
    release: () => {
      for (const release of releases.splice(0).reverse()) release();
    },
  };
}
