import { describe, expect, test } from 'vitest';
import { createInstance, REGION } from '../world.ts';
import { expectFailure, expectSuccess } from './answers.ts';
import { shareWorld } from './shared-world.ts';

const world = shareWorld();
const call = (what: string, body: object, query = '') =>
  world().api.post(`/aws/lightsail/${what}${query}`, { region: REGION, ...body });
const show = async (name: string) => (await world().api.get(`/aws/lightsail/instances/${name}?region=${REGION}`)).body;
const calls = (name: string) => world().sandbox.control.calls()[name] ?? 0;

describe('start and stop', () => {
  test('each acts once, dry runs act never, and the address changes', async () => {
    const before = await createInstance(world().api, 'power');
    const instance_name = 'power';
    const dry = await call('stop-instance', { instance_name }, '?dry_run=true');
    expect(dry.body).toMatchObject({
      changed: false,
      message: expect.stringMatching(/would be stopped.*7 USD a month/),
    });
    expect((await show('power')).state).toBe('running');

    expectSuccess(await call('stop-instance', { instance_name }), true);
    expect((await show('power')).state).toBe('stopped');
    expectSuccess(await call('stop-instance', { instance_name }), false);
    expect(calls('StopInstance')).toBe(1);

    const plan = await call('start-instance', { instance_name }, '?dry_run=true');
    expect(plan.body.steps[0]).toMatchObject({ name: 'Start power', outcome: 'would_change' });
    const started = await call('start-instance', { instance_name });
    expectSuccess(started, true);
    expect(started.body.message).toContain('new one');
    expect(started.body.result.instance).toMatchObject({ state: 'running' });
    expect(started.body.result.instance.public_ip).not.toBe(before);
    expectSuccess(await call('start-instance', { instance_name }), false);
    expect(calls('StartInstance')).toBe(1);
  });

  test.each(['start', 'stop', 'reboot'])('%s of what is not there', async (what) => {
    expectFailure(await call(`${what}-instance`, { instance_name: 'nobody' }), 404, 'instance_not_found');
  });

  test('a lost answer is no failure: what AWS did is looked at', async () => {
    await createInstance(world().api, 'lost');
    for (const [what, operation] of [
      ['stop', 'StopInstance'],
      ['start', 'StartInstance'],
    ]) {
      world().sandbox.control.faults.add({ type: 'lost_reply', operation: operation as string, times: 1 });
      expectSuccess(await call(`${what}-instance`, { instance_name: 'lost' }), true);
    }
  });

  test('AWS says no: its words come through', async () => {
    await createInstance(world().api, 'denied');
    world().sandbox.control.faults.add({ type: 'access_denied', operation: 'StopInstance', times: 1 });
    expectFailure(await call('stop-instance', { instance_name: 'denied' }), 403, 'aws_access_denied');
    expect((await show('denied')).state).toBe('running');
  });

  test('one that runs a deploy is not stopped meanwhile', async () => {
    const { api, sandbox, keyPath } = world();
    const instance_ip = await createInstance(api, 'busy');
    await sandbox.control.setHostFaults('busy', [{ type: 'slow', delayMs: 600 }]);
    const image = { docker_image: 'ghcr.io/fountain/hello:1.0', ssh_key_path: keyPath };
    const deploy = api.post('/services/deploy-docker-app', { instance_ip, ...image });
    await expect
      .poll(async () => (await api.get('/operations?status=running')).body.operations.length, { interval: 20 })
      .toBeGreaterThan(0);
    expectFailure(await call('stop-instance', { instance_name: 'busy' }), 409, 'target_locked');
    expect((await deploy).status).toBe(200);
  });
});

describe('reboot', () => {
  test('with since only once, without since each time', async () => {
    await createInstance(world().api, 'again');
    const since = new Date().toISOString();
    const body = { instance_name: 'again', since };
    const dry = await call('reboot-instance', body, '?dry_run=true');
    expect(dry.body.steps[0]).toMatchObject({ outcome: 'would_change' });
    expectSuccess(await call('reboot-instance', body), true);
    expectSuccess(await call('reboot-instance', body), false);
    const { since: _, ...always } = body;
    const rebooted = await call('reboot-instance', always);
    expectSuccess(rebooted, true);
    expect(rebooted.body.message).toContain('reboots it again');
    expect(calls('RebootInstance')).toBe(2);
  });

  test('one that is stopped is not rebooted', async () => {
    await createInstance(world().api, 'asleep');
    await call('stop-instance', { instance_name: 'asleep' });
    const refused = await call('reboot-instance', { instance_name: 'asleep' });
    expectFailure(refused, 400, 'invalid_request');
    expect(refused.body.hint).toContain('start-instance');
  });
});

describe('delete', () => {
  test('wants the name again, deletes, and deletes what is gone without a word of trouble', async () => {
    await createInstance(world().api, 'doomed');
    const body = { instance_name: 'doomed' };
    expectFailure(await call('delete-instance', body), 409, 'confirm_required');
    expectFailure(await call('delete-instance', { ...body, confirm: 'Doomed' }), 409, 'confirm_required');
    const confirmed = { ...body, confirm: 'doomed' };
    expect((await call('delete-instance', confirmed, '?dry_run=true')).body).toMatchObject({ changed: false });
    expect((await show('doomed')).state).toBe('running');
    expectSuccess(await call('delete-instance', confirmed), true);
    expect(await show('doomed')).toMatchObject({ code: 'instance_not_found' });
    expectSuccess(await call('delete-instance', confirmed), false);
    expect(calls('DeleteInstance')).toBe(1);
  });

  test('another of the same name is another one: its new keys are no alarm', async () => {
    const { api, keyPath } = world();
    for (const _ of [1, 2]) {
      await createInstance(api, 'phoenix');
      const query = new URLSearchParams({ instance_name: 'phoenix', region: REGION, ssh_key_path: keyPath });
      expect((await api.get(`/services/status?${query}`)).status).toBe(200);
      expectSuccess(await call('delete-instance', { instance_name: 'phoenix', confirm: 'phoenix' }), true);
    }
  });

  test('a lost answer: it is gone all the same', async () => {
    await createInstance(world().api, 'vanishing');
    world().sandbox.control.faults.add({ type: 'lost_reply', operation: 'DeleteInstance', times: 1 });
    expectSuccess(await call('delete-instance', { instance_name: 'vanishing', confirm: 'vanishing' }), true);
  });
});

describe('the budget', () => {
  test('guards create-instance, dry runs too; what is there stays there', async () => {
    const api = await world.anotherApi({ BUDGET_EUR_MONTH: '1' });
    const wish = { blueprint_id: 'debian_12', region: REGION, availability_zone: `${REGION}a` };
    const dear = { ...wish, instance_name: 'dear', bundle_id: 'small_3_0' };
    const refused = await api.post('/aws/lightsail/create-instance', dear);
    expectFailure(refused, 409, 'budget_exceeded');
    expect(refused.body.message).toMatch(/USD \(.* EUR\) a month/);
    expectFailure(await api.post('/aws/lightsail/create-instance?dry_run=true', dear), 409, 'budget_exceeded');
    const allowed = await api.post('/aws/lightsail/create-instance', { ...dear, allow_over_budget: true });
    expectSuccess(allowed, true);
    expectSuccess(await api.post('/aws/lightsail/create-instance', dear), false);
  });
});
