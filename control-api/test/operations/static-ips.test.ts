import { describe, expect, test } from 'vitest';
import { attachStaticIpOperation } from '../../src/operations/attach-static-ip.ts';
import { releaseStaticIpOperation } from '../../src/operations/release-static-ip.ts';
import { fakeContext, instance, perform } from './cloud-fakes.ts';
import { modelLightsail, staticIp } from './model-lightsail.ts';

const region = 'eu-central-1';
const kong = instance({ name: 'kong', arn: 'arn:kong', public_ip: '203.0.113.8' });

function setUp(...rows: Parameters<typeof modelLightsail>) {
  const model = modelLightsail(...rows);
  const watch = { ...model, pollMs: 2000 };
  const [attach, release] = [attachStaticIpOperation(watch), releaseStaticIpOperation(watch)];
  const context = fakeContext(model.clock);
  const toApps = { static_ip_name: 'fixed', instance_name: 'apps', region };
  const back = { static_ip_name: 'fixed', region, confirm: 'fixed' };
  return {
    model,
    attach: (more: Partial<typeof toApps> = {}) => perform(attach, { ...toApps, ...more }, context),
    release: (more: object = {}) => perform(release, { ...back, ...more }, context),
    locks: {
      attach: async () => (await attach.target(toApps, context)).also,
      release: async () => (await release.target(back, context)).also,
    },
  };
}

const identity = 'arn:aws:lightsail:eu-central-1:111122223333:Instance/0f1e@2026-11-21T10:00:00.000Z';
const kongIdentity = 'arn:kong@2026-11-21T10:00:00.000Z';

describe('attach', () => {
  test('allocates, attaches, and waits until the instance shows the address, which is pinned', async () => {
    const { attach, model } = setUp([instance()]);
    const { outcomes, message, result } = await attach();
    expect(outcomes).toEqual({
      'Allocate fixed': 'changed',
      'Attach fixed to apps': 'changed',
      'Wait until it is attached': 'verified',
      'Wait until apps has the address': 'verified',
    });
    expect(message).toBe('apps has fixed (198.51.100.100) in place of 203.0.113.7.');
    expect(result).toMatchObject({ static_ip: { attached_to: 'apps' }, instance: { public_ip: '198.51.100.100' } });
    expect(model.pinned).toEqual(['198.51.100.100']);
  });

  test('takes one that is there', async () => {
    const { attach, model } = setUp([instance()], [staticIp()]);
    const { outcomes, plan } = await attach();
    expect(outcomes['Allocate fixed']).toBe('unchanged');
    expect(plan.preview.message).toBe('apps would get fixed (198.51.100.7) in place of 203.0.113.7.');
    expect(model.sent).toEqual(['AttachStaticIp fixed']);
  });

  test('changes nothing when it is attached', async () => {
    const there = instance({ public_ip: '198.51.100.7', is_static_ip: true });
    const { attach, model } = setUp([there], [staticIp({ attached_to: 'apps' })]);
    const { outcomes, message } = await attach();
    expect(Object.values(outcomes)).toEqual(['unchanged', 'unchanged']);
    expect(message).toBe('apps has fixed (198.51.100.7), nothing was changed.');
    expect(model.sent).toEqual([]);
  });

  test('takes it from another instance, and says which', async () => {
    const { attach, model } = setUp([instance(), kong], [staticIp({ attached_to: 'kong' })]);
    const { message, plan } = await attach();
    const taken = 'It is taken from kong, which gets another one.';
    expect(plan.preview.message).toBe(`apps would get fixed (198.51.100.7) in place of 203.0.113.7. ${taken}`);
    expect(message).toBe(`apps has fixed (198.51.100.7) in place of 203.0.113.7. ${taken}`);
    expect(model.sent).toEqual(['DetachStaticIp fixed', 'AttachStaticIp fixed']);
  });

  test('locks the instance that gets it, and the one that loses it', async () => {
    const { locks } = setUp([instance(), kong], [staticIp({ attached_to: 'kong' })]);
    expect(await locks.attach()).toEqual([
      ...['instance eu-central-1/apps', identity],
      ...['instance eu-central-1/kong', kongIdentity],
    ]);
  });

  test('to one that is stopped is done without its address', async () => {
    const { attach, model } = setUp([instance({ state: 'stopped', public_ip: null })]);
    expect((await attach()).message).toBe('apps has fixed (198.51.100.100).');
    expect(model.pinned).toEqual([]);
  });

  test.each([
    ['pending', 'running'],
    ['stopping', 'stopped'],
  ])('to one that is %s waits until it is %s', async (state, end) => {
    const { attach } = setUp([instance({ state })]);
    expect(Object.keys((await attach()).outcomes)[0]).toBe(`Wait until apps is ${end}`);
  });

  test('of answers that are lost is done all the same, and a lost command is sent again', async () => {
    const { attach, model } = setUp([instance(), kong], [staticIp({ attached_to: 'kong' })]);
    model.faults = { DetachStaticIp: ['lost'], AttachStaticIp: ['cut', 'lost'] };
    expect((await attach()).outcomes['Attach fixed to apps']).toBe('changed');
    expect(model.sent).toEqual(['DetachStaticIp fixed', 'AttachStaticIp fixed', 'AttachStaticIp fixed']);
  });

  test('is refused, and nothing allocated', async () => {
    const { attach, model } = setUp([]);
    await expect(attach()).rejects.toMatchObject({ code: 'instance_not_found' });
    model.instances = [instance({ ip_address_type: 'ipv6' })];
    await expect(attach()).rejects.toMatchObject({ code: 'invalid_request', details: [{ path: '/instance_name' }] });
    model.instances = [instance()];
    model.staticIps = [staticIp({ name: 'other', attached_to: 'apps' })];
    await expect(attach()).rejects.toMatchObject({
      code: 'instance_differs',
      message: 'apps has the static IP other already.',
    });
    expect(model.sent).toEqual([]);
  });

  test('that AWS took and failed at ends with its words', async () => {
    const { attach, model } = setUp([instance()], [staticIp()]);
    model.lightsail.attachStaticIp = async () => ({ outcome: 'taken' });
    model.failure = 'Internal: oops';
    expect((await attach()).error).toMatchObject({
      code: 'aws_error',
      message: 'apps does not have fixed: AWS could not do it: Internal: oops.',
    });
  });
});

describe('release', () => {
  test.each([undefined, 'fixe'])('wants the exact name, and got %j', async (confirm) => {
    const { release } = setUp([]);
    await expect(release({ confirm })).rejects.toMatchObject({ code: 'confirm_required' });
  });

  test('gives an idle one back', async () => {
    const { release, model } = setUp([], [staticIp()]);
    const { outcomes, message } = await release();
    expect(outcomes).toEqual({ 'Release fixed': 'changed', 'Wait until it is gone': 'verified' });
    expect(message).toBe('fixed was released: 198.51.100.7 is lost.');
    expect(model.staticIps).toEqual([]);
  });

  test('detaches first, and tells the address that the instance has then', async () => {
    const there = instance({ public_ip: '198.51.100.7', is_static_ip: true });
    const { release, model } = setUp([there], [staticIp({ attached_to: 'apps' })]);
    const { outcomes, message, plan } = await release();
    expect(Object.keys(outcomes)).toEqual([
      ...['Detach fixed from apps', 'Release fixed', 'Wait until it is gone', 'Wait until apps has another address'],
    ]);
    expect(plan.preview.message).toBe(
      'fixed would be released: 198.51.100.7 is lost, and apps gets another public address.',
    );
    expect(message).toBe('fixed was released: 198.51.100.7 is lost, and apps has 203.0.113.100 now.');
    expect(model.pinned).toEqual(['203.0.113.100']);
  });

  test('locks the instance that loses it', async () => {
    expect(await setUp([instance()], [staticIp({ attached_to: 'apps' })]).locks.release()).toEqual([
      'instance eu-central-1/apps',
      identity,
    ]);
    expect(await setUp([instance()], [staticIp()]).locks.release()).toEqual([]);
  });

  test('of what is gone changes nothing', async () => {
    const { release, model } = setUp([instance()]);
    expect(await release()).toMatchObject({
      outcomes: { 'Release fixed': 'unchanged' },
      message: 'fixed is not there, nothing was changed.',
    });
    expect(model.sent).toEqual([]);
  });

  test('with instance_name only when no other instance has it', async () => {
    const { release, model } = setUp([instance(), kong], [staticIp({ attached_to: 'kong' })]);
    await expect(release({ instance_name: 'apps' })).rejects.toMatchObject({
      code: 'instance_differs',
      details: [{ path: '/instance_name' }],
    });
    expect(model.sent).toEqual([]);
    // As an earlier call left it that was cut off after detaching it.
    model.staticIps = [staticIp()];
    expect((await release({ instance_name: 'apps' })).outcomes['Release fixed']).toBe('changed');
  });

  test('of answers that are lost', async () => {
    const { release, model } = setUp([instance()], [staticIp({ attached_to: 'apps' })]);
    model.faults = { DetachStaticIp: ['lost'], ReleaseStaticIp: ['lost'] };
    expect((await release()).outcomes).toMatchObject({ 'Release fixed': 'changed' });
    expect(model.sent).toEqual(['DetachStaticIp fixed', 'ReleaseStaticIp fixed']);
  });
});
