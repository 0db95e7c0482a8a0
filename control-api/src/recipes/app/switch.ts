import { AppError } from '../../lib/errors.ts';
import type { AppFacts } from './facts.ts';
import { planSideBySide } from './side-by-side.ts';
import { planStopFirst } from './stop-first.ts';
import type { Switch, Target } from './target.ts';

/**
 * Makes the target the one that runs, from whatever state an interrupted call left. With two ports old and new one run
 * side by side for a while, else the old one is stopped first. Throws name_taken and port_taken.
 */
export function planSwitch(facts: AppFacts, target: Target): Switch {
  refuseForeign(facts, target.app);
  return target.place.ports.length === 2 ? planSideBySide(facts, target) : planStopFirst(facts, target);
}

/** Throws name_taken when a container of one of the app's names is there that nobody deployed through us. */
export function refuseForeign({ container, replaced, candidate }: AppFacts, app: string): void {
  const named = [
    [app, container],
    [`${app}-replaced`, replaced],
    [`${app}-candidate`, candidate],
  ] as const;
  for (const [name, found] of named) {
    if (!found || found.labels['fountain.app'] === app) continue;
    throw new AppError('name_taken', `A container ${name} that is not ours is on the host (image ${found.image}).`, {
      hint: 'Choose another name, or remove that container on the host by hand.',
    });
  }
}
