import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const root = new URL('..', import.meta.url).pathname;
const exec = (command: string, ...words: string[]) => promisify(execFile)(command, words, { cwd: root });

/** Builds all images and pushes them to a machines' registry, `pushTo`; takes a minute. Needs a Docker engine. */
export async function pushStoryImages(pushTo: string): Promise<void> {
  // Where no registry can be reached, what stands in for Node's own image.
  await exec('docker', 'image', 'inspect', 'node:24-slim').catch(() => exec('scripts/build-node-image.sh'));
  await exec('scripts/build-images.sh', `${pushTo}/fountain`);
}
