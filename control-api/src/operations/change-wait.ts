import type { Clock } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import type { Route53 } from '../services/route53.ts';
import type { CloudStep } from './cloud-steps.ts';
import type { Context } from './operation.ts';

export interface ChangeWatch {
  route53: Pick<Route53, 'isInSync'>;
  clock: Clock;
  /** Milliseconds between two looks at a change that is under way. */
  pollMs: number;
}

/** Seconds that an operation of Route 53 may take; a change is mostly everywhere within one minute. */
export const route53DeadlineS = 300;
const waitS = 270;
const firstPauseMs = 250;

/** A change that was asked of Route 53, and whether all of its name servers have it; null while that is not known. */
export interface Change {
  id: string | undefined;
  inSync: boolean | null;
}

/** The check that waits until every name server of Route 53 has the change that `change` names once it was made. */
export function awaitChange(change: Change, context: Context, { route53, clock, pollMs }: ChangeWatch): CloudStep {
  return {
    name: 'Wait until every name server of Route 53 has it',
    effect: 'check',
    action: { after: 'the change was made', wait_seconds: waitS },
    async run(tell) {
      if (change.id === undefined) return { detail: 'not known: the answer that names the change was lost' };
      const started = clock.now().getTime();
      for (let told = false, pauseMs = firstPauseMs; ; pauseMs *= 2) {
        change.inSync = await route53.isInSync(change.id);
        if (change.inSync) return { detail: `change ${change.id} is INSYNC` };
        if (!told) tell(`change ${change.id} is PENDING; this takes mostly less than a minute`);
        told = true;
        const waited = Math.round((clock.now().getTime() - started) / 1000);
        if (waited >= waitS) throw stillPending(change.id, waited);
        await clock.sleep(Math.min(pauseMs, pollMs), context.signal);
      }
    },
  };
}

function stillPending(id: string, waited: number): AppError {
  return new AppError('timed_out', `The change was made, but ${id} is still PENDING after ${waited} s.`, {
    hint: 'Route 53 goes on by itself; the same call with "wait": false tells what it has.',
  });
}
