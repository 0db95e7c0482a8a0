import timing from '../../../../deploy-manifests/timing.json' with { type: 'json' };
import type { PlanItem, Step } from '../../lib/command.ts';
import { type AppFacts, type ContainerFact, portOf, releaseOf, replacedBy } from './facts.ts';
import { isInTheWay, type Listener, portTaken, warnOfPorts, warnOfTaken } from './ports.ts';
import { healthUrl, portOptions } from './release.ts';
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
import { retire, STOP_S, takeOver } from './take-over.ts';
import { isUp, releasesToKeep, runsAlready, type Switch, stateOf, statusOf, type Target } from './target.ts';

/** Who answers to the app's name once what an interrupted switch left is cleared up, and what may take its place. */
interface Scene {
  serving: ContainerFact | null;
  candidate: ContainerFact | null;
  /** Gives the name to the one that serves. */
  before: readonly Step[];
  /** Ends the other one, once the first is known to work. */
  after: readonly Step[];
}

/** Readings a second apart. */
const STEADY = timing.ready_for_s + 1;

/**
 * The new container starts on the free port under another name, and gets the app's when it has been ready for a while;
 * then the old one is told to end. Until then nothing happens to the old one. Throws port_taken.
 */
export function planSideBySide(facts: AppFacts, target: Target): Switch {
  const scene = sceneOf(facts, target);
  const { serving, candidate } = scene;
  const isThere = serving !== null && releaseOf(serving) === target.id && stateOf(facts, target, serving) !== 'broken';
  const watched = serving && (isThere || scene.after.length > 0) ? [watch(facts, target, serving)] : [];
  const cleared = [...scene.before, ...watched, ...scene.after];
  if (isThere) {
    const items = [...cleared, ...(candidate ? discard(facts, target, candidate) : [])];
    return { settled: true, keeps: replacedBy(serving), port: portOf(facts, serving), items };
  }
  const keeps = releasesToKeep(serving, target);
  const running = serving && isUp(serving) ? portOf(facts, serving) : undefined;
  const started = candidate && isUsable(candidate, target, keeps) ? candidate : null;
  const port = started ? portOf(facts, started) : freePort(facts, target, running);
  return {
    settled: false,
    // The id of an image that is still to be pulled may be that of a release on the host.
    keeps: typeof target.id === 'string' ? keeps : null,
    port,
    items: [
      ...warnOfPorts(target, running),
      ...warnOfTaken(target, foreign(facts)),
      ...cleared,
      ...(candidate && !started ? discard(facts, target, candidate) : []),
      ...(started ? [] : [start(facts, target, port ?? 0, keeps)]),
      { ...waitUntilReady(target, nameOfCandidate(target), port), rescue: rescueSteps(nameOfCandidate(target)) },
      ...takeOver(target, nameOfCandidate(target), serving, port),
    ],
  };
}

/** A switch that was interrupted while names changed hands goes on if the new container works, else back. */
function sceneOf(facts: AppFacts, target: Target): Scene {
  const { container, replaced, candidate } = facts;
  const { app } = target;
  const aside = `${app}-replaced`;
  if (!replaced) return { serving: container, candidate, before: [], after: [] };
  const successor = container ?? candidate;
  if (successor && isSound(facts, target, successor)) {
    if (mayComeBack(facts, target, replaced)) return comeBack(facts, target, replaced);
    const before = container ? [] : [rename(nameOfCandidate(target), app)];
    const after = retire(target, replaced, portOf(facts, successor));
    return { serving: successor, candidate: container ? candidate : null, before, after };
  }
  const before = [
    ...(container ? [removeContainer(app, ['--force'])] : []),
    // It may have the port of the one that comes back.
    ...(candidate ? [removeContainer(nameOfCandidate(target), ['--force'])] : []),
    rename(aside, app),
  ];
  if (isUp(replaced)) return { serving: replaced, candidate: null, before, after: [] };
  const started: ContainerFact = { ...replaced, status: 'running', health: 'starting', restarts: 0 };
  return { serving: started, candidate: null, before: [...before, startAgain(app)], after: [] };
}

/** Not one that was told to end: its HEALTHCHECK may not have seen that yet, its health path says so at once. */
function mayComeBack(facts: AppFacts, target: Target, replaced: ContainerFact): boolean {
  if (releaseOf(replaced) !== target.id || !isSound(facts, target, replaced)) return false;
  const status = statusOf(facts, target.place, replaced);
  return status === null || (status >= 200 && status < 300);
}

/** The target never ended: it gets its name again, and what was to take its place ends as an old one does. */
function comeBack(facts: AppFacts, target: Target, replaced: ContainerFact): Scene {
  const { container, candidate } = facts;
  const { app } = target;
  const before = [
    waitUntilReady(target, `${app}-replaced`, portOf(facts, replaced)),
    ...(container && candidate ? [removeContainer(nameOfCandidate(target), ['--force'])] : []),
    ...(container ? [rename(app, nameOfCandidate(target))] : []),
    rename(`${app}-replaced`, app),
  ];
  return { serving: replaced, candidate: container ?? candidate, before, after: [] };
}

/** The gateway may have found one that works, so it is given time to end. */
function discard(facts: AppFacts, target: Target, candidate: ContainerFact): Step[] {
  const name = nameOfCandidate(target);
  if (!isSound(facts, target, candidate)) return [removeContainer(name, ['--force'])];
  return [stop(name, STOP_S), removeContainer(name, [])];
}

/** One that has been restarted before it could tell how it is may be dying again and again. */
function isSound(facts: AppFacts, target: Target, container: ContainerFact): boolean {
  const state = stateOf(facts, target, container);
  return state !== 'broken' && !(state === 'starting' && container.restarts > 0);
}

/** Without a rescue that removes anything: the container may have been started long ago, e.g. by a reboot. */
function watch(facts: AppFacts, target: Target, serving: ContainerFact): PlanItem {
  const { app, place } = target;
  if (stateOf(facts, target, serving) !== 'starting') return runsAlready(app, serving);
  return waitHealthy(app, healthUrl(place, portOf(facts, serving)));
}

/** Whether a container that an interrupted call started is what this call would start. */
function isUsable(candidate: ContainerFact, target: Target, keeps: readonly string[]): boolean {
  const { status, restarts, health } = candidate;
  const isAlive = status === 'running' && restarts === 0 && health !== 'unhealthy';
  return isAlive && releaseOf(candidate) === target.id && replacedBy(candidate).join() === keeps.join();
}

/** Throws port_taken when neither port is left. */
function freePort(facts: AppFacts, { app, place }: Target, own: number | undefined): number {
  const others = foreign(facts).filter((one) => isInTheWay(one, place.address));
  const free = place.ports.find((port) => port !== own && !others.some((one) => one.port === port));
  if (free === undefined) throw portTaken(app, own, others);
  return free;
}

/** Who has one of the two ports and is none of the app's own containers. */
function foreign(facts: AppFacts): Listener[] {
  const { container, replaced, candidate, listeners } = facts;
  const ours = [container, replaced, candidate].flatMap((one) => (one && isUp(one) ? portOf(facts, one) : []));
  return listeners.filter((one) => !ours.includes(one.port));
}

function start(facts: AppFacts, target: Target, port: number, replaces: readonly string[]): Step {
  const container = nameOfCandidate(target);
  const name = `Start ${container} on port ${port}`;
  const options = portOptions(container, target.place, port);
  // Where a fresh engine was not asked, a name that is taken must not cost whatever took it.
  const rescue = facts.engine === 'running' ? rescueSteps(container) : evidence(container);
  return startRelease(target, { container, replaces, options, name, rescue });
}

/** So long that the gateway, which asks as often, has found it too. */
function waitUntilReady(target: Target, container: string, port: number | undefined): Step {
  const wait = waitHealthy(container, healthUrl(target.place, port));
  return {
    ...wait,
    name: `Wait until ${container} has been ready for ${timing.ready_for_s} s`,
    action: { ...wait.action, steady: STEADY } as Step['action'],
  };
}

function rescueSteps(candidate: string): Step[] {
  return [...evidence(candidate), removeIfThere(candidate)];
}

function nameOfCandidate({ app }: Target): string {
  return `${app}-candidate`;
}
