import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isStep } from '../../../src/lib/command.ts';
import type { AppError } from '../../../src/lib/errors.ts';
import { base } from '../../../src/recipes/base/base.ts';
import { kong, kongApply } from '../../../src/recipes/kong/kong.ts';
import { kongConf } from '../../../src/recipes/kong/settings.ts';
import { startId } from '../../../src/recipes/kong/unit.ts';
import { planOn, runOn, type Work } from '../model-run.ts';
import type { ModelState, ModelWorld } from '../model-state.ts';
import { configText, kongWish } from './kong-wish.ts';
import { noKong, presentFiles } from './model-kong.ts';

const world: ModelWorld = { tags: {}, isHealthy: () => true };
const CONFIG = '/etc/kong/kong.yml';

function deploy(config: string): Work {
  const wish = kongWish({ config });
  return {
    probes: [...base.probes({}), ...kong.probes(wish)],
    decide: (readings) => [...base.plan(base.parse(readings), {}), ...kong.plan(kong.parse(readings), wish)],
  };
}

function apply(config: string): Work {
  const wish = kongWish({ config });
  return {
    probes: [...base.probes({}), ...kongApply.probes(wish)],
    decide: (readings) => kongApply.plan(kongApply.parse(readings), wish),
  };
}

const fresh = (memoryMb = 460): ModelState => ({
  memoryMb,
  swapMb: 0,
  cloudInit: 'done',
  dpkgAudit: '',
  packages: ['ca-certificates'],
  files: { '/etc/os-release': 'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm', '/etc/fstab': '' },
  engine: { enabled: false, active: false, liveRestore: false },
  network: false,
  images: [],
  containers: {},
  kong: noKong(),
});

/** A host that serves the configuration `config`, and what hands and interruptions may have done to it since. */
const anyHost = fc
  .record({
    memoryMb: fc.constantFrom(460, 4000),
    deployed: fc.constantFrom(null, 'a', 'b'),
    version: fc.constantFrom('3.9.3', '3.9.1', null),
    edited: fc.subarray(['/etc/kong/kong.conf', CONFIG, '/etc/systemd/system/kong.service.d/fountain.conf']),
    lost: fc.subarray(['/etc/kong/kong.conf', CONFIG, '/var/lib/fountain/kong.applied', '/etc/kong/kong.previous.yml']),
    stopped: fc.boolean(),
    disabled: fc.boolean(),
    restarted: fc.boolean(),
    loaded: fc.constantFrom(null, 'b'),
  })
  .map((hands) => {
    const state = fresh(hands.memoryMb);
    const own = state.kong ?? noKong();
    if (hands.deployed !== null) runOn(state, world, deploy(hands.deployed));
    for (const path of hands.edited) if (path in state.files) state.files[path] += '# by hand\n';
    for (const path of hands.lost) delete state.files[path];
    if (hands.restarted && own.active && CONFIG in state.files)
      Object.assign(own, { startedWith: presentFiles(state), loaded: state.files[CONFIG] });
    if (hands.deployed !== null) own.version = hands.version;
    if (hands.version === null) Object.assign(own, { active: false, enabled: false });
    if (hands.stopped) own.active = false;
    if (hands.disabled) own.enabled = false;
    if (hands.loaded !== null && own.active) own.loaded = configText(hands.loaded);
    return state;
  });

/** `previous` is what was there before, and that may be what an interrupted call left. */
function endOf({ files, ...rest }: ModelState) {
  const { '/etc/kong/kong.previous.yml': _, ...others } = files;
  return { ...rest, files: others };
}

const unsettled = (state: ModelState, work: Work) => planOn(state, world, work).filter((item) => !('settled' in item));

function expectServing(state: ModelState, config: string): void {
  expect(state.kong).toMatchObject({ version: '3.9.3', enabled: true, active: true, loaded: configText(config) });
  expect(state.kong?.startedWith).toBe(presentFiles(state));
  expect(state.files[CONFIG]).toBe(configText(config));
  expect(state.files['/etc/kong/kong.conf']).toBe(kongConf(state.memoryMb));
  expect(state.files).not.toHaveProperty(['/etc/kong/kong.next.yml']);
}

test('deploying Kong ends the same from any state, wherever it was interrupted, and then has nothing to do', () => {
  fc.assert(
    fc.property(anyHost, (start) => {
      const work = deploy('a');
      const whole = structuredClone(start);
      const { steps, failed } = runOn(whole, world, work);
      expect(failed).toBeUndefined();
      expectServing(whole, 'a');
      expect(unsettled(whole, work)).toEqual([]);
      for (let prefix = 0; prefix < steps; prefix += 1) {
        const cut = structuredClone(start);
        runOn(cut, world, work, prefix);
        expect(runOn(cut, world, work).failed).toBeUndefined();
        expect(endOf(cut)).toEqual(endOf(whole));
        expect(unsettled(cut, work)).toEqual([]);
      }
    }),
    { numRuns: 100 },
  );
});

test('another configuration is applied from any prefix, and the one before it is kept', () => {
  const served = fresh();
  runOn(served, world, deploy('a'));
  const { steps } = runOn(structuredClone(served), world, apply('b'));
  for (let prefix = 0; prefix <= steps; prefix += 1) {
    const state = structuredClone(served);
    runOn(state, world, apply('b'), prefix);
    expect(runOn(state, world, apply('b')).failed).toBeUndefined();
    expectServing(state, 'b');
    expect(state.files['/etc/kong/kong.previous.yml']).toBe(configText('a'));
    expect(unsettled(state, apply('b'))).toEqual([]);
    expect(unsettled(state, deploy('b'))).toEqual([]);
  }
});

test.each([
  ['that does not parse', 'broken', 'Let Kong check the configuration'],
  ['that Kong will not load', 'unloadable', 'Load the configuration'],
  ['without its route', 'unroutable', 'Ask for unroutable-service through the gateway'],
])('a configuration %s never costs the one that is served, wherever applying it was interrupted', (_, config, step) => {
  const served = fresh();
  runOn(served, world, deploy('a'));
  for (const work of [apply(config), deploy(config)]) {
    for (let prefix = 0; prefix < 12; prefix += 1) {
      const state = structuredClone(served);
      runOn(state, world, work, prefix);
      expect(runOn(state, world, work).failed).toBe(step);
      expectServing(state, 'a');
      expect(unsettled(state, deploy('a'))).toEqual([]);
    }
  }
});

test('a Kong that is started and does not serve its route goes back to the configuration before', () => {
  const state = fresh();
  runOn(state, world, deploy('a'));
  if (state.kong) state.kong.active = false;
  for (const work of [apply('unroutable'), deploy('unroutable')]) {
    expect(runOn(state, world, work).failed).toBe('Ask for unroutable-service through the gateway');
    expect(state.kong).toMatchObject({ active: true, loaded: configText('a') });
    expect(state.files[CONFIG]).toBe(configText('a'));
  }
  expect(unsettled(state, deploy('a'))).toEqual([]);
});

describe('without a configuration before, one that does not serve its route stays loaded, which is told', () => {
  const served = fresh();
  runOn(served, world, deploy('a'));
  const lost = structuredClone(served);
  delete lost.files[CONFIG];
  const step = 'Ask for unroutable-service through the gateway';
  const hintOf = (state: ModelState, work: Work) => {
    const item = planOn(state, world, work).find(({ name }) => name === step);
    const error = item && isStep(item) ? item.explain?.(124, '404\nwaited 20 s; last reading: exit 0') : undefined;
    return (error as AppError | undefined)?.hint;
  };

  test.each<[string, ModelState, Work]>([
    ['a first deployment', fresh(), deploy('unroutable')],
    ['a host that has lost its file', lost, apply('unroutable')],
  ])('%s', (_, state, work) => {
    expect(hintOf(state, work)).toContain('There was none before to go back to, so this configuration stays loaded.');
    expect(runOn(state, world, work).failed).toBe(step);
    expect(state.kong).toMatchObject({ active: true, loaded: configText('unroutable') });
  });

  test('where there is one before, it is not', () => {
    expect(hintOf(served, apply('unroutable'))).not.toContain('stays loaded');
  });
});

test('a port that is taken in between is found out at the start, and Kong starts once it is free', () => {
  const state = fresh();
  runOn(state, world, deploy('a'), 8);
  const work = deploy('a');
  const raced = structuredClone(state);
  const plan = planOn(raced, world, work);
  if (raced.kong) raced.kong.portHolder = 'apache2';
  expect(() => planOn(raced, world, work)).toThrow('port 80 is taken by apache2 (pid 9)');
  expect(plan.length).toBeGreaterThan(0);
  expect(runOn(raced, world, { ...work, decide: () => plan }).failed).toBe('Wait until Kong is ready');
  if (raced.kong) raced.kong.portHolder = null;
  expect(runOn(raced, world, work).failed).toBeUndefined();
  expectServing(raced, 'a');
});

test('what the running one was started with is what the marker names', () => {
  const state = fresh();
  runOn(state, world, deploy('a'));
  expect(state.files['/var/lib/fountain/kong.applied']).toBe(`${startId('3.9.3', kongConf(460))}\n`);
});
