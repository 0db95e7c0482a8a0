import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { type ControlApi, openWorld, type World, type WorldOptions } from '../world.ts';

export interface SharedWorld {
  (): World;
  /** Another control API in the same cloud, with a DATA_DIR of its own but the same keys. */
  anotherApi(env?: Record<string, string>, wrapper?: readonly string[]): Promise<ControlApi & { dataDir: string }>;
}

/** One world for all tests of a file; they keep apart by the names of their instances. */
export function shareWorld(options: WorldOptions = {}): SharedWorld {
  let world: (World & { stop(): Promise<void> }) | undefined;
  let others = 0;
  beforeAll(async () => {
    world = await openWorld({ worker: Number(process.env.VITEST_POOL_ID ?? 1), ...options });
  });
  afterAll(() => world?.stop());
  const get = () => {
    if (!world) throw new Error('the world opens before the first test');
    return world;
  };
  return Object.assign(get, {
    async anotherApi(env: Record<string, string> = {}, wrapper: readonly string[] = []) {
      others += 1;
      const { DATA_DIR: dataDir = join(get().dataDir, `other-${others}`) } = env;
      const keys = join(get().dataDir, 'keys');
      const api = await get().startApi({ SSH_KEY_DIR: keys, ...env, DATA_DIR: dataDir }, wrapper);
      return { ...api, dataDir };
    },
  });
}
