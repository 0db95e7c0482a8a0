import timing from '../../../../deploy-manifests/timing.json' with { type: 'json' };
import type { PlanItem, Step } from '../../lib/command.ts';
import { explainCrash } from './errors.ts';
import { type AppFacts, type ContainerFact, portOf, releaseOf, replacedBy } from './facts.ts';
import { isInTheWay, portTaken } from './ports.ts';
import { healthUrl, portOptions } from './release.ts';
import {
  evidence,
  removeContainer,
  removeIfThere,
  rename,
  runDocker,
  startAgain,
  startRelease,
  stop,
  waitHealthy,
} from './steps.ts';
import { isUp, releasesToKeep, runsAlready, type Switch, stateOf, type Target } from './target.ts';

/** Who answers to the app's name once what an interrupted switch left is cleared up, and what may take its place. */
interface Scene {
  serving: ContainerFact | null;
  candidate: ContainerFact | null;
  /** Gives the name to the one that serves. */
  before: readonly Step[];
  /** Ends the other one, once the first is known to work. */
  after: readonly Step[];
}

/**
 * For the moment between two renames, in which nobody has the app's name on the usual network: here the new container has
 * it as an alias. Internal, so that it never becomes the way to a published port.
 */
const SWITCH_NETWORK = 'fountain-switch';
const STOP_S = timing.drain_s + timing.close_s;
/** Readings a second apart. */
const STEADY = timing.ready_for_s + 1;
const CHECK_S = 20;

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
  const removal = removeContainer(nameOfCandidate(target), ['--force']);
  if (isThere) {
    const items = [...cleared, ...(candidate ? [removal] : [])];
    return { settled: true, keeps: replacedBy(serving), port: portOf(facts, serving), items };
  }
  const keeps = releasesToKeep(serving, target);
  const started = candidate && isUsable(candidate, target, keeps) ? candidate : null;
  const port = started ? portOf(facts, started) : freePort(facts, target, serving);
  return {
    settled: false,
    // The id of an image that is still to be pulled may be that of a release on the host.
    keeps: typeof target.id === 'string' ? keeps : null,
    port,
    items: [
      ...cleared,
      ...(candidate && !started ? [removal] : []),
      ...(started ? [] : [start(facts, target, port ?? 0, keeps)]),
      waitUntilReady(target, port),
      ...takeOver(target, serving, port, keeps),
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
    const before = container ? [] : [rename(nameOfCandidate(target), app)];
    return { serving: successor, candidate: container ? candidate : null, before, after: retire(app, replaced) };
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
function freePort(facts: AppFacts, { app, place }: Target, serving: ContainerFact | null): number {
  const { container, replaced, candidate, listeners } = facts;
  const ours = [container, replaced, candidate].flatMap((one) => (one && isUp(one) ? portOf(facts, one) : []));
  const others = listeners.filter((one) => !ours.includes(one.port) && isInTheWay(one, place.address));
  const own = serving && isUp(serving) ? portOf(facts, serving) : undefined;
  const free = place.ports.find((port) => port !== own && !others.some((one) => one.port === port));
  if (free === undefined) throw portTaken(app, own, others);
  return free;
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
function waitUntilReady(target: Target, port: number | undefined): Step {
  const container = nameOfCandidate(target);
  const wait = waitHealthy(container, healthUrl(target.place, port));
  return {
    ...wait,
    name: `Wait until ${container} has been ready for ${timing.ready_for_s} s`,
    action: { ...wait.action, steady: STEADY } as Step['action'],
    rescue: rescueSteps(container),
  };
}

function takeOver(
  target: Target,
  serving: ContainerFact | null,
  port: number | undefined,
  keeps: readonly string[],
): Step[] {
  const { app } = target;
  const candidate = nameOfCandidate(target);
  const old = serving ? [rename(app, `${app}-replaced`)] : [];
  const end = serving ? [...retire(app, serving), checkAfter(target, port, keeps[0])] : [];
  return [...aliasAs(app, candidate), ...old, rename(candidate, app), ...end];
}

/** Peers on the host find the new container by the app's name even while names change hands. */
function aliasAs(app: string, candidate: string): Step[] {
  const network = ['docker', 'network'];
  const connected = `{{(index .NetworkSettings.Networks "${SWITCH_NETWORK}").NetworkID}}`;
  return [
    {
      ...runDocker(`Make the Docker network ${SWITCH_NETWORK}`, 'network', 'create', '--internal', SWITCH_NETWORK),
      guard: [...network, 'inspect', '--format', '{{.Name}}', SWITCH_NETWORK],
    },
    {
      ...runDocker(
        `Let ${app} lead to ${candidate} too`,
        'network',
        'connect',
        '--alias',
        app,
        SWITCH_NETWORK,
        candidate,
      ),
      guard: ['docker', 'inspect', '--type', 'container', '--format', connected, candidate],
    },
  ];
}

/** SIGTERM, and time enough to serve on while the gateway finds out, and to end what is under way. */
function retire(app: string, old: ContainerFact): Step[] {
  const name = `${app}-replaced`;
  return [...(isUp(old) ? [stop(name, STOP_S)] : []), removeContainer(name, [])];
}

/** A release that was ready may still have ended since: there is none beside it any more, so it is told. */
function checkAfter({ app, place }: Target, port: number | undefined, old: string | undefined): Step {
  const url = healthUrl(place, port);
  return {
    name: `Check that ${app} still runs`,
    effect: 'check',
    action: { verb: 'wait_healthy', container: app, url, times: 1 },
    timeoutS: CHECK_S,
    rescue: evidence(app),
    explain: (_exit, output) => explainCrash(app, old, output),
  };
}

function rescueSteps(candidate: string): Step[] {
  return [...evidence(candidate), removeIfThere(candidate)];
}

function nameOfCandidate({ app }: Target): string {
  return `${app}-candidate`;
}
