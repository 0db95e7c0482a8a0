import { AppError } from '../../lib/errors.ts';
import type { Instance } from '../../schemas/lightsail.ts';
import type { Lightsail } from '../../services/lightsail.ts';
import { identityOf } from '../hosts/host-target.ts';
import type { Target } from '../operation.ts';

/** An instance by its name, and which one it was when the call began; undefined when there was none. */
export interface InstanceTarget extends Target {
  region: string;
  name: string;
  identity: string | undefined;
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
  const identity = instance && identityOf(instance);
  return { key: label, label, also: identity ? [identity] : [], region, name: instance_name, identity };
}

/**
 * The instance as it is now that it is locked: the call before may have changed it since it was looked for. Undefined when
 * there is none.
 * @throws {AppError} plan_changed when it is another one, which nothing locks
 */
export async function current(
  { region, name, label, identity }: InstanceTarget,
  lightsail: Pick<Lightsail, 'instance'>,
): Promise<Instance | undefined> {
  const instance = await lightsail.instance(region, name);
  if (!instance || identityOf(instance) === identity) return instance;
  throw changedMeanwhile(`The ${label} was made after the call began`);
}

/** For what a call has found in other hands than those it has locked. `what` has happened in between. */
export function changedMeanwhile(what: string): AppError {
  return new AppError('plan_changed', `${what}; nothing was changed.`, { hint: 'Repeat the call.' });
}

/** The instance, which is there to stay. @throws {AppError} instance_not_found, and as `current` does */
export async function present(target: InstanceTarget, lightsail: Pick<Lightsail, 'instance'>): Promise<Instance> {
  const instance = await current(target, lightsail);
  const { label } = target;
  if (!instance) throw new AppError('instance_not_found', `There is no ${label}.`);
  if (isGoing(instance)) throw new AppError('instance_not_found', `${instance.name} is being deleted.`);
  return instance;
}

export function isGoing({ state }: Instance): boolean {
  return state === 'shutting-down' || state === 'terminated';
}
