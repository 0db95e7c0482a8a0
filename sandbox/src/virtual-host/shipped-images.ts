import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { type ImageInput, shippedImages } from '../images.ts';
import type { RegistryImage } from './docker/registry.ts';

const server = fileURLToPath(new URL('../../images/hello/server.ts', import.meta.url));

/** What is in the registry from the start. `hello` really runs, the others only behave. */
export const virtualImages: readonly RegistryImage[] = shippedImages.map((image) => {
  const version = /^ghcr\.io\/fountain\/hello:(.+)$/.exec(image.reference)?.[1];
  return version === undefined ? image : hello(image, version);
});

function hello(image: ImageInput, version: string): RegistryImage {
  return {
    ...image,
    // The same wherever the server lies.
    digest: `sha256:${createHash('sha256').update(`hello ${version}`).digest('hex')}`,
    sizeMb: 48,
    exposedPorts: [8080],
    process: { command: ['node', server, version] },
    // No engine here runs a check on a process: who wants to know asks the process.
    healthcheck: false,
  };
}
