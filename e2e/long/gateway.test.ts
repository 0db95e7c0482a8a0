import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { expectFailure, expectSuccess } from '../test/answers.ts';
import { filesIn, found, type Place, readJournal, watchApi } from '../test/canaries.ts';
import { stepsToRun } from '../test/hosts.ts';
import { cost, type KongHost, makeKongHost } from '../test/kong-host.ts';
import { shareWorld } from '../test/shared-world.ts';
import { createInstance, REGION } from '../world.ts';

/** The gateway with what the manifests make; a file of the operator's own is in kong.test.ts. */
const folder = mkdtempSync(join(tmpdir(), 'fountain-gateway-'));
const STACK_DIR = join(folder, 'stack');
const committed = new URL('../../deploy-manifests', import.meta.url).pathname;
const restore = () => cpSync(committed, STACK_DIR, { recursive: true });
const edit = (file: string, from: string, to: string) => {
  const path = join(STACK_DIR, file);
  const text = readFileSync(path, 'utf8');
  expect(text).toContain(from);
  writeFileSync(path, text.replaceAll(from, to));
};
restore();
afterEach(restore);
afterAll(() => rmSync(folder, { recursive: true }));

const world = shareWorld({ env: { STACK_DIR, LOG_LEVEL: 'trace' } });
const kongHost = (name: string) => makeKongHost(world(), name);
const key = (name: string) => readFileSync(join(world().dataDir, 'consumers', `${name}.key`), 'utf8').trim();
const story = 'storyfactory.fountain.coach';

async function served(name: string): Promise<KongHost> {
  const host = await kongHost(name);
  expectSuccess(await host.kong(), true);
  return host;
}

/** The status that a request through the gateway is answered with. */
function ask({ ip }: KongHost, path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: ip, port: 8080, path, method, headers: { host: story, ...headers }, agent: false });
    asked.on('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    asked.on('error', reject).end();
  });
}

test('the first call without an apps instance, the next ones with it', async () => {
  const host = await served('first');
  const { result } = (await host.apply()).body;
  expect(result).toMatchObject({ apps_ip: '127.0.0.1', apps_ip_from: 'default' });
  const again = await cost(world(), host, host.apply);
  expectSuccess(again.answer, false);
  expect(again).toMatchObject({ connections: 1, execs: 1 });
  const told = again.answer.body.steps.map(({ name, detail }: Record<string, string>) => `${name}: ${detail}`);
  expect(told).toContain('Consumers: none, so nobody is let in: POST /services/add-consumer');
  expect(told).toContain(`Route to story-factory-service: 401 without a key: GET http://${story}/stories`);
  expect(told.filter((line: string) => line.startsWith('Route to '))).toHaveLength(5);
  await createInstance(world().api, 'apps');
  const apps = (await world().api.get(`/aws/lightsail/instances/apps?region=${REGION}`)).body;
  const moved = await host.apply();
  expectSuccess(moved, true);
  expect(moved.body.result).toMatchObject({ apps_ip: apps.private_ip, apps_ip_from: `instance ${REGION}/apps` });
  expect(moved.body.result.difference.targets.added).toHaveLength(10);
  expectSuccess(await host.kong(), false);
  expectSuccess(await host.kong({ apps_ip: '172.26.0.99' }), true);
});

test('a manifest that is edited is shown by the dry run, and brought by the call', async () => {
  const host = await served('edited');
  edit('stack.yaml', 'hour: 5000', 'hour: 6000');
  edit('apps/story-factory-api.yaml', 'host: storyfactory', 'host: factory');
  const shown = await host.apply({}, 'dry run');
  const routes = shown.body.result.difference.routes.changed;
  expect(routes).toContain('story-factory-service/story-factory-service.get');
  expect(shown.body.result.difference.plugins).toEqual({ added: [], removed: [], changed: ['rate-limiting'] });
  expect(await ask(host, '/stories')).toBe(401);
  expectSuccess(await host.apply(), true);
  expect(await ask(host, '/stories')).toBe(404);
  expect(await ask(host, '/stories', { host: 'factory.fountain.coach' })).toBe(401);
  edit('stack.yaml', 'minute: 1000', 'minutes: 1000');
  const answer = await host.apply();
  expectFailure(answer, 422, 'manifest_invalid');
  expect(answer.body.details).toEqual([expect.objectContaining({ file: join(STACK_DIR, 'stack.yaml') })]);
  expect(await ask(host, '/stories', { host: 'factory.fountain.coach' })).toBe(401);
});

test('a configuration whose routes do not answer is not kept: the one before is loaded again', async () => {
  const host = await served('unrouted');
  edit('apps/story-factory-api.yaml', 'host: storyfactory', 'host: factory');
  const steps = stepsToRun(await host.apply({}, 'dry run')).map(({ name }) => name);
  const step = steps.indexOf('Ask for story-factory-service through the gateway');
  expect(step).toBeGreaterThan(0);
  await host.play({ type: 'fail_step', step, exit: 124, output: '404\nwaited 20 s; last reading: exit 0', times: 1 });
  const answer = await host.apply();
  expectFailure(answer, 502, 'step_failed');
  expect(answer.body.message).toContain('The gateway does not serve GET http://factory.fountain.coach/stories: 401');
  expect(answer.body.message).toContain('The previous configuration was loaded again.');
  expect((await host.see('status')).body.kong).toMatchObject({ health: 'ready', configuration: 'as brought' });
  expect(await ask(host, '/stories')).toBe(401);
  restore();
  expectSuccess(await host.apply(), false);
});

test('status notices a gateway that runs another configuration than its file; a restart goes back to that', async () => {
  const host = await served('noticed');
  const configuration = async () => (await host.see('status')).body.kong.configuration;
  expect(await configuration()).toBe('as brought');
  edit('apps/story-factory-api.yaml', 'host: storyfactory', 'host: factory');
  const steps = stepsToRun(await host.apply({}, 'dry run')).map(({ name }) => name);
  await host.play({ type: 'hang_up', step: steps.indexOf('Write the configuration'), kill: true });
  expectFailure(await host.apply(), 502, 'connection_lost');
  expect(await configuration()).toBe('not as in its file');
  expect(await ask(host, '/stories')).toBe(404);
  expectSuccess(
    await world().api.post('/aws/lightsail/reboot-instance', { instance_name: 'noticed', region: REGION }),
    true,
  );
  expect(await configuration()).toBe('as brought');
  expect(await ask(host, '/stories')).toBe(401);
  expectSuccess(await host.apply(), true);
  expect(await configuration()).toBe('as brought');
});

test('a consumer comes in with its key, to what it may do; with both keys while they are exchanged; and no longer', async () => {
  const host = await served('keyed');
  const post = (path: string, fields: object) =>
    world().api.post(`/services/${path}`, { ...host.naming, username: 'reader', ...fields });
  const withKey = (value: string, method = 'GET') => ask(host, '/stories', { 'X-API-KEY': value }, method);
  const added = await post('add-consumer', { access: { 'story-factory-api': 'read' } });
  expectSuccess(added, true);
  const first = key('reader');
  const { result } = added.body;
  expect(result).toMatchObject({
    username: 'reader',
    keys: 1,
    key_path: join(world().dataDir, 'consumers/reader.key'),
  });
  expect(result.difference.consumers).toEqual({ added: ['reader'], removed: [], changed: [] });
  expect(statSync(result.key_path).mode & 0o777).toBe(0o600);
  expect(await ask(host, '/stories')).toBe(401);
  expect(await withKey('another')).toBe(401);
  // Nothing answers behind it: the key was let in.
  expect(await withKey(first)).toBe(503);
  expect(await ask(host, '/scripts', { host: 'scriptmanagement.fountain.coach', 'X-API-KEY': first })).toBe(403);

  expectSuccess(await post('rotate-key', {}), true);
  const second = key('reader');
  expect(second).not.toBe(first);
  expect([await withKey(first), await withKey(second)]).toEqual([503, 503]);
  expectSuccess(await post('rotate-key', {}), false);
  expectSuccess(await host.apply(), false);
  expectSuccess(await post('rotate-key', { drop_old: true }), true);
  expect([await withKey(first), await withKey(second)]).toEqual([401, 503]);

  const unconfirmed = await post('revoke-key', {});
  expectFailure(unconfirmed, 409, 'confirm_required');
  expectSuccess(await post('revoke-key', { confirm: 'reader' }), true);
  expect(await withKey(second)).toBe(401);
  expectFailure(await post('rotate-key', {}), 404, 'consumer_not_found');
  expectSuccess(await post('add-consumer', { access: { all: 'write' } }), true);
  expect([first, second]).not.toContain(key('reader'));
  expect(await withKey(key('reader'))).toBe(503);
  expectFailure(await post('add-consumer', { access: { nothing: 'read' } }), 400, 'invalid_request');
  expectFailure(await post('add-consumer', { username: '../up', access: { all: 'read' } }), 400, 'invalid_request');
});

test('the calls for keys finish wherever they were cut off', async () => {
  const host = await served('cut');
  const post = (path: string, fields: object, query = '') =>
    world().api.post(`/services/${path}${query}`, { ...host.naming, username: 'cut', ...fields });
  const rounds = [
    ['add-consumer', { access: { all: 'read' } }, 'Load the configuration'],
    ['rotate-key', {}, 'Write the configuration'],
  ] as const;
  for (const [path, fields, at] of rounds) {
    const shown = await post(path, fields, '?dry_run=true');
    const onHost = stepsToRun(shown).filter(({ name }) => !/ cut( |$)/.test(name));
    await host.play({ type: 'hang_up', step: onHost.findIndex(({ name }) => name === at), kill: true });
    expectFailure(await post(path, fields), 502, 'connection_lost');
    expectSuccess(await post(path, fields), true);
    const third = await post(path, fields);
    expectSuccess(third, false);
    expect(stepsToRun(third), path).toEqual([]);
  }
});

test('a key is seen nowhere but in its two files and on its host', async () => {
  const seen: Place[] = [];
  const watched = { ...world(), api: watchApi(world().api, seen) };
  const host = await makeKongHost(watched, 'watched');
  expectSuccess(await host.kong(), true);
  const post = (path: string, fields: object) =>
    watched.api.post(path, { ...host.naming, username: 'watched', access: { all: 'read' }, ...fields });
  await host.play({ type: 'hang_up', step: 2 });
  expectFailure(await post('/services/add-consumer', {}), 502, 'connection_lost');
  const first = key('watched');
  const step = 1;
  await host.play({ type: 'fail_step', step, exit: 1, output: `Error: Failed parsing:\nleaked ${first}`, times: 1 });
  expectFailure(await post('/services/add-consumer', {}), 422, 'kong_config_invalid');
  for (const _ of ['finished', 'the same']) await post('/services/add-consumer', {});
  await watched.api.post('/services/rotate-key', { ...host.naming, username: 'watched' });
  await watched.api.post('/services/apply-kong-config?dry_run=true', { ...host.naming, apps_ip: '172.26.0.5' });
  await readJournal(watched.api);
  const files = await filesIn(watched.dataDir);
  const own = /consumers\/watched\.key$|secrets\.yaml$/;
  seen.push(
    ...files.filter(({ where }) => !own.test(where)),
    { where: 'the log', text: watched.api.output() },
    { where: 'command lines', text: world().sandbox.control.observed('watched')?.commandLines.join('\n') ?? '' },
  );
  const canaries = { first, second: key('watched') };
  expect(canaries.second).not.toBe(first);
  expect(found(canaries, files).filter((line) => !own.test(line))).toEqual([]);
  expect(found(canaries, seen)).toEqual([]);
  expect(found(canaries, files).length).toBeGreaterThan(0);
});
