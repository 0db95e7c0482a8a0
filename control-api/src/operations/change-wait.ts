import type { Route53 } from '../services/route53.ts';
import type { CloudStep } from './cloud-steps.ts';
import type { Context } from './operation.ts';
import { type Watch, waitFor } from './state-wait.ts';

export interface ChangeWatch extends Watch {
  route53: Pick<Route53, 'isInSync'>;
}

/** Seconds that an operation of Route 53 may take; a change is mostly everywhere within one minute. */
export const route53DeadlineS = 300;
const waitS = 270;

/** A change that was asked of Route 53, and whether all of its name servers have it; null while that is not known. */
export interface Change {
  id: string | undefined;
  inSync: boolean | null;
}

/** The check that waits until every name server of Route 53 has the change that `change` names once it was made. */
export function awaitChange(change: Change, context: Context, { route53, ...watch }: ChangeWatch): CloudStep {
  const wait = waitFor(
    {
      name: 'Wait until every name server of Route 53 has it',
      after: 'the change was made',
      waitS,
      async look() {
        if (change.id === undefined) return undefined;
        change.inSync = await route53.isInSync(change.id);
        return change.inSync ? undefined : `change ${change.id} is PENDING; this takes mostly less than a minute`;
      },
      overdue: () => ({
        message: `The change was made, but ${change.id} is still PENDING after ${waitS} s.`,
        hint: 'Route 53 goes on by itself; the same call changes nothing more, and tells what it has.',
      }),
    },
    context,
    watch,
  );
  return {
    ...wait,
    async run(tell) {
      await wait.run(tell);
      const lost = 'not known: the answer that names the change was lost';
      return { detail: change.id === undefined ? lost : `change ${change.id} is INSYNC` };
    },
  };
}
