import type { PlanItem, Step } from '../../lib/command.ts';
import { type AppFacts, type ContainerFact, releaseOf, replacedBy } from './facts.ts';
import { healthUrl } from './release.ts';
import {
  evidence,
  removeContainer,
  removeIfThere,
  rename,
  startAgain,
  startRelease,
  stop,
  waitHealthy,
} from './steps.ts';
import { isUp, releasesToKeep, runsAlready, type Switch, stateOf, type Target } from './target.ts';

/** What will be put aside while the target starts, and come back when it fails. */
type Fallback = 'container' | 'replaced' | 'none';

const STOP_S = 10;

/**
 * The old container is renamed and stopped, the new one started and watched, the old one removed; or brought back when
 * the new one fails.
 */
export function planStopFirst(facts: AppFacts, target: Target): Switch {
  const { container, candidate } = facts;
  const change = container && releaseOf(container) === target.id ? keep(facts, target, container) : undefined;
  const { items, ...rest } = change ?? replace(facts, target);
  // Of a deployment with two ports that was interrupted.
  const tidy = candidate ? [removeContainer(`${target.app}-candidate`, ['--force'])] : [];
  const port = target.place.ports[0];
  return { ...rest, port, items: [...tidy, ...items] };
}

type Change = Omit<Switch, 'port'>;

/** Undefined when the container, though of the target's release, must be replaced. */
function keep(facts: AppFacts, target: Target, container: ContainerFact): Change | undefined {
  const { replaced } = facts;
  const state = stateOf(facts, target, container);
  if (state === 'broken') return undefined;
  const isSure = state === 'healthy' || (state === 'running' && !replaced);
  return {
    settled: true,
    keeps: replacedBy(container),
    items: [
      isSure ? runsAlready(target.app, container) : watch(target, replaced),
      ...(replaced ? [removeContainer(`${target.app}-replaced`, ['--force'])] : []),
    ],
  };
}

function replace(facts: AppFacts, target: Target): Change {
  const { app, place } = target;
  const { fallback, before } = putAside(facts, target);
  const keeps = releasesToKeep(fallback === 'none' ? null : facts[fallback], target);
  const rescue = rescueSteps(app, fallback);
  // Where a fresh engine was not asked, a name that is taken must not cost whatever took it.
  const whenTaken = facts.engine === 'running' ? rescue : evidence(app);
  return {
    settled: false,
    // The id of an image that is still to be pulled may be that of a release on the host.
    keeps: typeof target.id === 'string' ? keeps : null,
    items: [
      ...before,
      startRelease(target, { container: app, replaces: keeps, rescue: whenTaken }),
      { ...waitHealthy(app, healthUrl(place, place.ports[0])), rescue },
      ...(fallback === 'none' ? [] : [removeContainer(`${app}-replaced`, [])]),
    ],
  };
}

/** Chooses what to fall back to: the container that is known to have worked. */
function putAside(facts: AppFacts, target: Target): { fallback: Fallback; before: Step[] } {
  const { app } = target;
  const { container, replaced } = facts;
  const aside = [rename(app, `${app}-replaced`), stop(`${app}-replaced`, STOP_S)];
  if (container && replaced) {
    const proven =
      releaseOf(container) !== target.id && ['healthy', 'running'].includes(stateOf(facts, target, container));
    return proven
      ? { fallback: 'container', before: [removeContainer(`${app}-replaced`, ['--force']), ...aside] }
      : { fallback: 'replaced', before: [removeContainer(app, ['--force']), ...stopIfRunning(app, replaced)] };
  }
  if (container) return { fallback: 'container', before: aside };
  if (replaced) return { fallback: 'replaced', before: stopIfRunning(app, replaced) };
  return { fallback: 'none', before: [] };
}

function stopIfRunning(app: string, replaced: ContainerFact): Step[] {
  return isUp(replaced) ? [stop(`${app}-replaced`, STOP_S)] : [];
}

function rescueSteps(app: string, fallback: Fallback): Step[] {
  const back = fallback === 'none' ? [] : [rename(`${app}-replaced`, app), startAgain(app)];
  return [...evidence(app), removeIfThere(app), ...back];
}

/** Without a rescue that removes anything: the container may have been started long ago, e.g. by a reboot. */
function watch({ app, place }: Target, replaced: ContainerFact | null): PlanItem {
  const wait = waitHealthy(app, healthUrl(place, place.ports[0]));
  return replaced ? { ...wait, rescue: rescueSteps(app, 'replaced') } : wait;
}
