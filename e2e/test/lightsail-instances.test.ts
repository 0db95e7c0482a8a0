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
  test('guards create-instance, dry runs too; what is there stays there, and costs while it is stopped', async () => {
    const { api: rich } = world();
    // What other tests of this file made is counted: the limit is set between two bundles.
    const wish = { blueprint_id: 'debian_12', region: REGION, availability_zone: `${REGION}a` };
    const dear = { ...wish, instance_name: 'dear', bundle_id: 'small_3_0' };
    const create = '/aws/lightsail/create-instance';
    await createInstance(rich, 'idle');
    expectSuccess(await call('stop-instance', { instance_name: 'idle' }), true);
    const seen = await rich.post(`${create}?dry_run=true`, dear);
    const { monthly_usd, monthly_eur, items } = seen.body.result.budget;
    expect(seen.body.message).toContain(`${monthly_usd.toFixed(2)} USD (${monthly_eur.toFixed(2)} EUR) a month`);
    expect(items).toContainEqual({ what: 'instance idle (micro_3_0, stopped)', monthly_usd: 7 });
    expect(items.at(-1)).toEqual({ what: 'instance dear (small_3_0, to be created)', monthly_usd: 12 });

    const api = await world.anotherApi({ BUDGET_EUR_MONTH: (monthly_eur - 5 * 0.92).toFixed(2) });
    const refused = await api.post(create, dear);
    expectFailure(refused, 409, 'budget_exceeded');
    expect(refused.body.message).toContain('These would fit: nano_3_0 (5 USD), micro_3_0 (7 USD).');
    expect(refused.body.details[0]).toMatchObject({ path: '/bundle_id', monthly_usd, monthly_eur });
    expect(refused.body.details.slice(1)).toHaveLength(items.length);
    expectFailure(await api.post(`${create}?dry_run=true`, dear), 409, 'budget_exceeded');
    expect(await show('dear')).toMatchObject({ code: 'instance_not_found' });
    expectSuccess(await api.post(create, { ...dear, allow_over_budget: true }), true);
    expectSuccess(await api.post(create, dear), false);
  });
});
