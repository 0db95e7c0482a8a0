import type { Text } from '../../src/lib/command.ts';
import { parseImage } from '../../src/lib/image-reference.ts';
import { Secret } from '../../src/lib/secret.ts';
import { app } from '../../src/recipes/app/app.ts';
import { remove, rollback } from '../../src/recipes/app/manage.ts';
import { type AppWish, makeRelease } from '../../src/recipes/app/release.ts';
import { base } from '../../src/recipes/base/base.ts';
import { docker } from '../../src/recipes/docker/docker.ts';
import type { Work } from './model-run.ts';
import type { ModelWorld } from './model-state.ts';

/** What convergence tests of apps have in common: an app of one image in several versions, and the calls on it. */
export const OLD = 'a'.repeat(64);
export const OLDER = 'b'.repeat(64);
export const NEW = 'c'.repeat(64);
export const BROKEN = 'd'.repeat(64);
export const REPOSITORY = 'ghcr.io/user/my-app';

export const world: ModelWorld = {
  tags: { [`${REPOSITORY}:latest`]: NEW, [`${REPOSITORY}:broken`]: BROKEN },
  isHealthy: (image) => !image.endsWith(BROKEN),
};

export const wish: AppWish = {
  name: 'my-app',
  image: parseImage(`${REPOSITORY}:latest`),
  ports: [8080],
  containerPort: 3000,
  publish: 'private',
  privateIp: '172.26.0.5',
  env: { LOG_LEVEL: 'info' },
  secretEnv: { API_KEY: new Secret('s3cret-value') },
  secretDigest: 'f'.repeat(64),
  volumes: ['my-app-data:/data'],
  healthPath: null,
  memoryMb: 256,
  capabilities: [],
};

/** The whole of deploy-docker-app, from a bare host. */
export function deploy(asked: AppWish): Work {
  return {
    probes: [...base.probes({}), ...docker.probes({ source: 'distribution' }), ...app.probes(asked)],
    decide: (readings) => [
      ...base.plan(base.parse(readings), {}),
      ...docker.plan(docker.parse(readings), { source: 'distribution' }),
      ...app.plan(app.parse(readings), asked),
    ],
  };
}

export const rollBackTo = (to: string): Work => ({
  probes: rollback.probes({ name: 'my-app', to }),
  further: (readings) => rollback.further?.(rollback.parse(readings), { name: 'my-app', to }) ?? [],
  decide: (readings) => rollback.plan(rollback.parse(readings), { name: 'my-app', to }),
});

export const removal: Work = {
  probes: remove.probes({ name: 'my-app' }),
  decide: (readings) => remove.plan(remove.parse(readings), { name: 'my-app' }),
};

const plain = (text: Text): string => (Array.isArray(text) ? text.map(plain).join('') : String(text));
export const idOf = (digest: string, asked = wish) => String(makeRelease(asked, digest, '172.26.0.5').id);
/** Path and content of a release's file. */
export const fileOf = (digest: string, asked = wish): [string, string] => {
  const { file, items } = makeRelease(asked, digest, '172.26.0.5');
  return [String(file), items.map(plain).join('\0')];
};
