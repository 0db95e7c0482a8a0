import { docker } from './docker.ts';
import { kong } from './kong.ts';
import { opensearch } from './opensearch.ts';
import type { Unit } from './unit.ts';

/** Every unit that a package of ours may bring, by its name without `.service`. */
export const units: Readonly<Record<string, Unit>> = { docker, opensearch, kong };
