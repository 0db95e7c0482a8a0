import { kong } from './kong.ts';
import { opensearch } from './opensearch.ts';
import type { PackageScripts } from './script.ts';

/** Packages of which more is there than a row in the list of those that are installed. */
export const scripts: Readonly<Record<string, PackageScripts>> = { kong, opensearch };
