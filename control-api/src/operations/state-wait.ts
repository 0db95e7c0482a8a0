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
  /** From when on the seconds count; left out: from when it begins. */
  since?: Date;
  /** Undefined once it is so; else what is seen instead. */
  look(): Promise<string | undefined>;
  /** What to say when the time is over, for a wait that can say more than its name. */
  overdue?(seen: string): { message: string; hint?: string };
}

/** The first looks come soon after each other, since a wait is often about to end; then every `pollMs`. */
const FIRST_PAUSE_MS = 100;

/** A check that looks until something is so. @throws {AppError} timed_out with what was seen last */
export function waitFor(wait: Wait, { signal }: Context, { clock, pollMs }: Watch): CloudStep {
  const { name, after, waitS, since, look, overdue } = wait;
  return {
    name,
    effect: 'check',
    action: { after, wait_seconds: waitS },
    async run(tell) {
      const until = (since ?? clock.now()).getTime() + waitS * 1000;
      for (let told = '', pauseMs = FIRST_PAUSE_MS; ; pauseMs *= 2) {
        const seen = await look();
        if (seen === undefined) return {};
        if (seen !== told) tell(seen);
        told = seen;
        if (clock.now().getTime() >= until) {
          const { message, hint = goesOn } = overdue?.(seen) ?? { message: `${name}: after ${waitS} s ${seen}.` };
          throw new AppError('timed_out', message, { hint });
        }
        await clock.sleep(Math.min(pauseMs, pollMs), signal);
      }
    },
  };
}

const goesOn = 'AWS goes on by itself: repeat the call, and it goes on waiting.';
