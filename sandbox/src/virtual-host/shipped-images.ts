import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { RegistryImage } from './docker/registry.ts';

const server = fileURLToPath(new URL('../../images/hello/server.ts', import.meta.url));

const hello = (version: string): RegistryImage => ({
  reference: `ghcr.io/fountain/hello:${version}`,
  // The same wherever the server lies.
  digest: `sha256:${createHash('sha256').update(`hello ${version}`).digest('hex')}`,
  sizeMb: 48,
  exposedPorts: [8080],
  process: { command: ['node', server, version] },
});

/** In the registry of every sandbox: one image that really runs, in two versions, and the one of the source documents. */
export const shippedImages: readonly RegistryImage[] = [
  hello('1.0'),
  hello('1.1'),
  { reference: 'ghcr.io/user/repo/my-app:latest', sizeMb: 120 },
];
