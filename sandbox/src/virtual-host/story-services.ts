import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RegistryImage } from './docker/registry.ts';

const services = new URL('../../../app-services/', import.meta.url);
/** Of a service that was told to end; a part of the time that waiting takes on these hosts. */
const DRAIN_MS = 5000;

/**
 * The story services as images of ghcr.io, each tagged with its version. The container is the service itself, started
 * with the words and the environment that the real image's Dockerfile has: from its sources, or from the bundles in
 * FOUNTAIN_STORY_SERVICES, a folder that app-services/bundle.ts made.
 */
export function storyServices(timeScale: number): RegistryImage[] {
  const image = readDockerfile(readFileSync(new URL('Dockerfile', services), 'utf8'));
  return storyServiceNames().map((name) => {
    const { version } = JSON.parse(readFileSync(new URL(`${name}/package.json`, services), 'utf8'));
    return {
      reference: `ghcr.io/fountain/${name}:${version}`,
      // The same wherever the sources lie.
      digest: `sha256:${createHash('sha256').update(`${name} ${version}`).digest('hex')}`,
      sizeMb: image.sizeMb,
      exposedPorts: [8080],
      healthcheck: true,
      process: {
        command: [...image.start, programOf(name)],
        env: { ...image.env, DATA_DIR: '/data', DRAIN_MS: String(DRAIN_MS * timeScale) },
        folders: ['DATA_DIR'],
      },
    };
  });
}

function programOf(name: string): string {
  const bundles = process.env.FOUNTAIN_STORY_SERVICES;
  return bundles ? join(bundles, name, 'lib/server.mjs') : new URL(`${name}/src/server.ts`, services).pathname;
}

/** Whoever has the repository has images of these names. */
export function storyServiceNames(): string[] {
  return readdirSync(services).filter((name) => existsSync(new URL(`${name}/src/server.ts`, services)));
}

/** Its ENV, and its ENTRYPOINT without the program. */
function readDockerfile(text: string) {
  const entry: string[] = JSON.parse(/^ENTRYPOINT (\[[^\]]*\])/m.exec(text.replaceAll(/\\\n\s*/g, ''))?.[1] ?? '[]');
  const settings = [...text.matchAll(/^ENV (\w+)=(\S+)$/gm)].map(([, name = '', value = '']) => [name, value]);
  return { start: entry.slice(0, -1), env: Object.fromEntries(settings) as Record<string, string>, sizeMb: 200 };
}
