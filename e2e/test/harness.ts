import { onTestFinished } from 'vitest';
import { openWorld, type World, type WorldOptions } from '../world.ts';

export { createInstance, REGION, type World } from '../world.ts';

/** A world of this test worker's own, which ends with the test. */
export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const world = await openWorld({ worker: Number(process.env.VITEST_POOL_ID ?? 1), ...options });
  onTestFinished(world.stop);
  return world;
}
