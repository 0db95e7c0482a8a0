import { expect, test } from 'vitest';
import type { PlanItem, Step } from '../../../src/lib/command.ts';
import { Secret } from '../../../src/lib/secret.ts';
import { createHostPlanner } from '../../../src/operations/hosts/host-plan.ts';
import type { HostTarget } from '../../../src/operations/hosts/host-target.ts';
import type { StepUpdate } from '../../../src/operations/operation.ts';
import type { HostSession, HostSessionEvent } from '../../../src/services/host-session.ts';
import { fakeClock, fakeContext } from '../cloud-fakes.ts';

const host: HostTarget = {
  ...{ key: 'k', label: 'instance eu-central-1/apps', address: '203.0.113.7', port: 22, username: 'admin' },
  ...{ privateKey: new Secret('private'), hostKeys: [], privateIp: null },
};

const step = (name: string, more: Partial<Step> = {}): Step => ({
  ...{ name, effect: 'change', action: { verb: 'run', argv: ['act', name] }, timeoutS: 20 },
  ...more,
});

/** Plans these items, and after the first reading others, against a session that tells `events` when it runs steps. */
async function planned(items: PlanItem[], events: HostSessionEvent[] = [], next: PlanItem[] = items) {
  let readings = 0;
  const runs: Parameters<HostSession['runSteps']>[0][] = [];
  const releases: (() => void)[] = [];
  let open = 0;
  const planner = createHostPlanner({
    hmacKey: Buffer.alloc(32, 7),
    sessions: {
      async open() {
        open += 1;
        return {
          readFacts: async () => ({ readings: { fact: { exit: 0, output: 'read' } }, digest: `d${++readings}` }),
          async runSteps(run) {
            runs.push(run);
            for (const event of events) run.onEvent(event);
          },
          end: () => {
            open -= 1;
          },
        };
      },
    },
  });
  const context = { ...fakeContext(fakeClock()), defer: (release: () => void) => void releases.push(release) };
  const plan = await planner.plan(host, context, {
    probes: [],
    decide: ({ fact }) => ({
      items: readings === 1 ? items : next,
      preview: { message: `saw ${fact?.output}`, result: {} },
      conclude: (output) => ({ message: output('Act').join(' | '), result: {} }),
    }),
  });
  const told: [number, Partial<StepUpdate>][] = [];
  const report = {
    begin: async () => {},
    step: (index: number, update: StepUpdate) => void told.push([index, update]),
    output: (index: number, text: string) => void told.push([index, { detail: text }]),
  };
  return {
    plan,
    runs,
    told,
    apply: () => plan.apply(report),
    release: () => releases.map((end) => end()),
    opened: () => open,
  };
}

test('a plan with nothing to do costs no second exec, and its connection ends with the operation', async () => {
  const { plan, runs, apply, release, opened } = await planned([{ name: 'Swap', settled: true, detail: '1024 MB' }]);
  expect(plan).toMatchObject({
    steps: [{ name: 'Swap', outcome: 'unchanged' }],
    hashed: [],
    preview: { message: 'saw read' },
  });
  await apply();
  expect([runs.length, opened()]).toEqual([0, 1]);
  release();
  expect(opened()).toBe(0);
});

test('lines of the plan say what would be done, what is checked, and what is decided on the host', async () => {
  const guarded = step('Act', { guard: ['is-active'] });
  const { plan } = await planned([
    { name: 'Swap', settled: true },
    step('Write'),
    guarded,
    step('Look', { effect: 'check' }),
  ]);
  expect(plan.steps.map(({ name, outcome, detail }) => [name, outcome, detail])).toEqual([
    ['Swap', 'unchanged', undefined],
    ['Write', 'would_change', undefined],
    ['Act', 'would_change', 'decided at run time'],
    ['Look', 'unchanged', 'checked when it runs'],
  ]);
  expect(plan.steps[1]?.action).toMatchObject({ verb: 'run', argv: ['act', 'Write'] });
});

test('what a host tells of its steps is told of the plan’s lines, and of rescues behind them', async () => {
  const started = (index: number, name: string, rescue = false) =>
    ({ type: 'step_started', index, name, rescue }) as const;
  const done = (index: number, name: string, outcome: 'changed' | 'failed', rescue = false) =>
    ({ type: 'step_done', index, name, rescue, outcome, ms: 5, exit: outcome === 'failed' ? 3 : 0 }) as const;
  const events: HostSessionEvent[] = [
    started(0, 'Act'),
    { type: 'output', index: 0, name: 'Act', rescue: false, text: 'one' },
    { type: 'output', index: 0, name: 'Act', rescue: false, text: 'two' },
    done(0, 'Act', 'changed'),
    started(1, 'Start'),
    done(1, 'Start', 'failed'),
    started(1, 'Bring back', true),
    done(1, 'Bring back', 'changed', true),
  ];
  const items = [
    { name: 'Swap', settled: true } as const,
    step('Act'),
    { name: 'Image', settled: true } as const,
    step('Start'),
  ];
  const { apply, told, runs } = await planned(items, events);
  expect((await apply()).message).toBe('one | two');
  expect(told.map(([index, { name, outcome, detail }]) => [index, name ?? '', outcome ?? '', detail ?? ''])).toEqual([
    [1, 'Act', 'running', ''],
    [1, '', '', 'one'],
    [1, '', '', 'two'],
    [1, 'Act', 'changed', ''],
    [3, 'Start', 'running', ''],
    [3, 'Start', 'failed', 'exit 3'],
    [4, 'Bring back', 'running', ''],
    [4, 'Bring back', 'changed', ''],
  ]);
  expect(runs[0]).toMatchObject({
    digest: 'd1',
    holder: 'op_019aa2b3c4d0f1e2d3c4 by local since 2026-11-21T10:00:00.000Z',
  });
});

test('what can be told only when the host is repaired is planned then, behind the lines of the plan so far', async () => {
  const later = { name: 'App', later: true, detail: 'decided when it answers' } as const;
  const done = (name: string): HostSessionEvent => ({
    ...{ type: 'step_done', index: 0, name, rescue: false, outcome: 'changed', ms: 5, exit: 0 },
  });
  const { plan, apply, told, runs } = await planned(
    [step('Repair'), later],
    [done('Repair')],
    [{ name: 'Repair', settled: true }, step('Act')],
  );
  expect(plan.steps.map(({ name, outcome, detail }) => [name, outcome, detail])).toEqual([
    ['Repair', 'would_change', undefined],
    ['App', 'would_change', 'decided when it answers'],
  ]);
  expect(plan.hashed).toEqual([expect.objectContaining({ name: 'Repair' }), later]);
  await apply();
  expect(runs.map(({ digest, steps }) => [digest, steps.map(({ name }) => name)])).toEqual([
    ['d1', ['Repair']],
    ['d2', ['Act']],
  ]);
  expect(told.map(([index, { name, outcome }]) => [index, name, outcome])).toEqual([
    [0, 'Repair', 'changed'],
    [1, 'App', 'verified'],
    [2, 'Repair', 'unchanged'],
    [3, 'Repair', 'changed'],
  ]);
  const never = await planned([step('Repair'), later], []);
  await expect(never.apply()).rejects.toMatchObject({ code: 'step_failed' });
});

test('a secret is in the hash, so that another one is another plan, and never in what is shown', async () => {
  const write = (secret: string) =>
    step('Write', { action: { verb: 'write_file', path: '/x', mode: '600', content: ['KEY=', new Secret(secret)] } });
  const [one, other, again] = await Promise.all(
    ['sesame-1', 'sesame-2', 'sesame-1'].map((secret) => planned([write(secret)])),
  );
  expect(one?.plan.hashed).toEqual(again?.plan.hashed);
  expect(one?.plan.hashed).not.toEqual(other?.plan.hashed);
  expect(one?.plan.steps).toEqual(other?.plan.steps);
  expect(JSON.stringify([one?.plan.hashed, one?.plan.steps])).not.toContain('sesame');
});

test('what a first reading names is read together with all the rest, and the steps run only while all of that holds', async () => {
  const read: string[][] = [];
  const runs: Parameters<HostSession['runSteps']>[0][] = [];
  const probe = (name: string) => ({ name, action: { verb: 'run' as const, argv: ['read', name] } });
  const planner = createHostPlanner({
    hmacKey: Buffer.alloc(32, 7),
    sessions: {
      open: async () => ({
        async readFacts(probes) {
          read.push(probes.map(({ name }) => name));
          return { readings: { first: { exit: 0, output: 'second' } }, digest: `d${read.length}` };
        },
        runSteps: async (run) => void runs.push(run),
        end: () => {},
      }),
    },
  });
  const plan = await planner.plan(host, fakeContext(fakeClock()), {
    probes: [probe('first')],
    further: ({ first }) => [probe(first?.output ?? '')],
    decide: () => {
      const told = { message: '', result: {} };
      return { items: [step('Act')], preview: told, conclude: () => told };
    },
  });
  await plan.apply({ begin: async () => {}, step: () => {}, output: () => {} });
  expect(read).toEqual([['first'], ['first', 'second']]);
  expect(runs).toMatchObject([{ digest: 'd2', probes: [{ name: 'first' }, { name: 'second' }] }]);
});
