import type { PlanItem } from '../../lib/command.ts';
import type { AppFacts } from './facts.ts';
import { type ReleaseInfo, releaseFile } from './release.ts';

/**
 * Removes the releases of an app that are not in `keep`, and their images unless a kept release of any app runs from
 * the same one. The image goes first: its release file is what names it, so a plan made in between still finds it.
 */
export function planPrune(facts: AppFacts, app: string, keep: readonly string[]): PlanItem[] {
  const isDropped = (release: ReleaseInfo) => release.app === app && !keep.includes(release.id);
  const dropped = facts.releases.filter(isDropped);
  const needed = facts.releases.filter((release) => !isDropped(release)).map(imageOf);
  const keptDigests = keep.map((id) => `@sha256:${id.slice(0, 64)}`);
  const images = [...new Set(dropped.map(imageOf))].filter(
    (image) =>
      facts.images.includes(image) && !needed.includes(image) && !keptDigests.some((digest) => image.endsWith(digest)),
  );
  return [
    ...images.map(removeImage),
    ...dropped.map(({ id }) => ({
      name: `Remove release ${id.slice(0, 12)} of ${app}`,
      effect: 'change' as const,
      action: { verb: 'remove_file' as const, path: releaseFile(app, id) },
      timeoutS: 20,
    })),
  ];
}

function imageOf({ repository, digest }: ReleaseInfo): string {
  return `${repository}@${digest}`;
}

/** Exit 1: a container that is not ours uses it, or it is gone. */
function removeImage(image: string): PlanItem {
  return {
    name: `Remove image ${image}`,
    effect: 'change',
    action: { verb: 'run_accepting', codes: [0, 1], argv: ['docker', 'image', 'rm', image] },
    timeoutS: 60,
  };
}
