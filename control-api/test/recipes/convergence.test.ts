import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseImage } from '../../src/lib/image-reference.ts';
import {
  BROKEN,
  deploy,
  fileOf,
  idOf,
  NEW,
  OLD,
  OLDER,
  REPOSITORY,
  removal,
  rollBackTo,
  wish,
  world,
} from './app-works.ts';
import { planOn, runOn, type Work } from './model-run.ts';
import type { ModelContainer, ModelState } from './model-state.ts';

function containerOf(
  digest: string,
  replaces: string,
  status: ModelContainer['status'],
  restarts: number,
): ModelContainer {
  const labels = { 'fountain.app': 'my-app', 'fountain.release': idOf(digest), 'fountain.replaces': replaces };
  return { image: `${REPOSITORY}@sha256:${digest}`, labels, status, restarts };
}

const digests = [OLD, OLDER, NEW, BROKEN];
const anyContainer = fc.option(
  fc.record({
    digest: fc.constantFrom(OLD, NEW, BROKEN),
    replaces: fc.constantFrom('', OLDER),
    status: fc.constantFrom('running' as const, 'exited' as const, 'created' as const),
    restarts: fc.constantFrom(0, 0, 3),
  }),
);

/** Hosts as fresh ones, as whole ones, and as any interruption or any hand could have left them. */
const anyState = fc
  .record({
    memoryMb: fc.constantFrom(460, 8192),
    swap: fc.constantFrom('none', 'file', 'unremembered', 'other'),
    cloudInit: fc.constantFrom('done' as const, 'running' as const),
    dpkgAudit: fc.constantFrom('', 'half installed'),
    curl: fc.constantFrom(true, true, false),
    dockerd: fc.constantFrom('absent', 'stopped', 'running', 'running', 'running'),
    configured: fc.boolean(),
    loaded: fc.boolean(),
    enabled: fc.boolean(),
    network: fc.boolean(),
    releases: fc.subarray(digests),
    images: fc.subarray(digests),
    container: anyContainer,
    replaced: anyContainer,
  })
  .map(buildState);

function buildState(start: {
  memoryMb: number;
  swap: string;
  cloudInit: 'done' | 'running';
  dpkgAudit: string;
  curl: boolean;
  dockerd: string;
  configured: boolean;
  loaded: boolean;
  enabled: boolean;
  network: boolean;
  releases: string[];
  images: string[];
  container: { digest: string; replaces: string; status: ModelContainer['status']; restarts: number } | null;
  replaced: { digest: string; replaces: string; status: ModelContainer['status']; restarts: number } | null;
}): ModelState {
  const installed = start.dockerd !== 'absent';
  const found = [start.container, start.replaced].flatMap((one) => (one && installed ? [one] : []));
  // A release is written before its container starts; a lost file is found out only while the engine runs.
  const lost = start.dockerd === 'running' ? [] : found.map(({ digest }) => digest);
  const used = [...start.images, ...found.map(({ digest }) => digest)];
  const containers: Record<string, ModelContainer> = {};
  const put = (name: string, one: typeof start.container) => {
    if (!one || !installed) return;
    const replaces = one.replaces && idOf(one.replaces);
    containers[name] = containerOf(one.digest, replaces, one.digest === BROKEN ? 'exited' : one.status, one.restarts);
  };
  put('my-app', start.container);
  put('my-app-replaced', start.replaced);
  const config = '{"live-restore":true,"log-driver":"json-file","log-opts":{"max-size":"10m","max-file":"3"}}';
  return {
    memoryMb: start.memoryMb,
    swapMb: start.swap === 'none' ? 0 : 1024,
    cloudInit: start.cloudInit,
    dpkgAudit: start.dpkgAudit,
    packages: ['ca-certificates', ...(start.curl ? ['curl'] : []), ...(installed ? ['docker.io'] : [])],
    files: {
      '/etc/os-release': 'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm',
      '/etc/fstab': `/dev/sda1 / ext4 defaults 0 1${start.swap === 'file' ? '\n/swapfile none swap sw 0 0' : ''}`,
      ...(start.swap === 'file' || start.swap === 'unremembered' ? { '/swapfile': 'formatted' } : {}),
      ...(start.configured ? { '/etc/docker/daemon.json': config } : {}),
      ...Object.fromEntries([...start.releases, ...lost].map((digest) => fileOf(digest))),
    },
    engine: {
      enabled: start.enabled,
      active: start.dockerd === 'running',
      liveRestore: start.loaded && start.configured,
    },
    network: installed && start.network,
    images: installed ? [...new Set(used)].sort().map((digest) => `${REPOSITORY}@sha256:${digest}`) : [],
    containers,
  };
}

/** What must be the same however often the way there was interrupted. Labels and old releases only where all is known. */
function endOf(state: ModelState, known: boolean) {
  const { containers, files, images, ...rest } = state;
  const names = Object.entries(containers).map(([name, { image, status }]) => `${name} ${image} ${status}`);
  if (known) return { ...rest, containers, files, images };
  return { ...rest, names, files: Object.keys(files).filter((path) => !path.endsWith('.release')) };
}

function settle(state: ModelState, work: Work): void {
  const first = runOn(state, world, work);
  expect(first.failed).toBeUndefined();
  // Where the engine could not be asked, a second call may still remove what is left over.
  const second = runOn(state, world, work);
  expect(second.failed).toBeUndefined();
  expect(planOn(state, world, work).filter((item) => !('settled' in item))).toEqual([]);
}

test('a deployment ends the same from any state, wherever it was interrupted, and then has nothing to do', () => {
  fc.assert(
    fc.property(anyState, (start) => {
      const known = start.engine.active && start.packages.includes('docker.io') && start.packages.includes('curl');
      const work = deploy(wish);
      const whole = structuredClone(start);
      const { steps } = runOn(whole, world, work);
      if (known) expect(planOn(whole, world, work).filter((item) => !('settled' in item))).toEqual([]);
      settle(whole, work);
      expect(whole.containers).toHaveProperty(['my-app', 'labels', 'fountain.release'], idOf(NEW));
      expect(Object.keys(whole.containers)).toEqual(['my-app']);
      for (let prefix = 0; prefix < steps; prefix += 1) {
        const cut = structuredClone(start);
        runOn(cut, world, work, prefix);
        settle(cut, work);
        expect(endOf(cut, known)).toEqual(endOf(whole, known));
      }
    }),
    { numRuns: 150 },
  );
});

test('a broken image never costs the release that works, wherever its deployment was interrupted', () => {
  const broken = deploy({ ...wish, image: parseImage(`${REPOSITORY}:broken`) });
  const running = containerOf(OLD, idOf(OLDER), 'running', 0);
  fc.assert(
    fc.property(anyState, fc.constantFrom('running', 'stopped'), fc.nat(30), (any, dockerd, prefix) => {
      const state = structuredClone(any);
      state.packages = [...new Set([...state.packages, 'docker.io'])];
      state.engine.active = dockerd === 'running';
      state.containers = { 'my-app': structuredClone(running) };
      state.images = [...new Set([...state.images, `${REPOSITORY}@sha256:${OLD}`])];
      Object.assign(state.files, Object.fromEntries([OLD, OLDER].map((digest) => fileOf(digest))));
      runOn(state, world, broken, prefix);
      expect(runOn(state, world, broken).failed).toBe('Wait until my-app is healthy');
      expect(state.containers).toMatchObject({ 'my-app': { image: running.image, status: 'running' } });
      expect(Object.keys(state.files)).toContain(fileOf(OLD)[0]);
      expect(Object.keys(state.files)).toContain(fileOf(OLDER)[0]);
    }),
    { numRuns: 100 },
  );
});

test('the release that ran before can be rolled back to, and back again', () => {
  fc.assert(
    fc.property(anyState, fc.nat(12), fc.constantFrom(OLD, OLDER), (any, prefix, before) => {
      const state = structuredClone(any);
      settle(state, deploy({ ...wish, image: parseImage(`${REPOSITORY}@sha256:${before}`) }));
      settle(state, deploy(wish));
      for (const digest of [before, NEW, before]) {
        const work = rollBackTo(`sha256:${digest}`);
        runOn(state, world, work, prefix);
        settle(state, work);
        expect(state.containers).toHaveProperty(['my-app', 'labels', 'fountain.release'], idOf(digest));
        const releases = Object.keys(state.files).filter((path) => path.endsWith('.release'));
        expect(releases.sort()).toEqual([fileOf(before)[0], fileOf(NEW)[0]].sort());
      }
    }),
    { numRuns: 60 },
  );
});

test('a removal leaves nothing of the app, wherever it was interrupted', () => {
  fc.assert(
    fc.property(anyState, fc.nat(8), (any, prefix) => {
      const state = structuredClone(any);
      settle(state, deploy(wish));
      runOn(state, world, removal, prefix);
      settle(state, removal);
      expect(state.containers).toEqual({});
      expect(state.images).not.toContain(`${REPOSITORY}@sha256:${NEW}`);
      expect(Object.keys(state.files).filter((path) => path.endsWith('.release'))).toEqual([]);
    }),
    { numRuns: 60 },
  );
});
