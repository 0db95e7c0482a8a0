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
 * Finds the instance that a call changes, and locks it by its name, as create-instance does, and by what it is, as calls
 * on its host do: what stops or deletes an instance runs beside neither.
 */
export async function resolveInstance(
  lightsail: Pick<Lightsail, 'instance'>,
  { region, instance_name }: { region: string; instance_name: string },
): Promise<InstanceTarget> {
  const instance = await lightsail.instance(region, instance_name);
  const label = `instance ${region}/${instance_name}`;
  return { key: label, label, instance, ...(instance ? { also: [identityOf(instance)] } : {}) };
}

/** @throws {AppError} instance_not_found */
export function present({ instance, label }: InstanceTarget): Instance {
  if (instance) return instance;
  throw new AppError('instance_not_found', `There is no ${label}.`);
}

/** @throws {AppError} confirm_required */
export function requireConfirmation(confirm: string | undefined, name: string, what: string): void {
  if (confirm === name) return;
  throw new AppError('confirm_required', `This ${what}: send "confirm": "${name}".`);
}
