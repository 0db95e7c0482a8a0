import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { owner } from './demo/stack.ts';

const root = new URL('..', import.meta.url).pathname;
const services = join(root, 'app-services');
const exec = (command: string, ...words: string[]) => promisify(execFile)(command, words, { cwd: root });

/**
 * Builds images, all when none is named, and pushes them to a machines' registry, `pushTo`, as those of the owner that the
 * manifests name; takes a minute. Needs a Docker engine.
 */
export async function buildAndPush(pushTo: string, ...images: string[]): Promise<void> {
  // Where no registry can be reached, what stands in for Node's own image.
  await exec('docker', 'image', 'inspect', 'node:24-slim').catch(() => exec('scripts/build-node-image.sh'));
  await exec('scripts/build-images.sh', `${pushTo}/${owner}`, ...images);
}

/** Those of the story services. */
export async function pushStoryImages(pushTo: string): Promise<void> {
  await buildAndPush(pushTo, ...globSync('*/src/server.ts', { cwd: services }).map(dirname).map(dirname));
}
