import { AppError } from '../lib/errors.ts';
import type { Instance } from '../schemas/lightsail.ts';
import type { Lightsail } from '../services/lightsail.ts';
import { identityOf } from './host-target.ts';
import type { Target } from './operation.ts';

/** An instance as it was found when the call began; undefined when there was none. */
export interface InstanceTarget extends Target {
  instance: Instance | undefined;
}

/**
 * Finds the instance that a call changes. It is locked by its name, as create-instance does, and by its identity, as calls
 * on its host do: nothing stops, moves or deletes an instance while it is made, or beside a deploy on it.
 */
export async function resolveInstance(
  lightsail: Pick<Lightsail, 'instance'>,
  { region, instance_name }: { region: string; instance_name: string },
): Promise<InstanceTarget> {
  const instance = await lightsail.instance(region, instance_name);
  const label = `instance ${region}/${instance_name}`;
  return { key: label, label, also: instance ? [identityOf(instance)] : [], instance };
}

/** Everything that targets lock, for a target that takes part in more than one thing. */
export function locksOf(targets: readonly Target[]): string[] {
  return targets.flatMap(({ key, also = [] }) => [key, ...also]);
}

/** The instance, which is there to stay. @throws {AppError} instance_not_found */
export function present({ instance, label }: InstanceTarget): Instance {
  if (!instance) throw new AppError('instance_not_found', `There is no ${label}.`);
  if (isGoing(instance)) throw new AppError('instance_not_found', `${instance.name} is being deleted.`);
  return instance;
}

export function isGoing({ state }: Instance): boolean {
  return state === 'shutting-down' || state === 'terminated';
}
