import { describe, expect, test } from 'vitest';
import { createInstance, REGION } from '../world.ts';
import { expectFailure, expectSuccess } from './answers.ts';
import { shareWorld } from './shared-world.ts';

const world = shareWorld();
const call = (what: string, body: object, query = '') =>
  world().api.post(`/aws/lightsail/${what}${query}`, { region: REGION, ...body });
const read = async (path: string) => (await world().api.get(`/aws/lightsail/${path}?region=${REGION}`)).body;
const calls = (name: string) => world().sandbox.control.calls()[name] ?? 0;
const lose = (operation: string) => world().sandbox.control.faults.add({ type: 'lost_reply', operation, times: 1 });

describe('static IPs', () => {
  test('allocated and attached, moved, released: each once', async () => {
    for (const name of ['one', 'two']) await createInstance(world().api, name);
    const toOne = { static_ip_name: 'fixed', instance_name: 'one' };
    expect((await call('attach-static-ip', toOne, '?dry_run=true')).body).toMatchObject({ changed: false });
    expect((await read('static-ips')).static_ips).toEqual([]);

    const given = await call('attach-static-ip', toOne);
    expectSuccess(given, true);
    const { ip_address } = given.body.result.static_ip;
    expect(given.body.result.instance).toMatchObject({ public_ip: ip_address, is_static_ip: true });
    expectSuccess(await call('attach-static-ip', toOne), false);

    const toTwo = { ...toOne, instance_name: 'two' };
    const plan = await call('attach-static-ip', toTwo, '?dry_run=true');
    expect(plan.body.message).toContain('It is taken from one, which gets another one.');
    expectSuccess(await call('attach-static-ip', toTwo), true);
    expect((await read('static-ips')).static_ips).toMatchObject([{ name: 'fixed', ip_address, attached_to: 'two' }]);
    expect(await read('instances/two')).toMatchObject({ public_ip: ip_address });
    expect(calls('AllocateStaticIp')).toBe(1);

    expectFailure(await call('release-static-ip', { static_ip_name: 'fixed' }), 409, 'confirm_required');
    const release = { static_ip_name: 'fixed', confirm: 'fixed' };
    expectFailure(await call('release-static-ip', { ...release, instance_name: 'one' }), 409, 'instance_differs');
    expect((await call('release-static-ip', release, '?dry_run=true')).body).toMatchObject({ changed: false });
    expectSuccess(await call('release-static-ip', release), true);
    expect((await read('static-ips')).static_ips).toEqual([]);
    expectSuccess(await call('release-static-ip', release), false);
    expect((await read('instances/two')).public_ip).not.toBe(ip_address);
  });

  test('no answer is lost for good', async () => {
    await createInstance(world().api, 'three');
    for (const operation of ['AllocateStaticIp', 'AttachStaticIp']) lose(operation);
    expectSuccess(await call('attach-static-ip', { static_ip_name: 'lossy', instance_name: 'three' }), true);
    for (const operation of ['DetachStaticIp', 'ReleaseStaticIp']) lose(operation);
    expectSuccess(await call('release-static-ip', { static_ip_name: 'lossy', confirm: 'lossy' }), true);
    expect((await read('static-ips')).static_ips).toEqual([]);
  });

  test('what cannot be is refused before anything is allocated', async () => {
    await createInstance(world().api, 'four');
    const before = calls('AllocateStaticIp');
    const nobody = { static_ip_name: 'new-ip', instance_name: 'nobody' };
    expectFailure(await call('attach-static-ip', nobody), 404, 'instance_not_found');
    expect(calls('AllocateStaticIp')).toBe(before);
    expectSuccess(await call('attach-static-ip', { static_ip_name: 'first', instance_name: 'four' }), true);
    const second = await call('attach-static-ip', { static_ip_name: 'second', instance_name: 'four' });
    expectFailure(second, 409, 'instance_differs');
    expect(second.body.hint).toContain('first');
  });

  test('one that is idle after its instance was deleted is named, since it costs', async () => {
    const gone = await call('delete-instance', { instance_name: 'four', confirm: 'four' });
    expect(gone.body.message).toMatch(/static IP first \(127\..*\) stays, idle: that costs 3\.65 USD a month/);
    expect((await read('static-ips')).static_ips).toMatchObject([
      { name: 'first', attached_to: null, monthly_usd: 3.65 },
    ]);
    expectSuccess(await call('release-static-ip', { static_ip_name: 'first', confirm: 'first' }), true);
  });
});

describe('the firewall', () => {
  const ssh = { protocol: 'tcp', from_port: 22, to_port: 22 };
  const web = { protocol: 'tcp', from_port: 443, to_port: 443 };

  test('is set whole, once, and shown', async () => {
    await createInstance(world().api, 'walled');
    const body = { instance_name: 'walled', rules: [ssh, { ...web, cidrs: ['203.0.113.0/24', '2001:db8::/32'] }] };
    const dry = await call('set-firewall', body, '?dry_run=true');
    expect(dry.body.message).toBe('walled: + 443/tcp for 203.0.113.0/24 2001:db8::/32, - 80/tcp for everybody.');
    expectSuccess(await call('set-firewall', body), true);
    expect((await read('instances/walled/firewall')).rules).toEqual([
      { ...ssh, cidrs: ['0.0.0.0/0', '::/0'] },
      { ...web, cidrs: ['203.0.113.0/24', '2001:db8::/32'] },
    ]);
    expectSuccess(await call('set-firewall', { ...body, rules: [...body.rules].reverse() }), false);
    expect(calls('PutInstancePublicPorts')).toBe(1);
  });

  test('one address is a network of one', async () => {
    const body = { instance_name: 'walled', rules: [{ ...ssh, cidrs: ['198.51.100.7'] }] };
    expectSuccess(await call('set-firewall', body), true);
    expectSuccess(await call('set-firewall', { ...body, rules: [{ ...ssh, cidrs: ['198.51.100.7/32'] }] }), false);
  });

  test('a list that locks out is refused, unless it is meant', async () => {
    const body = { instance_name: 'walled', rules: [web] };
    const refused = await call('set-firewall', body);
    expectFailure(refused, 400, 'invalid_request');
    expect(refused.body.details[0]).toMatchObject({
      path: '/rules',
      message: expect.stringContaining('allow_lockout'),
    });
    expectSuccess(await call('set-firewall', { ...body, allow_lockout: true }), true);
    expectSuccess(await call('set-firewall', { ...body, rules: [], allow_lockout: true }), true);
  });

  test.each([
    ['/rules/0/cidrs/0', { ...ssh, cidrs: ['203.0.113.7/24'] }],
    ['/rules/0/cidrs/0', { ...ssh, cidrs: ['300.1.1.1/8'] }],
    ['/rules/0/cidrs/0', { ...ssh, cidrs: ['everybody'] }],
    ['/rules/0/cidrs', { ...ssh, cidrs: [] }],
    ['/rules/0/to_port', { ...ssh, from_port: 23 }],
    ['/rules/0/from_port', { ...ssh, from_port: -1 }],
    ['/rules/0/to_port', { ...ssh, to_port: 65536 }],
    ['/rules/0/protocol', { ...ssh, protocol: 'sctp' }],
  ])('%s is checked: %j', async (path, rule) => {
    const refused = await call('set-firewall', { instance_name: 'walled', rules: [rule, ssh] });
    expectFailure(refused, 400, 'invalid_request');
    expect(refused.body.details.map((detail: { path: string }) => detail.path)).toContain(path);
  });

  test('of what is not there', async () => {
    expectFailure(await call('set-firewall', { instance_name: 'nobody', rules: [ssh] }), 404, 'instance_not_found');
    const { status, body } = await world().api.get(`/aws/lightsail/instances/nobody/firewall?region=${REGION}`);
    expect({ status, code: body.code }).toEqual({ status: 404, code: 'instance_not_found' });
  });
});

describe('snapshots', () => {
  const body = { instance_name: 'one', snapshot_name: 'kept' };

  test('made, shown with what they cost, and deleted: each once', async () => {
    const dry = await call('create-snapshot', body, '?dry_run=true');
    expect(dry.body).toMatchObject({ changed: false, result: { snapshot: null } });
    lose('CreateInstanceSnapshot');
    const made = await call('create-snapshot', body);
    expectSuccess(made, true);
    expect(made.body.result.snapshot).toMatchObject({ state: 'available', size_gb: 40, monthly_usd: 2 });
    expectSuccess(await call('create-snapshot', body), false);
    expect(calls('CreateInstanceSnapshot')).toBe(1);
    expect((await read('snapshots')).snapshots).toMatchObject([{ name: 'kept', instance_name: 'one' }]);

    expectFailure(await call('create-snapshot', { ...body, instance_name: 'two' }), 409, 'instance_differs');
    expectFailure(await call('delete-snapshot', { snapshot_name: 'kept' }), 409, 'confirm_required');
    const remove = { snapshot_name: 'kept', confirm: 'kept' };
    expect((await call('delete-snapshot', remove, '?dry_run=true')).body).toMatchObject({ changed: false });
    expectSuccess(await call('delete-snapshot', remove), true);
    expectSuccess(await call('delete-snapshot', remove), false);
    expect((await read('snapshots')).snapshots).toEqual([]);
  });

  test('of what is not there, and one that AWS cannot make', async () => {
    expectFailure(await call('create-snapshot', { ...body, instance_name: 'nobody' }), 404, 'instance_not_found');
    world().sandbox.control.faults.add({ type: 'snapshot_error', instance: 'one' });
    const failed = await call('create-snapshot', { ...body, snapshot_name: 'broken' });
    expectFailure(failed, 502, 'aws_error');
    expect(failed.body.hint).toContain('delete-snapshot');
    world().sandbox.control.faults.clear();
  });
});
