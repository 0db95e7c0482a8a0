import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Engine } from './engine.ts';
import { run } from './run.ts';

const recipe = new URL('../../../scripts/build-machine-image.sh', import.meta.url).pathname;

/** The image's name. Built when the engine does not have it (a minute or two, lines of progress), else there at once. */
export async function baseImage({ docker }: Engine, progress: (line: string) => void): Promise<string> {
  const digest = createHash('sha256')
    .update(await readFile(recipe))
    .update(process.env.DEBIAN_MIRROR ?? '')
    .digest('hex');
  const tag = `fountain-debian-12:${digest.slice(0, 12)}`;
  const there = await docker(['image', 'ls', '--quiet', tag]);
  if (!there.trim()) await run(recipe, [tag], { onLine: progress });
  return tag;
}
