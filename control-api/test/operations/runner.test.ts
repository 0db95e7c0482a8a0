import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../src/lib/clock.ts';
import { AppError, FactsMoved } from '../../src/lib/errors.ts';
import { Secret } from '../../src/lib/secret.ts';
import { type CloudItem, cloudPlan } from '../../src/operations/cloud-steps.ts';
import type { Context, Operation, StartOptions } from '../../src/operations/operation.ts';
import { createRunner } from '../../src/operations/runner.ts';
import { type Journal, openJournal } from '../../src/services/journal.ts';

interface Input {
  name: string;
  password?: Secret;
  reason?: string;
}

const options: StartOptions = { dryRun: false, actor: 'local' };

async function setUp(overrides: Partial<Journal> = {}) {
  const real = await openJournal(mkdtempSync(join(tmpdir(), 'runner-')), systemClock);
  onTestFinished(() => real.close());
  const journal = { ...real, ...overrides };
  const ended: string[] = [];
  const defects: unknown[] = [];
  const runner = createRunner({
    journal,
    clock: systemClock,
    hmacKey: Buffer.alloc(32, 7),
    onEnd: (view) => ended.push(view.status),
    onDefect: (error) => defects.push(error),
  });
  return { runner, journal: real, ended, defects };
}

function operation(items: (input: Input, context: Context) => CloudItem[], deadlineS = 30): Operation<Input> {
  return {
    name: 'test.act',
    deadlineS,
    target: async ({ name }) => ({ key: `thing ${name}`, label: `thing ${name}` }),
    plan: async (input, context) =>
      cloudPlan({
        items: items(input, context),
        preview: { message: 'would act', result: {} },
        conclude: () => ({ message: 'acted', result: { name: input.name } }),
      }),
  };
}

function change(
  run: (tell: (text: string) => void) => Promise<{ unchanged?: boolean } | undefined>,
  name = 'Act',
): CloudItem {
  return { name, effect: 'change', action: { act: true }, run };
}

function gate() {
  let open = () => {};
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open: () => open(), passed };
}

test('a change is planned, run and journalled', async () => {
  const { runner, journal, ended } = await setUp();
  const started = await runner.start(
    operation(() => [change(async () => ({}))]),
    { name: 'a' },
    options,
  );
  const view = await started.finished;
  expect(view).toMatchObject({ status: 'succeeded', changed: true, message: 'acted', result: { name: 'a' } });
  expect(await journal.get(started.id)).toEqual(view);
  expect(ended).toEqual(['succeeded']);
});

test('a dry run shows the plan and its hash, runs nothing and locks nothing', async () => {
  const { runner } = await setUp();
  let ran = 0;
  const act = operation(() => [change(async () => ({ unchanged: ++ran < 0 }))]);
  const view = await (await runner.start(act, { name: 'a' }, { ...options, dryRun: true })).finished;
  expect(view).toMatchObject({ dry_run: true, changed: false, steps: [{ name: 'Act', outcome: 'would_change' }] });
  expect(ran).toBe(0);
  const real = await (await runner.start(act, { name: 'a' }, { ...options, ifMatch: view.plan_hash as string }))
    .finished;
  expect(real.status).toBe('succeeded');
  expect(ran).toBe(1);
});

test('a plan that moved since the dry run is refused with the difference, and nothing runs', async () => {
  const { runner } = await setUp();
  let ran = 0;
  let more: CloudItem[] = [];
  const act = operation(() => [change(async () => ({ unchanged: ++ran < 0 })), ...more]);
  const seen = await (await runner.start(act, { name: 'a' }, { ...options, dryRun: true })).finished;
  more = [change(async () => ({}), 'Act once more')];
  const real = await (await runner.start(act, { name: 'a' }, { ...options, ifMatch: seen.plan_hash as string }))
    .finished;
  expect(real.error).toMatchObject({ code: 'plan_changed', details: [{ change: 'new', message: 'Act once more' }] });
  const unknown = await (await runner.start(act, { name: 'a' }, { ...options, ifMatch: 'abc' })).finished;
  expect(unknown.error?.message).toBe(
    'The plan now is not abc, and this journal knows no such plan. Nothing was changed.',
  );
  more = [];
  const same = await (await runner.start(act, { name: 'b' }, { ...options, ifMatch: seen.plan_hash as string }))
    .finished;
  expect(same.error?.message).toContain('The steps have the same names; their arguments differ.');
  // Of a plan that is not known, nothing can be said, even where nothing would be changed now.
  const idle = operation(() => []);
  const nothing = await (await runner.start(idle, { name: 'a' }, { ...options, ifMatch: 'abc' })).finished;
  expect(nothing.error?.message).toBe(unknown.error?.message);
  expect(nothing.error?.details).toEqual([]);
  expect(ran).toBe(0);
});

test('the same call attaches to the one that runs; another on the same target is refused at once', async () => {
  const { runner } = await setUp();
  const door = gate();
  let ran = 0;
  const act = operation(() => [
    change(async () => {
      ran += 1;
      await door.passed;
      return {};
    }),
  ]);
  const input = { name: 'a', password: new Secret('sesame-1') };
  const [first, second] = await Promise.all([
    runner.start(act, { ...input, reason: 'one' }, options),
    runner.start(act, { ...input, reason: 'two' }, { ...options, actor: 'token' }),
  ]);
  expect([first.attached, second.attached]).toEqual([false, true]);
  expect(second.id).toBe(first.id);
  const other = { name: 'a', password: new Secret('sesame-2') };
  await expect(runner.start(act, other, options)).rejects.toMatchObject({ code: 'target_locked' });
  door.open();
  expect(await second.finished).toEqual(await first.finished);
  expect(ran).toBe(1);
  expect((await (await runner.start(act, other, options)).finished).status).toBe('succeeded');
});

test('a dry run says who works on the target meanwhile, whether it was there before the plan or came during it', async () => {
  const { runner } = await setUp();
  const doors = [gate(), gate()] as const;
  let door = 0;
  const act = operation(() => [change(async () => doors[door]?.passed.then(() => ({})))]);
  const dryRun = { ...options, dryRun: true };
  const said = async () => (await (await runner.start(act, { name: 'a' }, dryRun)).finished).message;
  expect(await said()).toBe('would act');
  const first = await runner.start(act, { name: 'a' }, options);
  expect(await said()).toMatch(
    new RegExp(
      `^would act Warning: test.act \\(${first.id}\\) by local is running on this target since .*Z: .*out of date`,
    ),
  );
  doors[0].open();
  await first.finished;
  expect(await said()).toBe('would act');
  door = 1;
  let second: { id: string; finished: Promise<unknown> } | undefined;
  const slow = {
    ...act,
    plan: async (...given: Parameters<typeof act.plan>) => {
      second = await runner.start(act, { name: 'a' }, options);
      return act.plan(...given);
    },
  };
  const { message } = await (await runner.start(slow, { name: 'a' }, dryRun)).finished;
  expect(message).toContain(`Warning: test.act (${second?.id})`);
  doors[1].open();
  await second?.finished;
});

test('what a target names besides its key is locked with it, and free when it has ended', async () => {
  const { runner } = await setUp();
  const door = gate();
  const act = operation(() => [change(async () => void (await door.passed))]);
  const wide = { ...act, target: async () => ({ key: 'instance a', label: 'a', also: ['arn:a', 'instance a'] }) };
  const narrow = { ...act, target: async () => ({ key: 'arn:a', label: 'a' }) };
  const input = { name: 'a', password: new Secret('sesame-1') };
  const { finished } = await runner.start(wide, input, options);
  await expect(runner.start(narrow, input, options)).rejects.toMatchObject({ code: 'target_locked' });
  door.open();
  await finished;
  expect((await (await runner.start(narrow, input, options)).finished).status).toBe('succeeded');
});

test('a failing step ends the operation as failed; later steps do not run', async () => {
  const { runner } = await setUp();
  let later = 0;
  const act = operation(() => [
    change(() => Promise.reject(new AppError('step_failed', 'It broke.'))),
    change(async () => ({ unchanged: ++later < 0 }), 'Later'),
  ]);
  const view = await (await runner.start(act, { name: 'a' }, options)).finished;
  expect(view).toMatchObject({
    status: 'failed',
    changed: false,
    error: { code: 'step_failed', message: 'It broke.' },
  });
  expect(view.steps).toMatchObject([{ name: 'Act', outcome: 'failed' }]);
  expect(later).toBe(0);
});

test('a defect of ours says nothing of itself to the caller', async () => {
  const { runner, defects } = await setUp();
  const act = operation(() => [change(() => Promise.reject(new TypeError('undefined is not a bicycle')))]);
  const view = await (await runner.start(act, { name: 'a' }, options)).finished;
  expect(view.error).toMatchObject({ code: 'internal_error' });
  expect(JSON.stringify(view)).not.toContain('bicycle');
  expect(defects).toHaveLength(1);
});

test('secrets are in no row, whatever the world prints', async () => {
  const { runner, journal } = await setUp();
  const secret = 'open-sesame-42';
  const act = operation(() => [
    change(async (tell) => {
      tell(`login with ${secret} and ${Buffer.from(secret).toString('base64')}`);
      throw new AppError('step_failed', `refused: ${secret}`, { details: [{ message: secret }] });
    }),
  ]);
  const started = await runner.start(act, { name: 'a', password: new Secret(secret) }, options);
  const all = JSON.stringify([await started.finished, await journal.events(started.id, 0)]);
  expect(all).toContain('[redacted]');
  expect(all).not.toContain(secret);
  expect(all).not.toContain(Buffer.from(secret).toString('base64').slice(0, 16));
});

test('nor are those that were made for the target', async () => {
  const { runner, journal } = await setUp();
  const made = new Secret('made-for-the-host');
  const act = operation(() => [
    change(async (tell) => {
      tell(`validation of ${made.reveal()} failed`);
      throw new AppError('step_failed', `refused: ${made.reveal()}`);
    }),
  ]);
  const target = async () => ({ key: 'host', label: 'host', login: { password: made } });
  const started = await runner.start({ ...act, target }, { name: 'a' }, options);
  const all = JSON.stringify([await started.finished, await journal.events(started.id, 0)]);
  expect(all).toContain('validation of [redacted] failed');
  expect(all).not.toContain('made-for-the-host');
});

test('a secret of several lines is in no row, printed line by line; one that looks like JSON breaks no answer', async () => {
  const { runner, journal } = await setUp();
  const key = '-----BEGIN KEY-----\nb3BlbnNzaC1rZXk\n-----END KEY-----\n';
  const act = (secret: string) =>
    operation(() => [
      change(async (tell) => {
        for (const line of secret.split('\n')) tell(line);
        throw new AppError('step_failed', 'refused', { details: [{ path: '/x', message: `sent ${secret}` }] });
      }),
    ]);
  const started = await runner.start(act(key), { name: 'a', password: new Secret(key) }, options);
  const all = JSON.stringify([await started.finished, await journal.events(started.id, 0)]);
  expect(all).not.toContain('b3BlbnNzaC1rZXk');
  const hostile = '","message":"';
  const view = await (await runner.start(act(hostile), { name: 'a', password: new Secret(hostile) }, options)).finished;
  expect(view.error?.details).toEqual([{ path: '/x', message: 'sent [redacted]' }]);
});

test('a plan made anew leaves no line of the one before', async () => {
  const { runner, journal } = await setUp();
  let plans = 0;
  const act: Operation<Input> = {
    ...operation(() => []),
    plan: async () => {
      const number = ++plans;
      const settled = { name: `Settled ${number}`, outcome: 'unchanged' as const };
      const planned = { name: `Act ${number}`, outcome: 'would_change' as const, action: {} };
      return {
        steps: number === 1 ? [planned, settled, settled] : [settled, planned],
        hashed: number,
        preview: { message: '', result: {} },
        async apply(report) {
          if (number === 1) throw new FactsMoved();
          report.step(1, { name: 'Act 2', outcome: 'changed', duration_ms: 1 });
          return { message: 'acted', result: {} };
        },
      };
    },
  };
  const { id, finished } = await runner.start(act, { name: 'a' }, options);
  expect((await finished).steps.map(({ name, outcome }) => [name, outcome])).toEqual([
    ['Settled 2', 'unchanged'],
    ['Act 2', 'changed'],
  ]);
  expect((await journal.get(id))?.steps).toHaveLength(2);
});

test('facts that never stop moving end it with plan_changed, which is no defect', async () => {
  const { runner, defects } = await setUp();
  const act: Operation<Input> = {
    ...operation(() => []),
    plan: async () => ({
      steps: [],
      hashed: 1,
      preview: { message: '', result: {} },
      apply: () => Promise.reject(new FactsMoved()),
    }),
  };
  const view = await (await runner.start(act, { name: 'a' }, options)).finished;
  expect(view.error?.code).toBe('plan_changed');
  expect(defects).toEqual([]);
});

test('facts that moved make it plan anew; with If-Match they end it', async () => {
  const { runner } = await setUp();
  let plans = 0;
  const act: Operation<Input> = {
    ...operation(() => []),
    plan: async () => {
      const number = ++plans;
      return {
        steps: [{ name: `Act ${number}`, outcome: 'would_change' }],
        hashed: number,
        preview: { message: '', result: {} },
        apply: async () => {
          if (number === 1) throw new FactsMoved();
          return { message: `acted on plan ${number}`, result: {} };
        },
      };
    },
  };
  expect((await (await runner.start(act, { name: 'a' }, options)).finished).message).toBe('acted on plan 2');
  const view = await (await runner.start(act, { name: 'a' }, { ...options, dryRun: true })).finished;
  const late = await (await runner.start(act, { name: 'a' }, { ...options, ifMatch: view.plan_hash as string }))
    .finished;
  expect(late.error?.code).toBe('plan_changed');
});

test('an operation ends at its deadline, and frees its target', async () => {
  const { runner } = await setUp();
  const stuck = operation(
    (_, { signal }) => [change(async () => void (await systemClock.sleep(60_000, signal)))],
    0.05,
  );
  const view = await (await runner.start(stuck, { name: 'a' }, options)).finished;
  expect(view).toMatchObject({ status: 'failed', error: { code: 'timed_out' } });
  expect(view.steps[0]?.outcome).toBe('failed');
  expect(
    (
      await (
        await runner.start(
          operation(() => []),
          { name: 'a' },
          options,
        )
      ).finished
    ).status,
  ).toBe('succeeded');
});

test('closing interrupts what runs, says so in the journal, and starts nothing more', async () => {
  const { runner, journal } = await setUp();
  const stuck = operation((_, { signal }) => [change(async () => void (await systemClock.sleep(60_000, signal)))]);
  const started = await runner.start(stuck, { name: 'a' }, options);
  await runner.close();
  expect(await journal.get(started.id)).toMatchObject({ status: 'interrupted', error: { code: 'shutting_down' } });
  await expect(runner.start(stuck, { name: 'b' }, options)).rejects.toMatchObject({ code: 'shutting_down' });
});

test('what ends while its target is looked for tells why, and starts nothing', async () => {
  const { runner, journal } = await setUp();
  const looking = (wait: (signal: AbortSignal) => Promise<void>, deadlineS: number): Operation<Input> => ({
    ...operation(() => [change(async () => ({}))], deadlineS),
    target: async (_, { signal }) => {
      await wait(signal);
      return { key: 'a', label: 'a' };
    },
  });
  const patient = (signal: AbortSignal) => systemClock.sleep(60_000, signal);
  await expect(runner.start(looking(patient, 0.02), { name: 'a' }, options)).rejects.toMatchObject({
    code: 'timed_out',
  });
  const deaf = gate();
  const late = runner.start(
    looking(() => deaf.passed, 30),
    { name: 'a' },
    options,
  );
  const patientOne = runner.start(looking(patient, 30), { name: 'a' }, options);
  const refusals = [late, patientOne].map((one) => expect(one).rejects.toMatchObject({ code: 'shutting_down' }));
  await runner.close();
  deaf.open();
  await Promise.all(refusals);
  expect(await journal.list({ limit: 10 })).toEqual([]);
});

test('no further step begins once it is ended from outside', async () => {
  const { runner } = await setUp();
  const [entered, door] = [gate(), gate()];
  let later = 0;
  const act = operation(() => [
    change(async () => {
      entered.open();
      await door.passed;
      return {};
    }),
    change(async () => ({ unchanged: ++later < 0 }), 'Later'),
  ]);
  const started = await runner.start(act, { name: 'a' }, options);
  await entered.passed;
  const closed = runner.close();
  door.open();
  await closed;
  expect(await started.finished).toMatchObject({ status: 'interrupted', changed: true, steps: [{ name: 'Act' }] });
  expect(later).toBe(0);
});

test('an end that the journal could not take is told, and written before the next operation begins', async () => {
  let full = true;
  const broken = new AppError('journal_unavailable', 'The journal cannot be used: disk full');
  const { runner, journal } = await setUp();
  const shaky: Journal = { ...journal, end: (...ending) => (full ? Promise.reject(broken) : journal.end(...ending)) };
  const other = createRunner({
    journal: shaky,
    clock: systemClock,
    hmacKey: Buffer.alloc(32, 7),
    onEnd: () => {},
    onDefect: () => {},
  });
  const act = operation(() => [change(async () => ({}))]);
  const { id, finished } = await other.start(act, { name: 'a' }, options);
  expect(await finished).toMatchObject({
    status: 'failed',
    changed: true,
    error: { code: 'journal_unavailable' },
    steps: [{ name: 'Act', outcome: 'changed' }],
  });
  await expect(other.start(act, { name: 'a' }, options)).rejects.toMatchObject({ code: 'journal_unavailable' });
  full = false;
  expect((await (await other.start(act, { name: 'a' }, options)).finished).status).toBe('succeeded');
  expect(await journal.get(id)).toMatchObject({ status: 'succeeded', changed: true });
  await runner.close();
});

test('nothing is started when the journal cannot be written, and no further step once it fails', async () => {
  const broken = new AppError('journal_unavailable', 'The journal cannot be used: disk full');
  const refusing = await setUp({ begin: () => Promise.reject(broken) });
  let ran = 0;
  const act = operation(() => [change(async () => ({ unchanged: ++ran < 0 }))]);
  await expect(refusing.runner.start(act, { name: 'a' }, options)).rejects.toMatchObject({
    code: 'journal_unavailable',
  });
  expect(ran).toBe(0);

  const failing = await setUp({ append: () => Promise.reject(broken) });
  const view = await (await failing.runner.start(act, { name: 'a' }, options)).finished;
  expect(view.error?.code).toBe('journal_unavailable');
  expect(ran).toBe(0);
});
