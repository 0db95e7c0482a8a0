import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type PlanItem, stepsOf } from '../../src/lib/command.ts';
import { parseImage } from '../../src/lib/image-reference.ts';
import type { AppWish } from '../../src/recipes/app/release.ts';
import * as works from './app-works.ts';
import { planOn, runOn, type Work } from './model-run.ts';
import type { ModelContainer, ModelState } from './model-state.ts';

const { BROKEN, NEW, OLD, OLDER, REPOSITORY, deploy, removal, rollBackTo, world } = works;
const PORTS = [8101, 8201] as const;
const wish: AppWish = { ...works.wish, ports: PORTS };
const imageOf = (digest: string) => parseImage(`${REPOSITORY}@sha256:${digest}`);
const idOf = (digest: string) => works.idOf(digest, wish);
const broken = deploy({ ...wish, image: parseImage(`${REPOSITORY}:broken`) });

interface Start {
  digest: string;
  replaces: string;
  status: ModelContainer['status'];
  restarts: number;
  port: number;
  connected: boolean;
}

const anyContainer = fc.option(
  fc.record<Start>({
    digest: fc.constantFrom(OLD, NEW, BROKEN),
    replaces: fc.constantFrom('', OLD, OLDER),
    status: fc.constantFrom('running', 'running', 'exited', 'created'),
    restarts: fc.constantFrom(0, 0, 0, 3),
    port: fc.constantFrom(...PORTS, 8080),
    connected: fc.boolean(),
  }),
);

/** Containers under all three names, as any interruption or any hand could have left them. */
const anyState = fc
  .record({ container: anyContainer, candidate: anyContainer, replaced: anyContainer, active: fc.boolean() })
  .map(({ active, ...starts }) => {
    const state = bareState();
    state.engine.active = active;
    for (const [name, start] of Object.entries(starts)) {
      if (start) put(state, name === 'container' ? 'my-app' : `my-app-${name}`, start);
    }
    return state;
  });

function bareState(): ModelState {
  return {
    memoryMb: 8192,
    swapMb: 0,
    cloudInit: 'done',
    dpkgAudit: '',
    packages: ['ca-certificates', 'curl', 'docker.io'],
    files: {
      '/etc/os-release': 'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm',
      '/etc/fstab': '',
      '/etc/docker/daemon.json':
        '{"live-restore":true,"log-driver":"json-file","log-opts":{"max-size":"10m","max-file":"3"}}',
      ...Object.fromEntries([OLD, OLDER, NEW, BROKEN].map((digest) => works.fileOf(digest, wish))),
    },
    engine: { enabled: true, active: true, liveRestore: true },
    network: true,
    networks: ['fountain-switch'],
    images: [OLD, OLDER, NEW, BROKEN].map((digest) => `${REPOSITORY}@sha256:${digest}`),
    containers: {},
  };
}

function put({ containers }: ModelState, name: string, { digest, replaces, port, connected, ...start }: Start): void {
  const isBusy = Object.values(containers).some((other) => other.status === 'running' && other.port === port);
  const labels = {
    ...{ 'fountain.app': 'my-app', 'fountain.release': idOf(digest), 'fountain.port': String(port) },
    'fountain.replaces': replaces && idOf(replaces),
  };
  const status = digest === BROKEN || isBusy ? 'exited' : start.status;
  const aliases = connected ? { aliases: ['my-app'] } : {};
  containers[name] = {
    image: `${REPOSITORY}@sha256:${digest}`,
    labels,
    status,
    restarts: start.restarts,
    port,
    ...aliases,
  };
}

/** Which of the two ports it is in the end depends on the way there. */
function endOf({ containers, ...rest }: ModelState) {
  const shown = Object.entries(containers).map(([name, { image, status, labels }]) => {
    const { 'fountain.port': _, ...others } = labels;
    return { name, image, status, labels: others };
  });
  return { ...rest, containers: shown };
}

const unsettled = (state: ModelState, work: Work) => planOn(state, world, work).filter((item) => !('settled' in item));

function settle(state: ModelState, work: Work): void {
  expect(runOn(state, world, work).failed).toBeUndefined();
  // What is kept for going back may change once more when the engine could not be asked at first.
  expect(runOn(state, world, work).failed).toBeUndefined();
  expect(unsettled(state, work)).toEqual([]);
}

/** Somebody who works answers to the app's name, of those that run on the host. */
function isServed({ containers }: ModelState): boolean {
  const found = containers['my-app'] ? [containers['my-app']] : Object.values(containers).filter(isCalledSo);
  return found.some(({ status, image }) => status === 'running' && world.isHealthy(image));
}

const isCalledSo = ({ aliases = [] }: ModelContainer) => aliases.includes('my-app');

test('a deployment ends the same from any state, wherever it was interrupted, and then has nothing to do', () => {
  const work = deploy(wish);
  fc.assert(
    fc.property(anyState, (start) => {
      const whole = structuredClone(start);
      const { steps } = runOn(whole, world, work);
      if (start.engine.active) expect(unsettled(whole, work)).toEqual([]);
      settle(whole, work);
      expect(Object.keys(whole.containers)).toEqual(['my-app']);
      expect(whole.containers).toHaveProperty(['my-app', 'labels', 'fountain.release'], idOf(NEW));
      for (let prefix = 0; prefix < steps; prefix += 1) {
        const cut = structuredClone(start);
        runOn(cut, world, work, prefix);
        settle(cut, work);
        const [end, wanted] = [endOf(cut), endOf(whole)];
        expect(end.containers.map(({ name, image, status }) => ({ name, image, status }))).toEqual(
          wanted.containers.map(({ name, image, status }) => ({ name, image, status })),
        );
        expect(end.engine).toEqual(wanted.engine);
      }
    }),
    { numRuns: 200 },
  );
});

/** The app as a deployment leaves it, on either port. */
const anyRunning = fc.record({
  digest: fc.constantFrom(OLD, OLDER),
  port: fc.constantFrom(...PORTS),
  connected: fc.boolean(),
});

function running(start: { digest: string; port: number; connected: boolean }): ModelState {
  const state = bareState();
  put(state, 'my-app', { ...start, status: 'running', restarts: 0, replaces: '' });
  return state;
}

test('while releases change, and wherever that is interrupted, somebody who works answers to the name', () => {
  const calls = [deploy(wish), broken, rollBackTo(idOf(NEW))];
  fc.assert(
    fc.property(anyRunning, fc.constantFrom(...calls), fc.nat(20), (start, work, prefix) => {
      const state = running(start);
      for (const limit of [prefix, Number.POSITIVE_INFINITY]) {
        const before = structuredClone(state);
        const { steps } = runOn(structuredClone(before), world, work, limit);
        for (let at = 0; at <= Math.min(steps, limit); at += 1) {
          const cut = structuredClone(before);
          runOn(cut, world, work, at);
          expect(isServed(cut), `after ${at} steps`).toBe(true);
        }
        runOn(state, world, work, limit);
      }
      expect(state.containers).toHaveProperty(
        ['my-app', 'image'],
        `${REPOSITORY}@sha256:${work === broken ? start.digest : NEW}`,
      );
    }),
    { numRuns: 60 },
  );
});

test('a broken image costs nothing: the old container is not touched, wherever its deployment was interrupted', () => {
  fc.assert(
    fc.property(anyRunning, fc.nat(12), (start, prefix) => {
      const state = running(start);
      const before = structuredClone(state.containers);
      runOn(state, world, broken, prefix);
      expect(runOn(state, world, broken).failed).toBe('Wait until my-app-candidate has been ready for 3 s');
      expect(state.containers).toEqual(before);
      expect(Object.keys(state.files)).toContain(works.fileOf(start.digest, wish)[0]);
    }),
    { numRuns: 30 },
  );
});

test('whatever the ports were before: one after two and two after one, there and back', () => {
  const one = { ...works.wish, image: imageOf(OLD) };
  fc.assert(
    fc.property(anyState, fc.nat(16), fc.constantFrom(8080, 8101), (any, prefix, port) => {
      const state = structuredClone(any);
      const alone = { ...one, ports: [port] };
      for (const work of [deploy(alone), deploy(wish), rollBackTo(works.idOf(OLD, alone)), rollBackTo(idOf(NEW))]) {
        runOn(state, world, work, prefix);
        settle(state, work);
        expect(Object.keys(state.containers)).toEqual(['my-app']);
        expect(state.containers['my-app']?.status).toBe('running');
      }
      expect(state.containers).toHaveProperty(['my-app', 'labels', 'fountain.release'], idOf(NEW));
      expect(PORTS).toContain(state.containers['my-app']?.port);
    }),
    { numRuns: 60 },
  );
});

test('a removal leaves nothing of it, from any state', () => {
  fc.assert(
    fc.property(anyState, fc.nat(8), (any, prefix) => {
      const state = structuredClone(any);
      state.engine.active = true;
      runOn(state, world, removal, prefix);
      settle(state, removal);
      expect([state.containers, state.images]).toEqual([{}, []]);
    }),
    { numRuns: 30 },
  );
});

test('each release takes the port that the one before does not have, unless another program has it', () => {
  const state = running({ digest: OLD, port: 8201, connected: true });
  settle(state, deploy(wish));
  expect(state.containers['my-app']?.port).toBe(8101);
  settle(state, rollBackTo(idOf(OLD)));
  expect(state.containers['my-app']?.port).toBe(8201);
  state.foreignPorts = [8101];
  expect(() => planOn(state, world, deploy(wish))).toThrow(
    'There is no port left for a new release of my-app: my-app runs on port 8201, and port 8101 is taken by nginx (pid 7).',
  );
  settle(state, deploy({ ...wish, image: imageOf(OLD) }));
  settle(state, removal);
  settle(state, deploy(wish));
  expect(state.containers['my-app']?.port).toBe(8201);
});

const ready: AppWish = { ...wish, healthPath: '/ready' };
const readyId = (digest: string) => works.idOf(digest, ready);

/** OLD on the first port; its releases ask /ready, and no image has a HEALTHCHECK. */
function serving(): ModelState {
  const state = bareState();
  Object.assign(state.files, Object.fromEntries([OLD, NEW].map((digest) => works.fileOf(digest, ready))));
  const labels = { 'fountain.app': 'my-app', 'fountain.release': readyId(OLD), 'fountain.port': '8101' };
  const image = `${REPOSITORY}@sha256:${OLD}`;
  const more = { status: 'running', restarts: 0, port: 8101, aliases: ['my-app'] } as const;
  state.containers['my-app'] = { image, labels: { ...labels, 'fountain.replaces': '' }, ...more, aliases: ['my-app'] };
  return state;
}

/** After the renames: NEW has the name, and OLD is not told to end yet. */
function interrupted(): ModelState {
  const state = serving();
  const stop = stepsOf(planOn(state, world, deploy(ready))).findIndex(({ name }) => name === 'Stop my-app-replaced');
  runOn(state, world, deploy(ready), stop);
  expect(Object.keys(state.containers).sort()).toEqual(['my-app', 'my-app-replaced']);
  return state;
}

const namesOf = (state: ModelState, work: Work, around = world) =>
  stepsOf(planOn(state, around, work)).map(({ name }) => name);

test('rolling back looks at who is ready: the old one that is still up never ends for a new one that is not', () => {
  const state = interrupted();
  const outside = { ...world, isHealthy: (image: string) => !image.endsWith(NEW) };
  const names = namesOf(state, rollBackTo(readyId(OLD)), outside);
  expect(names.slice(0, 2)).toEqual(['Remove my-app', 'Rename my-app-replaced to my-app']);
  expect(names.join()).not.toMatch(/Stop|Start/);
});

test('rolling back to the old one that is still up takes nobody away, wherever that is interrupted', () => {
  const work = rollBackTo(readyId(OLD));
  const { steps } = runOn(interrupted(), world, work);
  for (let prefix = 0; prefix <= steps; prefix += 1) {
    const state = interrupted();
    runOn(state, world, work, prefix);
    expect(isServed(state), `after ${prefix} steps`).toBe(true);
    expect(
      Object.values(state.containers).some(({ image, status }) => image.endsWith(OLD) && status === 'running'),
    ).toBe(true);
    settle(state, work);
    expect(Object.keys(state.containers)).toEqual(['my-app']);
    expect(state.containers).toHaveProperty(['my-app', 'labels', 'fountain.release'], readyId(OLD));
  }
});

test('rolling back to a release that runs but is not ready starts it anew', () => {
  const outside = { ...world, isHealthy: () => false };
  expect(namesOf(serving(), rollBackTo(readyId(OLD)), outside)).toContain('Start my-app-candidate on port 8201');
});

test('rolling back takes the port that no other program has', () => {
  const state = serving();
  state.containers = {};
  state.foreignPorts = [8101];
  settle(state, rollBackTo(readyId(OLD)));
  expect(state.containers['my-app']?.port).toBe(8201);
});

test('a new one that dies while the old one ends costs nothing: the old one is there still, and serves again', () => {
  for (const start of [serving, interrupted]) {
    const state = start();
    const hasEnded = () => state.containers['my-app-replaced']?.status === 'exited';
    const outside = { ...world, isHealthy: (image: string) => !(image.endsWith(NEW) && hasEnded()) };
    expect(runOn(state, outside, deploy(ready)).failed).toBe('Check that my-app still runs');
    expect(Object.keys(state.containers)).toEqual(['my-app']);
    expect(state.containers['my-app']).toMatchObject({ status: 'running', image: `${REPOSITORY}@sha256:${OLD}` });
  }
});

const warnings = (items: readonly PlanItem[]) =>
  items.flatMap((item) => (item.name === 'Warning' && 'settled' in item ? [item.detail] : []));

test('other ports than the running one are warned of; one port at a time they are not', () => {
  const state = serving();
  expect(warnings(planOn(state, world, deploy({ ...ready, ports: [8301, 8401] })))).toEqual([
    expect.stringContaining('my-app runs on port 8101, which is not one of 8301 and 8401'),
  ]);
  for (const ports of [
    [8101, 8301],
    [8401, 8301],
  ]) {
    const work = deploy({ ...ready, ports });
    expect(ports).toContain(state.containers['my-app']?.port);
    expect(warnings(planOn(state, world, work))).toEqual([]);
    settle(state, work);
  }
  expect(state.containers['my-app']?.port).toBe(8401);
});

test('a rollback to a release with other ports than the running one is warned of too', () => {
  const state = serving();
  settle(state, deploy({ ...ready, ports: [8101, 8301] }));
  expect(warnings(planOn(state, world, rollBackTo(readyId(OLD))))).toEqual([
    expect.stringContaining('my-app runs on port 8301, which is not one of 8101 and 8201'),
  ]);
});
