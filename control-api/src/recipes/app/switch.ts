import type { PlanItem, Step } from '../../lib/command.ts';
import { AppError } from '../../lib/errors.ts';
import { explainHealth, explainRun } from './errors.ts';
import { type AppFacts, type ContainerFact, inspectContainer, releaseOf, replacedBy } from './facts.ts';
import type { Release } from './release.ts';

/** The release that shall run, as far as switching to it needs to know it. */
export type Target = Pick<Release, 'app' | 'id' | 'file' | 'healthUrl'>;

export interface Switch {
  items: readonly PlanItem[];
  /** Nothing has to be started: the target runs already. */
  settled: boolean;
  /** Ids of releases that must stay because the target takes their place; null when that is not known. */
  keeps: readonly string[] | null;
}

/** What will be put aside while the target starts, and come back when it fails. */
type Fallback = 'container' | 'replaced' | 'perhaps' | 'none';

const HEALTHY_TIMES = 10;
const HEALTHY_WITHIN_S = 120;
const STOP_S = '10';

/**
 * Makes the target the one that runs, from whatever state an interrupted call left: the old container is renamed and
 * stopped, the new one started and watched, the old one removed; or brought back when the new one fails.
 */
export function planSwitch(facts: AppFacts, target: Target): Switch {
  refuseForeign(facts, target.app);
  const { container, replaced } = facts;
  if (container && releaseOf(container) === target.id) {
    const state = stateOf(container, facts.health);
    if (state === 'healthy' || (state === 'running' && !replaced)) return keepRunning(container, replaced, target, []);
    if (state !== 'broken') return keepRunning(container, replaced, target, [watch(target, replaced)]);
  }
  return replace(facts, target);
}

/** Throws name_taken when a container of the app's name is there that nobody deployed through us. */
export function refuseForeign({ container, replaced }: AppFacts, app: string): void {
  const foreign = [container, replaced].find((found) => found && found.labels['fountain.app'] !== app);
  if (!foreign) return;
  const name = foreign === container ? app : `${app}-replaced`;
  throw new AppError('name_taken', `A container ${name} that is not ours is on the host (image ${foreign.image}).`, {
    hint: 'Choose another name, or remove that container on the host by hand.',
  });
}

/**
 * `starting`: its HEALTHCHECK has not decided yet. `running`: it has no check that could tell more. A restart since it
 * was started counts as broken unless a check says otherwise: it may be dying again and again.
 */
function stateOf(container: ContainerFact, health: number | null): 'healthy' | 'starting' | 'running' | 'broken' {
  if (container.status !== 'running') return 'broken';
  if (container.health === 'healthy' || container.health === 'starting') return container.health;
  if (container.health === 'unhealthy') return 'broken';
  if (health !== null) return health >= 200 && health < 300 ? 'healthy' : 'broken';
  return container.restarts > 0 ? 'broken' : 'running';
}

function keepRunning(
  container: ContainerFact,
  replaced: ContainerFact | null,
  { app }: Target,
  watching: readonly Step[],
): Switch {
  const detail = `${container.status}${container.health ? `, ${container.health}` : ''} since ${container.started_at}`;
  return {
    settled: true,
    keeps: replacedBy(container),
    items: [
      ...(watching.length > 0 ? watching : [{ name: `Container ${app}`, settled: true as const, detail }]),
      ...(replaced ? [removeContainer(`${app}-replaced`, ['--force'])] : []),
    ],
  };
}

function replace(facts: AppFacts, target: Target): Switch {
  const { app } = target;
  const { fallback, before } = putAside(facts, target);
  const keeps = replacedReleases(facts, target, fallback);
  const rescue = rescueSteps(app, fallback);
  return {
    settled: false,
    // The id of an image that is still to be pulled may be that of a release on the host.
    keeps: typeof target.id === 'string' ? keeps : null,
    items: [
      ...before,
      // Where a fresh engine was not asked, a name that is taken must not cost whatever took it.
      startRelease(target, keeps.join('+'), facts.engine === 'running' || fallback !== 'none' ? rescue : evidence(app)),
      { ...waitHealthy(app, target.healthUrl), rescue },
      ...(fallback === 'none' ? [] : [removeContainer(`${app}-replaced`, [], fallback === 'perhaps')]),
    ],
  };
}

/** Chooses what to fall back to: the container that is known to have worked. */
function putAside(facts: AppFacts, target: Target): { fallback: Fallback; before: Step[] } {
  const { app } = target;
  const { container, replaced } = facts;
  const aside = [rename(app, `${app}-replaced`), stop(`${app}-replaced`)];
  if (container && replaced) {
    const proven =
      releaseOf(container) !== target.id && ['healthy', 'running'].includes(stateOf(container, facts.health));
    return proven
      ? { fallback: 'container', before: [removeContainer(`${app}-replaced`, ['--force']), ...aside] }
      : { fallback: 'replaced', before: [removeContainer(app, ['--force']), ...stopIfRunning(app, replaced)] };
  }
  if (container) return { fallback: 'container', before: aside };
  if (replaced) return { fallback: 'replaced', before: stopIfRunning(app, replaced) };
  // An engine that does not answer yet will bring back what ran before it was stopped: ours, since a release is there.
  if (facts.engine !== 'running' && facts.releases.some((release) => release.app === app)) {
    return { fallback: 'perhaps', before: putAsideUnseen(app) };
  }
  return { fallback: 'none', before: [] };
}

/** What is put aside already stays the fallback; whatever else has the name makes room. */
function putAsideUnseen(app: string): Step[] {
  const aside = `${app}-replaced`;
  return [
    { ...accepting(rename(app, aside)), guard: inspectContainer(aside) },
    accepting(removeContainer(app, ['--force'])),
    accepting(stop(aside)),
  ];
}

function stopIfRunning(app: string, replaced: ContainerFact): Step[] {
  return ['exited', 'created', 'dead'].includes(replaced.status) ? [] : [stop(`${app}-replaced`)];
}

/** Rolling back must stay possible: when a release takes its own place, what it once replaced is kept. */
function replacedReleases(facts: AppFacts, target: Target, fallback: Fallback): string[] {
  if (fallback === 'perhaps') {
    return facts.releases.filter(({ app, id }) => app === target.app && id !== target.id).map(({ id }) => id);
  }
  const old = fallback === 'none' ? null : facts[fallback];
  if (!old) return [];
  const release = releaseOf(old);
  if (typeof target.id !== 'string') return [...new Set([release, ...replacedBy(old)])].filter(Boolean);
  return release === target.id ? replacedBy(old) : [release].filter(Boolean);
}

function rescueSteps(app: string, fallback: Fallback): Step[] {
  const back = fallback === 'none' ? [] : [rename(`${app}-replaced`, app), run(`Start ${app} again`, 'start', app)];
  return [
    ...evidence(app),
    accepting(removeContainer(app, ['--force'])),
    ...(fallback === 'perhaps' ? back.map(accepting) : back),
  ];
}

function evidence(app: string): Step[] {
  const read = (name: string, argv: readonly string[]): Step => ({
    name,
    effect: 'check',
    action: { verb: 'run_merged', argv },
    timeoutS: 30,
  });
  return [
    read(`Read the state of ${app}`, inspectContainer(app)),
    read(`Read the last log lines of ${app}`, ['docker', 'logs', '--tail', '20', app]),
  ];
}

function startRelease({ app, file }: Target, replaces: string, rescue: readonly Step[]): Step {
  return {
    name: `Start ${app}`,
    effect: 'change',
    action: { verb: 'run_release', file, replaces },
    timeoutS: 120,
    rescue,
    explain: (_exit, output) => explainRun(app, output),
  };
}

/** Without a rescue that removes anything: the container may have been started long ago, e.g. by a reboot. */
function watch(target: Target, replaced: ContainerFact | null): Step {
  const { app, healthUrl } = target;
  return { ...waitHealthy(app, healthUrl), rescue: replaced ? rescueSteps(app, 'replaced') : evidence(app) };
}

/** Waits for the image's HEALTHCHECK, else a 2xx at the URL, else ten seconds without a restart. */
export function waitHealthy(app: string, url: string): Step {
  return {
    name: `Wait until ${app} is healthy`,
    effect: 'check',
    action: { verb: 'wait_healthy', container: app, url, times: HEALTHY_TIMES },
    timeoutS: HEALTHY_WITHIN_S,
    rescue: evidence(app),
    explain: (_exit, output) => explainHealth(app, url, output),
  };
}

function rename(from: string, to: string): Step {
  return run(`Rename ${from} to ${to}`, 'rename', from, to);
}

function stop(container: string): Step {
  return run(`Stop ${container}`, 'stop', '--time', STOP_S, container);
}

export function removeContainer(container: string, options: readonly string[], perhaps = false): Step {
  const step = run(`Remove ${container}`, 'rm', ...options, container);
  return perhaps ? accepting(step) : step;
}

function run(name: string, ...words: readonly string[]): Step {
  return { name, effect: 'change', action: { verb: 'run', argv: ['docker', ...words] }, timeoutS: 60 };
}

/** The same step, content when there is no such container (exit 1). */
function accepting(step: Step): Step {
  const { action } = step;
  return action.verb === 'run'
    ? { ...step, action: { verb: 'run_accepting', codes: [0, 1], argv: action.argv } }
    : step;
}
