import { describe, expect, test } from 'vitest';
import { startInstanceOperation, stopInstanceOperation } from '../../src/operations/change-instance-power.ts';
import type { Operation } from '../../src/operations/operation.ts';
import { rebootInstanceOperation } from '../../src/operations/reboot-instance.ts';
import type { Instance } from '../../src/schemas/lightsail.ts';
import type { RebootInstanceBody } from '../../src/schemas/lightsail-changes.ts';
import { fakeContext, instance, perform } from './cloud-fakes.ts';
import { modelLightsail, staticIp } from './model-lightsail.ts';

const makers = { start: startInstanceOperation, stop: stopInstanceOperation, reboot: rebootInstanceOperation };

function setUp(kind: keyof typeof makers, ...rows: Parameters<typeof modelLightsail>) {
  const model = modelLightsail(...rows);
  const operation = makers[kind]({ ...model, sshPort: 22, pollMs: 2000 }) as Operation<RebootInstanceBody>;
  const body = { instance_name: 'apps', region: 'eu-central-1' };
  const releases: (() => void)[] = [];
  const context = { ...fakeContext(model.clock), defer: (release: () => void) => releases.push(release) };
  const run = async (more: { since?: string } = {}) => {
    const end = await perform(operation, { ...body, ...more }, context);
    for (const release of releases) release();
    return end;
  };
  return { model, run, operation, target: () => operation.target(body, context) };
}

const stopped = instance({ state: 'stopped', public_ip: null });
const changes = ({ outcomes }: { outcomes: Record<string, string> }) =>
  Object.values(outcomes).filter((outcome) => outcome === 'changed').length;

test.each(['start', 'stop', 'reboot'] as const)('%s locks the instance by its name and by what it is', async (kind) => {
  expect(await setUp(kind, [instance()]).target()).toMatchObject({
    key: 'instance eu-central-1/apps',
    label: 'instance eu-central-1/apps',
    also: ['arn:aws:lightsail:eu-central-1:111122223333:Instance/0f1e@2026-11-21T10:00:00.000Z'],
  });
});

test.each(['start', 'stop', 'reboot'] as const)('%s of one that is not there, or not for long', async (kind) => {
  await expect(setUp(kind, []).run()).rejects.toMatchObject({ code: 'instance_not_found' });
  const going = setUp(kind, [instance({ state: 'shutting-down' })]);
  await expect(going.run()).rejects.toMatchObject({ code: 'instance_not_found', message: 'apps is being deleted.' });
});

describe('start', () => {
  test('waits until it runs and SSH shows a pinned key; the address is another one, and that is said', async () => {
    const { run, model } = setUp('start', [stopped]);
    const { outcomes, message } = await run();
    expect(outcomes).toEqual({
      'Start apps': 'changed',
      'Wait until it runs': 'verified',
      'Wait for its address': 'verified',
      'Pin its host keys': 'verified',
      'Wait until SSH answers with a pinned key': 'verified',
    });
    expect(message).toBe(
      'apps was started; its public address is a new one, as it has no static IP: running at 203.0.113.100.',
    );
    expect(model.pinned).toContain('203.0.113.100');
  });

  test('of one with a static IP keeps its address', async () => {
    const row = { ...stopped, is_static_ip: true };
    const { message } = await setUp('start', [row], [staticIp({ attached_to: 'apps' })]).run();
    expect(message).toBe('apps was started: running at 198.51.100.7.');
  });

  test('of one that runs changes nothing, and looks whether it answers', async () => {
    const { run, model } = setUp('start', [instance()]);
    const end = await run();
    expect(changes(end)).toBe(0);
    expect(end.message).toBe('apps runs, nothing was changed: running at 203.0.113.7.');
    expect(model.sent).toEqual([]);
  });

  test('of one that is on its way waits for it', async () => {
    const { run, model } = setUp('start', [instance({ state: 'pending', public_ip: null })]);
    expect(changes(await run())).toBe(0);
    expect(model.sent).toEqual([]);
  });

  test('of one that is stopping waits until it is stopped first', async () => {
    const { run, model } = setUp('start', [instance({ state: 'stopping' })]);
    const { outcomes } = await run();
    expect(Object.keys(outcomes).slice(0, 2)).toEqual(['Wait until apps is stopped', 'Start apps']);
    expect(model.sent).toEqual(['StartInstance apps']);
  });

  test('when another was faster changes nothing', async () => {
    const { run, model } = setUp('start', [stopped]);
    model.meanwhile = () => {
      model.instances = [instance({ state: 'pending', public_ip: null })];
    };
    const end = await run();
    expect(changes(end)).toBe(0);
    expect(end.message).toMatch(/nothing was changed/);
  });

  test('that AWS refuses in a state that does not change is told with that state', async () => {
    const { run, model } = setUp('start', [stopped]);
    model.faults = { StartInstance: ['refused'] };
    expect((await run()).error).toMatchObject({
      code: 'aws_error',
      message: 'HTTP 400 OperationFailureException; it is stopped',
    });
  });

  test('that AWS took and failed at ends with AWS’s words', async () => {
    const { run, model } = setUp('start', [stopped]);
    model.stuck = true;
    model.failure = 'InsufficientCapacity: none left';
    expect((await run()).error).toMatchObject({ code: 'aws_error', message: expect.stringContaining('none left') });
  });
});

describe('stop', () => {
  test('waits until it is stopped, and says what it goes on costing', async () => {
    const { run, model } = setUp('stop', [instance()]);
    const { outcomes, message, plan, result } = await run();
    expect(outcomes).toEqual({ 'Stop apps': 'changed', 'Wait until apps is stopped': 'verified' });
    expect(message).toBe(
      'apps was stopped; it goes on costing 5 USD a month until it is deleted, and gets another public address when it is started.',
    );
    expect(plan.preview.message).toMatch(/^apps would be stopped; it goes on costing 5 USD/);
    expect(result?.instance).toMatchObject({ state: 'stopped' });
    expect(model.sent).toEqual(['StopInstance apps']);
  });

  test.each<[string, Partial<Instance>, string]>([
    ['a price that AWS does not tell', { monthly_usd: null }, 'it goes on costing as much as before'],
    ['a static IP', { is_static_ip: true }, 'until it is deleted.'],
  ])('%s', async (_, row, words) => {
    expect((await setUp('stop', [instance(row)]).run()).message).toContain(words);
  });

  test.each(['stopped', 'stopping'])('of one that is %s changes nothing', async (state) => {
    const { run, model } = setUp('stop', [instance({ state })]);
    const end = await run();
    expect(changes(end)).toBe(0);
    expect(end.message).toMatch(/^apps is stopped, nothing was changed/);
    expect(model.sent).toEqual([]);
  });

  test('of one that is just starting waits until it runs', async () => {
    const { run, model } = setUp('stop', [instance({ state: 'pending' })]);
    expect(Object.keys((await run()).outcomes)[0]).toBe('Wait until apps is running');
    expect(model.sent).toEqual(['StopInstance apps']);
  });

  test('that never ends is told with what was seen last', async () => {
    const { run, model } = setUp('stop', [instance()]);
    model.stuck = true;
    expect((await run()).error).toMatchObject({
      code: 'timed_out',
      message: 'Wait until apps is stopped: after 240 s it is stopping.',
    });
  });

  test('says that it was deleted meanwhile', async () => {
    const { run, model } = setUp('stop', [instance()]);
    model.meanwhile = () => {
      model.instances = [];
    };
    expect((await run()).error).toMatchObject({ code: 'instance_not_found' });
  });
});

describe('reboot', () => {
  const ladder = ['Wait until it runs', 'Wait for its address', 'Pin its host keys'];

  test('waits for AWS’s record, until the host has gone down, and until it answers again', async () => {
    const { run, model } = setUp('reboot', [instance()]);
    const { outcomes, told, message } = await run();
    expect(Object.keys(outcomes)).toEqual([
      ...['Reboot apps', 'Wait until AWS has rebooted it', 'Wait until it has gone down', ...ladder],
      'Wait until SSH answers with a pinned key',
    ]);
    expect(told).toContain('AWS has not done it yet');
    expect(message).toBe('apps was rebooted; the same call reboots it again, send since to prevent that.');
    expect(model.lines).toBe(0);
  });

  test('of a host that stays up is not taken for one', async () => {
    const { run, model } = setUp('reboot', [instance()]);
    Object.defineProperty(model, 'lineOpen', { get: () => true, set: () => {} });
    expect((await run()).error).toMatchObject({
      code: 'timed_out',
      message: expect.stringContaining('it has not gone down yet'),
    });
  });

  test('that AWS failed at', async () => {
    const { run, model } = setUp('reboot', [instance()]);
    const { lightsail } = model;
    const events = lightsail.events.bind(lightsail);
    model.lightsail.events = async (...asked) =>
      (await events(...asked)).map((event) => ({ ...event, status: 'failed', failure: 'Internal: oops' }));
    expect((await run()).error).toMatchObject({
      code: 'aws_error',
      message: 'AWS could not reboot apps: Internal: oops.',
    });
  });

  test('without an answer is looked for, and never asked for twice', async () => {
    const { run, model } = setUp('reboot', [instance()]);
    model.faults = { RebootInstance: ['lost'] };
    expect((await run()).outcomes['Reboot apps']).toBe('changed');
    model.faults = { RebootInstance: ['cut'] };
    expect((await run()).error).toMatchObject({
      code: 'aws_unreachable',
      message: expect.stringContaining('AWS has no record of a reboot'),
    });
    expect(model.sent).toEqual(['RebootInstance apps', 'RebootInstance apps']);
  });

  test.each([
    ['2026-11-21T09:59:59Z', 'its creation'],
    ['2026-11-21T10:00:00+00:01', 'a time of another zone'],
  ])('is left when it was booted after since: %s, %s', async (since) => {
    const { run, model } = setUp('reboot', [instance()]);
    const end = await run({ since });
    expect(changes(end)).toBe(0);
    expect(end.message).toBe(`apps was booted after ${since}, nothing was changed.`);
    expect(model.sent).toEqual([]);
  });

  test('with since acts once', async () => {
    const { run, model } = setUp('reboot', [instance()]);
    const since = '2026-11-21T10:00:00Z';
    expect(changes(await run({ since }))).toBe(1);
    expect(changes(await run({ since }))).toBe(0);
    expect(model.sent).toHaveLength(1);
  });

  test('a boot that failed is none', async () => {
    const { run, model } = setUp('reboot', [instance()]);
    const at = new Date('2026-11-21T10:00:30Z');
    model.events = [{ id: 'old', type: 'RebootInstance', at, status: 'failed', failure: 'oops' }];
    expect(changes(await run({ since: '2026-11-21T10:00:00Z' }))).toBe(1);
  });

  test.each(['stopped', 'stopping'])('of one that is %s is refused, with a way', async (state) => {
    await expect(setUp('reboot', [instance({ state })]).run()).rejects.toMatchObject({
      code: 'invalid_request',
      message: `apps is ${state}: only what runs can be rebooted.`,
      hint: expect.stringContaining('start-instance'),
    });
  });

  test('of one without a public address is not watched by a connection', async () => {
    const six = instance({ public_ip: null, ip_address_type: 'ipv6' });
    const { run } = setUp('reboot', [six]);
    expect((await run()).message).toMatch(/was rebooted/);
  });
});
