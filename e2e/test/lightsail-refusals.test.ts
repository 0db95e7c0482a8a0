import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, createInstance, REGION } from '../world.ts';
import { expectFailure, expectSuccess } from './answers.ts';
import { shareWorld } from './shared-world.ts';

const world = shareWorld();
const faults = () => world().sandbox.control.faults;
const call = (what: string, body: object, headers: Record<string, string> = {}) =>
  world().api.post(`/aws/lightsail/${what}`, { region: REGION, ...body }, headers);

const apps = { instance_name: 'apps' };
const fixed = { static_ip_name: 'fixed' };
const kept = { snapshot_name: 'kept' };
const ssh = { protocol: 'tcp', from_port: 22, to_port: 22 };

/** Every call of these rows, and AWS’s operation that begins its work. */
const rows: [what: string, body: object, operation: string][] = [
  ['start-instance', { instance_name: 'asleep' }, 'StartInstance'],
  ['stop-instance', apps, 'StopInstance'],
  ['reboot-instance', apps, 'RebootInstance'],
  ['delete-instance', { ...apps, confirm: 'apps' }, 'DeleteInstance'],
  ['attach-static-ip', { ...apps, ...fixed }, 'AllocateStaticIp'],
  ['release-static-ip', { static_ip_name: 'spare', confirm: 'spare' }, 'DetachStaticIp'],
  ['set-firewall', { ...apps, rules: [ssh] }, 'PutInstancePublicPorts'],
  ['create-snapshot', { ...apps, ...kept }, 'CreateInstanceSnapshot'],
  ['delete-snapshot', { snapshot_name: 'old', confirm: 'old' }, 'DeleteInstanceSnapshot'],
];

let ip: string;
beforeAll(async () => {
  ip = await createInstance(world().api, 'apps');
  await createInstance(world().api, 'asleep');
  expectSuccess(await call('stop-instance', { instance_name: 'asleep' }), true);
  expectSuccess(await call('attach-static-ip', { static_ip_name: 'spare', instance_name: 'asleep' }), true);
  expectSuccess(await call('create-snapshot', { ...apps, snapshot_name: 'old' }), true);
});
afterEach(() => faults().clear());

describe.each(rows)('%s', (what, body, operation) => {
  test('that AWS does not allow', async () => {
    faults().add({ type: 'access_denied', operation });
    const refused = await call(what, body);
    expectFailure(refused, 403, 'aws_access_denied');
    expect(refused.body.message).toContain(`lightsail:${operation}`);
  });

  test('while AWS cannot be reached', async () => {
    faults().add({ type: 'unreachable' });
    expectFailure(await call(what, body), 503, 'aws_unreachable');
  });

  test('in a region that is none', async () => {
    const refused = await call(what, { ...body, region: 'eu-nowhere-1' });
    expectFailure(refused, 400, 'invalid_request');
    expect(refused.body.details[0].path).toBe('/region');
  });

  test('with a name that is none, a field too many, and no body', async () => {
    const [field = ''] = Object.keys(body);
    for (const wrong of [{ ...body, [field]: '-' }, { ...body, colour: 'blue' }, '']) {
      const refused = await call(what, typeof wrong === 'string' ? {} : wrong);
      expectFailure(refused, 400, 'invalid_request');
    }
  });
});

test('none of that has changed anything', async () => {
  const read = async (path: string) => (await world().api.get(`/aws/lightsail/${path}?region=${REGION}`)).body;
  expect(await read('instances')).toMatchObject({
    instances: [
      { name: 'apps', state: 'running', public_ip: ip },
      { name: 'asleep', state: 'stopped', is_static_ip: true },
    ],
  });
  expect(await read('static-ips')).toMatchObject({ static_ips: [{ name: 'spare', attached_to: 'asleep' }] });
  expect(await read('snapshots')).toMatchObject({ snapshots: [{ name: 'old', state: 'available' }] });
  expect((await read('instances/apps/firewall')).rules).toHaveLength(2);
});

describe('one thing at a time', () => {
  const locked = (answer: Answer, operation: string) => {
    expectFailure(answer, 409, 'target_locked');
    expect(answer.body.details[0]).toMatchObject({ operation });
  };
  const later = { prefer: 'respond-async' };
  const ended = async ({ body }: Answer) => {
    const look = async () => (await world().api.get(`/operations/${body.operation_id}`)).body.status;
    await expect.poll(look, { interval: 20, timeout: 10_000 }).toBe('succeeded');
  };
  const deploy = (headers = {}) =>
    world().api.post(
      '/services/deploy-docker-app',
      { instance_ip: ip, ssh_key_path: world().keyPath, docker_image: 'ghcr.io/fountain/hello:1.0' },
      headers,
    );

  test('beside a deploy on its host an instance is not touched', async () => {
    await world().sandbox.control.setHostFaults('apps', [{ type: 'slow', delayMs: 300 }]);
    const deployed = await deploy(later);
    for (const [what, body] of rows.filter(([, body]) => 'instance_name' in body && body.instance_name === 'apps')) {
      locked(await call(what, body), 'docker-app.deploy');
    }
    await world().sandbox.control.setHostFaults('apps', []);
    await ended(deployed);
  });

  test('nor is its host while it is stopped, or its name while it is deleted', async () => {
    faults().add({ type: 'slow', operation: 'StopInstance', times: 1, delayMs: 300 });
    const stopped = await call('stop-instance', apps, later);
    locked(await deploy(), 'instance.stop');
    await ended(stopped);

    faults().add({ type: 'slow', operation: 'DeleteInstance', times: 1, delayMs: 300 });
    const confirmed = { ...apps, confirm: 'apps' };
    const deleted = await call('delete-instance', confirmed, later);
    const wish = { blueprint_id: 'debian_12', bundle_id: 'micro_3_0', availability_zone: `${REGION}a` };
    locked(await call('create-instance', { ...apps, ...wish }), 'instance.delete');
    expect(await call('delete-instance', confirmed, later)).toMatchObject({ status: 202, body: { attached: true } });
    await ended(deleted);
  });

  test('nor is the instance from which a static IP is taken', async () => {
    await createInstance(world().api, 'third');
    faults().add({ type: 'slow', operation: 'DetachStaticIp', times: 1, delayMs: 300 });
    const moved = await call('attach-static-ip', { static_ip_name: 'spare', instance_name: 'third' }, later);
    locked(await call('start-instance', { instance_name: 'asleep' }), 'static-ip.attach');
    locked(await call('stop-instance', { instance_name: 'third' }), 'static-ip.attach');
    await ended(moved);
  });
});
