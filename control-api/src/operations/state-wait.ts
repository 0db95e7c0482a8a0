import type { Clock } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import type { CloudStep } from './cloud-steps.ts';
import type { Context } from './operation.ts';

export interface Watch {
  clock: Clock;
  /** Milliseconds between two looks at what is not so yet. */
  pollMs: number;
}

interface Wait {
  name: string;
  /** What it follows, for readers of a plan. */
  after: string;
  waitS: number;
  /** Undefined once it is so; else what is seen instead. */
  look(): Promise<string | undefined>;
}

/** The first looks come soon after each other, since a wait is often about to end; then every `pollMs`. */
const FIRST_PAUSE_MS = 100;

/** A check that looks until something is so. @throws {AppError} timed_out with what was seen last */
export function waitFor({ name, after, waitS, look }: Wait, { signal }: Context, { clock, pollMs }: Watch): CloudStep {
  return {
    name,
    effect: 'check',
    action: { after, wait_seconds: waitS },
    async run(tell) {
      const until = clock.now().getTime() + waitS * 1000;
      for (let told = '', pauseMs = FIRST_PAUSE_MS; ; pauseMs *= 2) {
        const missing = await look();
        if (missing === undefined) return {};
        if (missing !== told) tell(missing);
        told = missing;
        if (clock.now().getTime() >= until) {
          throw new AppError('timed_out', `${name}: after ${waitS} s ${missing}.`, {
            hint: 'AWS goes on by itself: repeat the call, and it goes on waiting.',
          });
        }
        await clock.sleep(Math.min(pauseMs, pollMs), signal);
      }
    },
  };
}
