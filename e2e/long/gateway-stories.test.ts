import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { expectSuccess } from '../test/answers.ts';
import { makeHost, type TestHost } from '../test/hosts.ts';
import { type KongHost, makeKongHost } from '../test/kong-host.ts';
import { shareWorld } from '../test/shared-world.ts';

/** The five services on their host, and what the world sees of them through the gateway on another. */
const world = shareWorld();
const services = new URL('../../app-services/', import.meta.url);
/** By app: the label of its host, a request, and what the service says to it, which wants parameters for a story. */
const reads = {
  'central-sequence-service': ['centralsequence', '/sequence/lookup', 'POST', 400],
  'character-management-api': ['character', '/characters', 'GET', 200],
  'core-script-management-api': ['scriptmanagement', '/scripts', 'GET', 200],
  'session-context-management-api': ['sessioncontext', '/sessions', 'GET', 200],
  'story-factory-api': ['storyfactory', '/stories', 'GET', 400],
} as const;
type App = keyof typeof reads;

let apps: TestHost;
let gateway: KongHost;
let key = '';
beforeAll(async () => {
  apps = await makeHost(world(), 'apps', { bundle_id: 'micro_3_0' });
  for (const app of Object.keys(reads) as App[]) expectSuccess(await deploy(app), true);
  gateway = await makeKongHost(world(), 'kong');
  expectSuccess(await gateway.kong(), true);
  const consumer = { ...gateway.naming, username: 'bard', access: { all: 'write' } };
  expectSuccess(await world().api.post('/services/add-consumer', consumer), true);
  key = readFileSync(join(world().dataDir, 'consumers/bard.key'), 'utf8').trim();
});

function deploy(app: App, more: object = {}) {
  const { version } = JSON.parse(readFileSync(new URL(`${app}/package.json`, services), 'utf8'));
  return apps.deploy({ app, tag: version, ...more });
}

interface Answer {
  status: number;
  headers: Record<string, unknown>;
  // biome-ignore lint/suspicious/noExplicitAny: the tests look into whatever came back
  body: any;
}

/** Through the gateway, whose port 80 is 8080 on virtual hosts. */
function ask(label: string, path: string, { method = 'GET', body, headers = {} }: Asked = {}): Promise<Answer> {
  const sent = { host: `${label}.fountain.coach`, 'x-api-key': key, 'content-type': 'application/json', ...headers };
  return new Promise((resolve, reject) => {
    const asked = request({ host: gateway.ip, port: 8080, path, method, headers: sent, agent: false });
    asked.on('error', reject).on('response', async (response) => {
      const text = Buffer.concat(await response.toArray()).toString();
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        body: text === '' ? '' : JSON.parse(text),
      });
    });
    asked.end(body && JSON.stringify(body));
  });
}

interface Asked {
  method?: string;
  body?: object;
  headers?: Record<string, string>;
}

test('each host leads to its service, for who has a key', async () => {
  for (const [app, [label, path, method, said]] of Object.entries(reads)) {
    const body = method === 'POST' ? { body: {} } : {};
    const { status, headers } = await ask(label, path, { method, ...body });
    expect([app, status, headers['x-kong-upstream-latency']]).toEqual([app, said, expect.any(String)]);
    expect(headers['x-request-id']).toMatch(/^[\da-f-]{36}$/);
    expect(headers['x-ratelimit-limit-minute']).toBe('1000');
    expect((await ask(label, path, { method, headers: { 'x-api-key': 'another' } })).status).toBe(401);
  }
  expect((await ask('nobody', '/')).body.message).toBe('no Route matched with those values');
});

test('a script is written and read, and what is no path or method of the contract does not come in', async () => {
  const script = { title: 'Romeo and Juliet', description: '', author: 'William Shakespeare' };
  const written = await ask('scriptmanagement', '/scripts', { method: 'POST', body: script });
  expect(written).toMatchObject({ status: 201, body: { scriptId: 1, sequenceNumber: 1 } });
  expect((await ask('scriptmanagement', '/scripts/1')).body).toMatchObject({ title: script.title });
  const numbered = await ask('centralsequence', '/sequence/lookup', {
    ...{ method: 'POST', body: { elementType: 'script', elementIds: [1] } },
  });
  expect(numbered.body).toMatchObject({ elements: [{ elementId: 1, sequenceNumber: 1 }] });
  for (const [path, method] of [
    ['/ready', 'GET'],
    ['/metrics', 'GET'],
    ['/scripts', 'DELETE'],
  ] as const) {
    expect((await ask('scriptmanagement', path, { method })).body.message).toBe('no Route matched with those values');
  }
  const long = { ...script, description: 'x'.repeat(1_100_000) };
  expect((await ask('scriptmanagement', '/scripts', { method: 'POST', body: long })).status).toBe(413);
});

test('the next release is found on its other port, with what was written', async () => {
  expectSuccess(await deploy('core-script-management-api', { env: { LOG_LEVEL: 'warn' } }), true);
  await expect.poll(async () => (await ask('scriptmanagement', '/scripts/1')).status).toBe(200);
  expect((await ask('scriptmanagement', '/scripts')).body).toHaveLength(1);
});
