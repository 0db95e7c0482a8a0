import fc from 'fast-check';
import { expect, test } from 'vitest';
import { base } from '../../../src/recipes/base/base.ts';
import { type OpensearchWish, opensearch } from '../../../src/recipes/opensearch/opensearch.ts';
import { packageEnvironment } from '../../../src/recipes/opensearch/package.ts';
import { PATHS } from '../../../src/recipes/opensearch/settings.ts';
import { planOn, runOn, type Work } from '../model-run.ts';
import type { ModelOpensearch, ModelState, ModelWorld } from '../model-state.ts';
import { ALL_PLUGINS, noOpensearch, presentFiles } from './model-opensearch.ts';
import { opensearchWish } from './opensearch-wish.ts';

const world: ModelWorld = { tags: {}, isHealthy: () => false };

function deploy(wish: OpensearchWish): Work {
  const packageEnv = packageEnvironment({ ...wish, secure: wish.login !== undefined });
  return {
    probes: [...base.probes({}), ...opensearch.probes(wish)],
    decide: (readings) => [
      ...base.plan(base.parse(readings), { packageEnv }),
      ...opensearch.plan(opensearch.parse(readings), wish),
    ],
  };
}

const wishes: Record<string, OpensearchWish> = {
  private: opensearchWish(),
  tls: opensearchWish({ password: 'right' }),
};

const stateOf = (memoryMb: number, node: ModelOpensearch): ModelState => ({
  memoryMb,
  swapMb: 1024,
  cloudInit: 'done',
  dpkgAudit: node.status === 'iU' || node.status === 'iF' ? 'opensearch is half configured' : '',
  packages: ['ca-certificates', 'curl'],
  files: {
    '/etc/os-release': 'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm',
    '/etc/fstab': '/swapfile none swap sw 0 0',
  },
  engine: { enabled: false, active: false, liveRestore: false },
  network: false,
  images: [],
  containers: {},
  opensearch: node,
});

/** A host on which a deployment has ended. */
function deployed(memoryMb: number, wish: OpensearchWish): ModelState {
  const state = stateOf(memoryMb, noOpensearch());
  expect(runOn(state, world, deploy(wish)).failed).toBeUndefined();
  return state;
}

const files = [PATHS.source, PATHS.key, PATHS.settings, PATHS.heap, PATHS.dropIn, PATHS.sysctl, PATHS.users];
const made = ['fountain.pem', 'fountain-key.pem', 'fountain-admin.pem'].map((name) => `${PATHS.folder}/${name}`);

/** What hands and upgrades do to a host that was deployed; each may come before a restart, or after it. */
const anyDamage = fc.record({
  memoryMb: fc.constantFrom(1925, 3850),
  from: fc.constantFrom('fresh', 'private', 'tls'),
  edited: fc.subarray(files.slice(0, 5), { maxLength: 2 }),
  lost: fc.subarray([...files, ...made, PATHS.applied], { maxLength: 2 }),
  packageIs: fc.constantFrom('fine', 'fine', 'older', 'unfinished', 'older unfinished', 'gone'),
  unit: fc.constantFrom('runs', 'runs', 'restarted', 'stopped', 'disabled and stopped'),
  pluginsBack: fc.boolean(),
  password: fc.constantFrom('same', 'same', 'another', 'never set'),
  released: fc.boolean(),
  maps: fc.constantFrom(65_530, 262_144),
  scriptSetsMaps: fc.boolean(),
});

function damage(of: typeof anyDamage extends fc.Arbitrary<infer T> ? T : never): ModelState {
  if (of.from === 'fresh') {
    return stateOf(of.memoryMb, { ...noOpensearch(), maxMapCount: of.maps, scriptSetsMaps: of.scriptSetsMaps });
  }
  const state = deployed(of.memoryMb, wishes[of.from] as OpensearchWish);
  const node = state.opensearch as ModelOpensearch;
  for (const path of of.edited) if (path in state.files) state.files[path] += '# edited\n';
  for (const path of of.lost) delete state.files[path];
  if (of.pluginsBack) node.plugins = [...ALL_PLUGINS];
  if (of.released) node.held = false;
  if (of.password !== 'same') node.passwordHash = of.password === 'another' ? 'hash of another' : null;
  if (of.packageIs.includes('older')) Object.assign(node, { version: '3.7.0', configured: '2.19.6' });
  if (of.packageIs.includes('unfinished')) Object.assign(node, { status: 'iF', active: false, enabled: false });
  if (of.packageIs === 'gone') Object.assign(node, { ...noOpensearch(), passwordHash: node.passwordHash });
  if (of.packageIs.includes('unfinished')) state.dpkgAudit = 'opensearch is half configured';
  if (of.unit === 'restarted' && node.active) node.startedWith = presentFiles(state);
  if (of.unit.includes('stopped')) node.active = false;
  if (of.unit.includes('disabled')) node.enabled = false;
  Object.assign(node, { maxMapCount: of.maps, scriptSetsMaps: of.scriptSetsMaps });
  return state;
}

function settle(state: ModelState, wish: OpensearchWish): void {
  const work = deploy(wish);
  expect(runOn(state, world, work).failed).toBeUndefined();
  expect(planOn(state, world, work).filter((item) => !('settled' in item))).toEqual([]);
  const node = state.opensearch as ModelOpensearch;
  expect(node).toMatchObject({ version: '3.8.0', status: 'ii', held: true, enabled: true, active: true });
  expect(node.startedWith).toBe(presentFiles(state));
  expect(node.maxMapCount).toBe(262_144);
  expect(node.plugins).toEqual(state.memoryMb > 3000 ? ALL_PLUGINS : ['opensearch-security']);
  if (wish.login) expect(node.passwordHash).toBe('hash of right');
}

test.each(Object.keys(wishes))('%s: it ends the same from any state, wherever it was interrupted', (name) => {
  const wish = { ...(wishes[name] as OpensearchWish), version: '3.8.0' };
  fc.assert(
    fc.property(anyDamage, (how) => {
      const start = damage(how);
      const whole = structuredClone(start);
      const { steps } = runOn(structuredClone(start), world, deploy(wish));
      settle(whole, wish);
      for (let prefix = 0; prefix < steps; prefix += 1) {
        const cut = structuredClone(start);
        runOn(cut, world, deploy(wish), prefix);
        settle(cut, wish);
        // On the way depends only whether vm.max_map_count was found too low, and whether the users were read again.
        for (const state of [cut, whole]) for (const path of [PATHS.sysctl, PATHS.users]) delete state.files[path];
        expect(cut).toEqual(whole);
      }
    }),
    { numRuns: 60 },
  );
});

test('a package whose first installation failed for want of a password is repaired', () => {
  for (const [name, wish] of Object.entries(wishes)) {
    const state = stateOf(1925, { ...noOpensearch(), version: '3.8.0', status: 'iF', plugins: [...ALL_PLUGINS] });
    settle(state, wish);
    expect(state.opensearch, name).toMatchObject({ configured: '3.8.0' });
  }
});
