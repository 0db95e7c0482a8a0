import { describe, expect, test } from 'vitest';
import { expectFailure, expectSuccess } from '../test/answers.ts';
import { makeHost, putImage, stepsToRun, type TestHost } from '../test/hosts.ts';
import { shareWorld } from '../test/shared-world.ts';
import { REGION } from '../world.ts';

const world = shareWorld();
const commandLines = ({ name }: TestHost) => world().sandbox.control.observed(name)?.commandLines ?? [];

describe('restart', () => {
  test('without since acts each time and says so; with since it acts once', async () => {
    const host = await makeHost(world(), 'restarted');
    const docker_image = putImage(world(), 'restarted:1');
    expectSuccess(await host.deploy({ docker_image, name: 'app' }), true);
    for (const _ of ['once', 'twice']) {
      const answer = await host.act('restart', { name: 'app' });
      expectSuccess(answer, true);
      expect(answer.body.message).toContain('since');
    }
    const since = new Date().toISOString();
    expectSuccess(await host.act('restart', { name: 'app', since }), true);
    expectSuccess(await host.act('restart', { name: 'app', since }), false);
    expectSuccess(await host.deploy({ docker_image, name: 'app' }), false);
    const restarts = commandLines(host).filter((line) => line.startsWith('docker restart'));
    expect(restarts).toHaveLength(3);
  });

  test('of what is not there', async () => {
    const host = await makeHost(world(), 'nothing-there');
    expectFailure(await host.act('restart', { name: 'app' }), 502, 'step_failed');
    expectSuccess(await host.deploy({ docker_image: putImage(world(), 'there:1'), name: 'other' }), true);
    const answer = await host.act('restart', { name: 'app' });
    expectFailure(answer, 404, 'app_not_found');
    expect(JSON.stringify(answer.body.details)).toContain('other');
  });
});

test('rollback by digest and by release id, with the registry down and without the secrets again', async () => {
  const host = await makeHost(world(), 'rolled-back');
  const secret_env = { KEY: 'kept on the host' };
  for (const tag of ['back:1', 'back:2']) {
    expectSuccess(await host.deploy({ docker_image: putImage(world(), tag), name: 'app', secret_env }), true);
  }
  world().sandbox.control.images?.setFault({ type: 'unreachable' });
  const apps = async () => (await host.see('docker-apps')).body.apps[0];
  const [first, second] = ['back:1', 'back:2'].map(async (tag) => {
    const { releases } = await apps();
    return releases.find(({ image }: { image: string }) => image.endsWith(tag));
  });
  const { digest } = await first;
  expectSuccess(await host.act('rollback', { name: 'app', to: digest }), true);
  expectSuccess(await host.act('rollback', { name: 'app', to: digest }), false);
  expect((await apps()).image).toContain(digest);
  const { id } = await second;
  expectSuccess(await host.act('rollback', { name: 'app', to: id }), true);
  expectSuccess(await host.act('rollback', { name: 'app', to: id }), false);
  const nowhere = await host.act('rollback', { name: 'app', to: `sha256:${'0'.repeat(64)}` });
  expectFailure(nowhere, 404, 'app_not_found');
  expect(JSON.stringify(nowhere.body.details)).toContain(digest);
  world().sandbox.control.images?.setFault(null);
});

describe('remove', () => {
  test('wants the exact name, then removes, then has nothing to do', async () => {
    const host = await makeHost(world(), 'removed');
    expectSuccess(await host.deploy({ docker_image: putImage(world(), 'removed:1'), name: 'app' }), true);
    for (const confirm of [undefined, 'ap', 'App']) {
      const answer = await host.act('remove', { name: 'app', confirm });
      expectFailure(answer, 409, 'confirm_required');
      expect(answer.body.message).toContain('"confirm": "app"');
    }
    expect((await host.see('docker-apps')).body.apps).toHaveLength(1);
    expectSuccess(await host.act('remove', { name: 'app', confirm: 'app' }), true);
    expectSuccess(await host.act('remove', { name: 'app', confirm: 'app' }), false);
    expect((await host.see('docker-apps')).body.apps).toEqual([]);
  });

  test('of what was never there, on a host without Docker: nothing to do', async () => {
    const host = await makeHost(world(), 'never-there');
    expectSuccess(await host.act('remove', { name: 'app', confirm: 'app' }), false);
  });
});

describe('a repeated deploy', () => {
  test('of the same specification changes nothing; of another one it shows what, and does it', async () => {
    const host = await makeHost(world(), 'specified');
    const spec = { docker_image: putImage(world(), 'spec:1'), name: 'app', ports: [8080], env: { A: '1' } };
    const others = [{ env: { A: '2' } }, { ports: [8081] }, { memory_mb: 128 }, { secret_env: { B: '1' } }];
    expectSuccess(await host.deploy(spec), true);
    expectSuccess(await host.deploy(spec), false);
    for (const other of others) {
      const wish = { ...spec, ...other };
      expect(stepsToRun(await host.deploy(wish, 'dry run'))).not.toEqual([]);
      expectSuccess(await host.deploy(wish), true);
      expect(stepsToRun(await host.deploy(wish, 'dry run'))).toEqual([]);
    }
  });

  test('a secret reaches the container as it is', async () => {
    const host = await makeHost(world(), 'reached');
    const KEY = 'a "secret" $HOME\n\'with\' everything é';
    const script = 'console.log("it is", Buffer.from(process.env.KEY).toString("hex")); setInterval(() => {}, 1000)';
    const docker_image = putImage(world(), 'reached:1', { process: { command: ['node', '-e', script] } });
    expectSuccess(await host.deploy({ docker_image, name: 'app', secret_env: { KEY } }), true);
    const { body } = await host.see('logs', { name: 'app' });
    expect(body.lines.join('\n')).toContain(`it is ${Buffer.from(KEY).toString('hex')}`);
  });

  test('a secret that changed is a change, and stands in no command line', async () => {
    const host = await makeHost(world(), 'secrets');
    const spec = { docker_image: putImage(world(), 'secrets:1'), name: 'app' };
    expectSuccess(await host.deploy({ ...spec, secret_env: { KEY: 'the first value' } }), true);
    expectSuccess(await host.deploy({ ...spec, secret_env: { KEY: 'the first value' } }), false);
    expectSuccess(await host.deploy({ ...spec, secret_env: { KEY: 'the second value' } }), true);
    const run = commandLines(host).filter((line) => line.startsWith('docker run'));
    expect(run).toHaveLength(2);
    for (const line of run) expect(line).toMatch(/--env KEY /);
    expect(commandLines(host).join('\n')).not.toMatch(/(first|second) value/);
  });
});

describe('what can be read', () => {
  test('of an app, its log and its host', async () => {
    const host = await makeHost(world(), 'read');
    expect((await host.see('docker-apps')).body).toEqual({ apps: [] });
    expect((await host.see('status')).body).toMatchObject({ os: 'debian 12', docker: null, apps: [] });
    expectFailure(await host.see('logs', { name: 'hello' }), 404, 'app_not_found');
    expectSuccess(await host.deploy({ docker_image: 'ghcr.io/fountain/hello:1.0', ports: [8080] }), true);
    const { body } = await host.see('docker-apps');
    expect(body.apps).toMatchObject([
      { name: 'hello', state: 'running', releases: [{ running: true, image: 'ghcr.io/fountain/hello:1.0' }] },
    ]);
    expect(body.apps[0].ports).toHaveLength(1);
    const status = await host.see('status');
    expect(status.body).toMatchObject({ address: host.ip, boot: 'finished', apps: [{ name: 'hello' }] });
    expect(status.body.docker).toMatch(/^\d+\./);
    expect(status.body.swap_mb).toBeGreaterThan(1000);
    const logs = await host.see('logs', { name: 'hello', lines: '5' });
    expect(logs.body.lines.length).toBeGreaterThan(0);
    expectFailure(await host.see('logs', { name: 'hello', lines: '0' }), 400, 'invalid_request');
  });

  test('of an app that really runs: it answers on the address that is told', async () => {
    const host = await makeHost(world(), 'answering');
    const deploy = { docker_image: 'ghcr.io/fountain/hello:1.0', ports: [8080], publish: 'private' };
    const { body } = await host.deploy(deploy);
    expect((await fetch(body.result.url)).status).toBe(200);
  });

  test('of an instance’s readiness: the ladder, as far as it can be climbed', async () => {
    const host = await makeHost(world(), 'climbed');
    const see = async (name: string, query = '') =>
      (await world().api.get(`/aws/lightsail/instances/${name}/readiness?region=${REGION}${query}`)).body;
    const rungs = ({ ladder }: { ladder: { name: string; reached: boolean }[] }) =>
      ladder.filter(({ reached }) => reached).map(({ name }) => name);
    const outside = ['requested', 'running', 'ip_assigned', 'host_key_known', 'tcp_22'];
    const without = await see('climbed');
    expect(without.ready).toBe(false);
    expect(rungs(without)).toEqual(outside);
    const withKey = await see('climbed', `&ssh_key_path=${encodeURIComponent(world().keyPath)}`);
    expect(withKey.ready).toBe(true);
    expect(rungs(withKey)).toEqual([...outside, 'ssh_login', 'boot_finished', 'apt_idle']);
    await host.play({ type: 'refuse' });
    const refused = await see('climbed');
    expect(rungs(refused)).toEqual(outside.slice(0, -1));
    expect(await see('nobody')).toMatchObject({ code: 'instance_not_found' });
  });
});
