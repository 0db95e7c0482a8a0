import { readFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { makeHost, type TestHost } from '../../test/hosts.ts';
import { type KongHost, makeKongHost } from '../../test/kong-host.ts';
import { type Answer, openWorld, type World } from '../../world.ts';
import { timed } from '../report.ts';
import { ask, type Door } from './door.ts';

/** How much of every wait is real: those of the timing contract, too, and what is left of them for a slow machine. */
export const TIME_SCALE = 0.5;
/** So that no test's world has the same addresses. */
const WORKER = 190;
/** Nobody is refused for asking too often. */
const LIMITS = { minute: 1_000_000, hour: 10_000_000 };
const READY_WITHIN_MS = 20_000;
const root = new URL('../../../', import.meta.url);

export const SCRIPTS = 'core-script-management-api';
export const NUMBERS = 'central-sequence-service';
export type App = typeof SCRIPTS | typeof NUMBERS;

export interface Scene {
  world: World;
  gateway: KongHost;
  door: Door;
  /** Brings a release that differs by its environment from all so far. Gives seconds. */
  deploy(app: App, env?: Record<string, string>): Promise<number>;
  /** Goes back to the release before the one that runs. Gives seconds. */
  rollBack(app: App): Promise<number>;
  close(): Promise<void>;
}

/** Two services on one virtual host, the gateway on another, and a consumer whom it lets in. */
export async function openScene(): Promise<Scene> {
  const world = await openWorld({ worker: WORKER, settings: { timeScale: TIME_SCALE } });
  try {
    const apps = await makeHost(world, 'apps', { bundle_id: 'micro_3_0' });
    const releases = createReleases(apps);
    await releases.deploy(NUMBERS);
    await releases.deploy(SCRIPTS);
    const gateway = await makeKongHost(world, 'kong');
    succeeded(await gateway.kong());
    const consumer = { ...gateway.naming, username: 'bard', access: { all: 'write' }, limits: LIMITS };
    succeeded(await world.api.post('/services/add-consumer', consumer));
    const key = readFileSync(join(world.dataDir, 'consumers/bard.key'), 'utf8').trim();
    // 80, which virtual hosts move.
    const door = { ip: gateway.ip, port: 8080, host: 'scriptmanagement.fountain.coach', key };
    await opened(door);
    return { world, gateway, door, ...releases, close: () => world.stop() };
  } catch (error) {
    await world.stop();
    throw error;
  }
}

function createReleases(host: TestHost): Pick<Scene, 'deploy' | 'rollBack'> {
  const before = new Map<App, string>();
  let count = 0;
  async function running(app: App): Promise<string | undefined> {
    const { apps } = (await host.see('docker-apps')).body;
    const found = apps.find(({ name }: { name: string }) => name === app);
    return found?.releases.find((release: { running: boolean }) => release.running).id;
  }
  return {
    async deploy(app, env = {}) {
      const replaced = await running(app);
      if (replaced) before.set(app, replaced);
      count += 1;
      const { version } = JSON.parse(readFileSync(new URL(`app-services/${app}/package.json`, root), 'utf8'));
      const fields = { app, tag: version, env: { ...env, RELEASE: String(count) } };
      return seconds(async () => succeeded(await host.deploy(fields)));
    },
    async rollBack(app) {
      return seconds(async () => succeeded(await host.act('rollback', { name: app, to: before.get(app) })));
    },
  };
}

const seconds = async (work: () => Promise<void>) => (await timed(work)) / 1000;

function succeeded({ status, body }: Answer): void {
  if (status !== 200 || body.changed !== true) throw new Error(`${status} ${JSON.stringify(body)}`);
}

/** The gateway has found what answers behind it. */
async function opened(door: Door): Promise<void> {
  for (const until = Date.now() + READY_WITHIN_MS; ; await delay(50)) {
    const problem = await ask(door, new Agent(), '/scripts').then(
      () => undefined,
      (error: Error) => error,
    );
    if (!problem) return;
    if (Date.now() > until) throw problem;
  }
}
