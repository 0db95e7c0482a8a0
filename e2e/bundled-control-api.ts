import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/**
 * Bundles the control API and the story services once for a run of tests: they start them some hundred times, and a bundle
 * starts in a third of the time. Where this was not run, as in the demo and the benchmarks, the sources are started.
 */
export default async function setup(): Promise<() => Promise<void>> {
  // Below node_modules, so that what is not bundled is found.
  const folder = new URL(`../node_modules/.cache/fountain-e2e-${process.pid}`, import.meta.url).pathname;
  const services = join(folder, 'services');
  await Promise.all([bundle('control-api', folder), bundle('app-services', services)]);
  process.env.FOUNTAIN_CONTROL_API = join(folder, 'server.mjs');
  process.env.FOUNTAIN_STORY_SERVICES = services;
  return () => rm(folder, { recursive: true, force: true });
}

function bundle(workspace: string, folder: string) {
  const program = new URL(`../${workspace}/bundle.ts`, import.meta.url).pathname;
  return promisify(execFile)(process.execPath, [program, folder]);
}
