import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/**
 * Bundles the control API once for a run of tests: they start it some hundred times, and a bundle starts in a third of the
 * time. Where this was not run, as in the demo and the benchmarks, the sources are started.
 */
export default async function setup(): Promise<() => Promise<void>> {
  // Below node_modules, so that what is not bundled is found.
  const folder = new URL(`../node_modules/.cache/fountain-e2e-${process.pid}`, import.meta.url).pathname;
  const bundle = new URL('../control-api/bundle.ts', import.meta.url).pathname;
  await promisify(execFile)(process.execPath, [bundle, folder]);
  process.env.FOUNTAIN_CONTROL_API = join(folder, 'server.mjs');
  return () => rm(folder, { recursive: true, force: true });
}
