import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { appNamed } from '../demo/stack.ts';
import { expectFailure, expectSuccess } from '../test/answers.ts';
import { createWorld } from '../test/harness.ts';
import { makeHost, putImage, stepsToRun, type TestHost } from '../test/hosts.ts';
import { shareWorld } from '../test/shared-world.ts';
import { openUpstream, putLoad } from '../upstream.ts';
import type { Answer } from '../world.ts';

const world = shareWorld();
const root = new URL('../../', import.meta.url).pathname;
const sequence = 'central-sequence-service';
const { tag: version } = appNamed(sequence);

const two = (docker_image: string, more: object = {}) => ({
  ...{ docker_image, name: 'app', ports: [8101, 8201], container_port: 8080, memory_mb: 64, ...more },
});
const see = async (host: TestHost) => (await host.see('docker-apps')).body.apps[0];
const portOf = ({ body }: Answer) => Number(new URL(body.result.url).port);
const commandLines = ({ name }: TestHost) => world().sandbox.control.observed(name)?.commandLines ?? [];

describe('an app with two ports', () => {
  test('changes between them with each release, and back; the same call again costs one connection and one exec', async () => {
    const host = await makeHost(world(), 'two');
    const [first, second] = [putImage(world(), 'two:1'), putImage(world(), 'two:2')];
    const started = await host.deploy(two(first));
    expectSuccess(started, true);
    expect(portOf(started)).toBe(8101);
    const shown = await host.deploy(two(second), 'dry run');
    expect(stepsToRun(shown).map(({ name }) => name)).toContain('Start app-candidate on port 8201');
    const changed = await host.deploy(two(second));
    expectSuccess(changed, true);
    expect([portOf(shown), portOf(changed)]).toEqual([8201, 8201]);

    const before = world().sandbox.control.observed('two');
    const again = await host.deploy(two(second));
    const after = world().sandbox.control.observed('two');
    expectSuccess(again, false);
    expect(portOf(again)).toBe(8201);
    const { connections = 0, execs = 0 } = before ?? {};
    expect(after).toMatchObject({ connections: connections + 1, execs: execs + 1 });

    const { releases } = await see(host);
    const { digest } = releases.find(({ image }: { image: string }) => image === first);
    world().sandbox.control.images?.setFault({ type: 'unreachable' });
    expectSuccess(await host.act('rollback', { name: 'app', to: digest }), true);
    expectSuccess(await host.act('rollback', { name: 'app', to: digest }), false);
    world().sandbox.control.images?.setFault(null);
    expect((await see(host)).ports.join()).toContain(':8101->8080');
    // The old one is told to end, with time to drain, when the new one has its name.
    const acts = commandLines(host).filter((line) => /^docker (rename|stop)/.test(line));
    expect(acts.slice(-3)).toEqual([
      'docker rename app app-replaced',
      'docker rename app-candidate app',
      'docker stop --time 15 app-replaced',
    ]);
  });

  test('another program has one port: the other is taken; it has the one that is needed: port_taken', async () => {
    const host = await makeHost(world(), 'one-port-left');
    await host.play({ type: 'port_taken', port: 8101, program: 'nginx' });
    const image = putImage(world(), 'left:1');
    expect(portOf(await host.deploy(two(image)))).toBe(8201);
    const refused = await host.deploy(two(image, { env: { A: '1' } }));
    expectFailure(refused, 409, 'port_taken');
    expect(refused.body.message).toMatch(/app runs on port 8201, and port 8101 is taken by nginx \(pid \d+\)/);
    expectSuccess(await host.deploy(two(image)), false);
    await host.play();
    expectSuccess(await host.deploy(two(image, { env: { A: '1' } })), true);
  });

  test('other ports than the one in use are warned of, in the dry run and in the answer', async () => {
    const host = await makeHost(world(), 'other-ports');
    const image = putImage(world(), 'other:1');
    expectSuccess(await host.deploy(two(image)), true);
    const other = two(image, { ports: [8301, 8401] });
    const warning = 'Warning: app runs on port 8101, which is not one of 8301 and 8401';
    expect((await host.deploy(other, 'dry run')).body.message).toContain(warning);
    const { body } = await host.deploy(other);
    expect(body.message).toContain(warning);
    expect(body.steps).toContainEqual(expect.objectContaining({ name: 'Warning', outcome: 'unchanged' }));
    expect((await host.deploy(other)).body.message).not.toContain('Warning');
  });

  test('an engine that was killed is started first; what it brings back decides about the rest', async () => {
    const host = await makeHost(world(), 'engine-killed');
    const image = putImage(world(), 'killed:1');
    expectSuccess(await host.deploy(two(image)), true);
    await host.play({ type: 'oom_kill', unit: 'docker' });
    const shown = await host.deploy(two(image, { env: { A: '1' } }), 'dry run');
    expect(shown.body.steps.at(-1)).toMatchObject({ name: 'App app', detail: 'decided when Docker answers' });
    await host.play();
    const deployed = await host.deploy(two(image, { env: { A: '1' } }));
    expectSuccess(deployed, true);
    expect(portOf(deployed)).toBe(8201);
    expect(deployed.body.steps.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining([
        'Start Docker',
        'App app',
        'Start app-candidate on port 8201',
        'Check that app still runs',
      ]),
    );
    expectSuccess(await host.deploy(two(image, { env: { A: '1' } })), false);
  });
});

describe('a release that does not do', () => {
  const broken: [what: string, behaviour: object, said: RegExp][] = [
    ['ends at once', { type: 'crashes', exit: 1, logs: ['Error: no such table'] }, /not become healthy.*no such table/],
    ['is never ready', { type: 'never_healthy' }, /not become healthy/],
    ['wants too much memory', { type: 'oom', afterReadings: 2 }, /killed for want of memory/],
  ];
  test.each(broken)('and %s leaves the one before untouched, under its name', async (what, behaviour, said) => {
    const name = what.replaceAll(' ', '-');
    const host = await makeHost(world(), name);
    expectSuccess(await host.deploy(two(putImage(world(), `${name}:good`))), true);
    const before = await see(host);
    const lines = commandLines(host).length;
    const healthcheck = (behaviour as { type: string }).type === 'never_healthy';
    const image = putImage(world(), `${name}:bad`, { behaviour, healthcheck });
    const answer = await host.deploy(two(image));
    expectFailure(answer, 502, 'step_failed');
    expect(answer.body.message).toMatch(said);
    const after = await see(host);
    expect(after).toMatchObject({ state: 'running', image: before.image, ports: before.ports });
    expect(after.status).not.toContain('interrupted');
    expect(commandLines(host).slice(lines).join('\n')).not.toMatch(/docker (stop|rename|restart|kill)/);
  });

  test('that ends after it took over is told, and the one before serves again', async () => {
    const host = await makeHost(world(), 'ended-later');
    const good = putImage(world(), 'later:good');
    expectSuccess(await host.deploy(two(good)), true);
    const { image } = await see(host);
    // Ready when it is looked at so often, and dead at the look after the old one has ended.
    const behaviour = { type: 'crashes_after', readings: 11, exit: 1, logs: ['TypeError: later'] };
    const answer = await host.deploy(two(putImage(world(), 'later:bad', { behaviour })));
    expectFailure(answer, 502, 'step_failed');
    expect(answer.body.message).toMatch(/took over from the release before, and ended.*TypeError: later/);
    expect(await see(host)).toMatchObject({
      state: 'running',
      image,
      status: expect.not.stringContaining('interrupted'),
    });
    expectSuccess(await host.deploy(two(good)), true);
  });
});

describe('app', () => {
  test('names a manifest that says the rest, stack.yaml whose image it is; the body goes over it', async () => {
    const dataDir = join(world().dataDir, 'with-secrets');
    cpSync(join(root, 'deploy-manifests'), join(dataDir, 'manifests'), { recursive: true });
    const manifest = join(dataDir, `manifests/apps/${sequence}.yaml`);
    writeFileSync(manifest, `${readFileSync(manifest, 'utf8')}\nsecrets: [API_KEY]\n`);
    const stack = join(dataDir, 'manifests/stack.yaml');
    const theirs = readFileSync(stack, 'utf8').replace(/^(github_repository:) .*/m, '$1 Someone/Else');
    writeFileSync(stack, theirs);
    const secrets = join(dataDir, 'secrets.yaml');
    const env = { DATA_DIR: dataDir, STACK_DIR: join(dataDir, 'manifests'), SPECS_DIR: join(root, 'app-services') };
    const api = await world.anotherApi({ ...env, SECRETS_FILE: secrets });
    const host = await makeHost(world(), 'by-manifest');
    const deploy = (body: object) => api.post('/services/deploy-docker-app', { ...host.naming, tag: version, ...body });

    const missing = await deploy({ app: sequence });
    expectFailure(missing, 400, 'secrets_file_unusable');
    expect(missing.body.message).toContain(`apps.${sequence}.API_KEY`);
    writeFileSync(secrets, `apps:\n  ${sequence}:\n    API_KEY: kept-in-the-file\n`, { mode: 0o600 });
    const deployed = await deploy({ app: sequence, env: { LOG_LEVEL: 'warn' } });
    expectSuccess(deployed, true);
    expect(deployed.body.result).toMatchObject({ name: sequence, image: `ghcr.io/someone/${sequence}:${version}` });
    expect(portOf(deployed)).toBe(8101);
    const run = commandLines(host).find((line) => line.startsWith('docker run')) ?? '';
    expect(run).toMatch(
      /--memory 96m .*--env LOG_LEVEL=warn --env API_KEY --volume central-sequence-service-data:\/data/,
    );
    expectSuccess(await deploy({ app: sequence, env: { LOG_LEVEL: 'warn' } }), false);
    writeFileSync(secrets, `apps:\n  ${sequence}:\n    API_KEY: another-in-the-file\n`);
    expectSuccess(await deploy({ app: sequence, env: { LOG_LEVEL: 'warn' } }), true);
    expect(JSON.stringify(await api.get('/operations')) + api.output()).not.toMatch(/(kept|another)-in-the-file/);

    const unknown = await deploy({ app: 'central-sequences' });
    expectFailure(unknown, 404, 'app_not_found');
    expect(unknown.body.details).toContainEqual({ message: sequence });
  });
});

test('a service replaced and rolled back under load loses no request, and no number twice', async () => {
  // What a drain takes, what lies between two looks of an upstream, and all that a host waits for.
  const scale = 0.1;
  const own = await createWorld({ settings: { timeScale: scale } });
  const host = await makeHost(own, 'loaded');
  const deploy = (more: object) => host.deploy({ app: sequence, tag: version, publish: 'public', ...more });
  expectSuccess(await deploy({}), true);
  const targets = [8101, 8201].map((port) => `http://${host.ip}:${port}`);
  const upstream = openUpstream({ targets, intervalMs: 1000 * scale });
  await expect
    .poll(() => upstream.ask('/sequence', { elementType: 'character', elementId: 1 }).catch(String))
    .toMatchObject({ status: 201 });
  const numbers: number[] = [];
  const load = putLoad(async (elementId) => {
    const { status, text, target } = await upstream.ask('/sequence', { elementType: 'script', elementId });
    if (status !== 201) throw new Error(`${status} ${text}`);
    numbers.push(JSON.parse(text).sequenceNumber);
    return target;
  });
  const first = (await host.see('docker-apps')).body.apps[0].releases[0].id;
  expectSuccess(await deploy({ env: { LOG_LEVEL: 'warn' } }), true);
  expectSuccess(await host.act('rollback', { name: sequence, to: first }), true);

  const { sent, failures, answered } = await load.end();
  await upstream.close();
  expect(failures).toEqual([]);
  expect(Object.keys(answered).sort()).toEqual(targets);
  expect(new Set(numbers).size).toBe(sent);
});
