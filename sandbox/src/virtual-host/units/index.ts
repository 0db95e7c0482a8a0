import { docker } from './docker.ts';
import type { Unit } from './unit.ts';

/** Every unit that a package of ours may bring, by its name without `.service`. */
export const units: Readonly<Record<string, Unit>> = { docker };
