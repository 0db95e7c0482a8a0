import { AppError } from '../lib/errors.ts';
import type { Instance } from '../schemas/lightsail.ts';
import type { Lightsail } from '../services/lightsail.ts';
import type { CloudStep } from './cloud-steps.ts';
import type { Context } from './operation.ts';
import { type Watch, waitFor } from './state-wait.ts';

export interface StateWatch extends Watch {
  lightsail: Pick<Lightsail, 'instance' | 'operationFailure'>;
}

/** Seconds that a change of an instance's state is waited for. */
export const stateWaitS = 240;

type Named = Pick<Instance, 'region' | 'name'>;

/** Undefined when the instance is in one of the states; else in which it is. @throws {AppError} instance_not_found */
export async function lookAtState(
  wanted: readonly string[],
  { region, name }: Named,
  lightsail: Pick<Lightsail, 'instance'>,
): Promise<string | undefined> {
  const now = await lightsail.instance(region, name);
  if (!now) throw new AppError('instance_not_found', `${name} was deleted meanwhile.`);
  return wanted.includes(now.state) ? undefined : `it is ${now.state}`;
}

/** Waits for a state; ends at once with AWS's words when what AWS did last with the instance has failed. */
export function awaitState(wanted: string, instance: Named, context: Context, watch: StateWatch): CloudStep {
  const look = async () => {
    const seen = await lookAtState([wanted], instance, watch.lightsail);
    if (seen !== undefined) await refuseFailure(instance, `${instance.name} is not ${wanted}`, watch.lightsail);
    return seen;
  };
  return waitFor(
    { name: `Wait until ${instance.name} is ${wanted}`, after: 'AWS was asked', waitS: stateWaitS, look },
    context,
    watch,
  );
}

/** @throws {AppError} aws_error when the latest that AWS did with a resource of this name failed */
export async function refuseFailure(
  { region, name }: Named,
  what: string,
  lightsail: Pick<Lightsail, 'operationFailure'>,
): Promise<void> {
  const failure = await lightsail.operationFailure(region, name);
  if (failure) throw new AppError('aws_error', `${what}: AWS could not do it: ${failure}.`);
}

const steady: Record<string, string> = { pending: 'running', stopping: 'stopped' };

/**
 * What AWS does only with an instance that runs or is stopped waits for that first: for one that is on its way. Which
 * calls AWS refuses meanwhile is not documented.
 */
export function settleFirst(instance: Instance, context: Context, watch: StateWatch): CloudStep[] {
  const end = steady[instance.state];
  return end === undefined ? [] : [awaitState(end, instance, context, watch)];
}
