import { afterAll, beforeAll, expect, test } from 'vitest';
import { appNamed, type Service } from '../demo/stack.ts';
import { expectSuccess } from '../test/answers.ts';
import { makeHost, type TestHost } from '../test/hosts.ts';
import { shareWorld } from '../test/shared-world.ts';
import { openUpstream, putLoad, type Upstream } from '../upstream.ts';

/** Forward to a release with a newer schema, and back: on one volume, behind what asks two ports as the gateway does. */
const scale = 0.1;
const world = shareWorld({ settings: { timeScale: scale } });
const script = 'core-script-management-api';
const newer = new URL('../newer-scripts.ts', import.meta.url).pathname;

let host: TestHost;
let upstream: Upstream;
beforeAll(async () => {
  host = await makeHost(world(), 'migrated', { bundle_id: 'micro_3_0' });
  world().sandbox.control.images?.put({
    ...{ reference: `${appNamed(script).image}:newer`, exposedPorts: [8080] },
    process: {
      command: ['node', newer],
      env: { NODE_ENV: 'production', DATA_DIR: '/data', DRAIN_MS: String(5000 * scale) },
      folders: ['DATA_DIR'],
    },
  });
  const both: Service[] = ['central-sequence-service', script];
  for (const app of both) expectSuccess(await deploy(app, appNamed(app).tag), true);
  const targets = [8103, 8203].map((port) => `http://${host.ip}:${port}`);
  upstream = openUpstream({ targets, intervalMs: 1000 * scale });
});
afterAll(() => upstream?.close());

const deploy = (app: string, tag: string) => host.deploy({ app, tag, publish: 'public' });
const write = (title: string) => upstream.ask('/scripts', { title, description: '', author: 'William Shakespeare' });
const running = async () =>
  (await host.see('docker-apps')).body.apps.find(({ name }: { name: string }) => name === script);
const releaseOf = async (tag: string): Promise<string> =>
  (await running()).releases.find(({ image }: { image: string }) => image.endsWith(`:${tag}`)).id;

/** Where the release that runs is asked by itself. */
async function at(path: string, body?: object) {
  const [, port] = /:(8\d03)->/.exec((await running()).ports.join()) ?? [];
  const sent = { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  return fetch(`http://${host.ip}:${port}${path}`, body ? sent : {});
}

/** What the newer release said of its column when it started last. */
async function genres(): Promise<object> {
  const { lines } = (await host.see('logs', { name: script, lines: '100' })).body;
  const said = lines.findLast((line: string) => line.includes('genres ')) ?? '';
  return JSON.parse(said.slice(said.indexOf('genres ') + 7));
}

test('a rollback across a migration: the old release serves and writes on the newer schema, and nothing is lost', async () => {
  await expect.poll(() => write('Romeo and Juliet').catch(String)).toMatchObject({ status: 201 });
  const old = appNamed(script).tag;
  const written: number[] = [];
  const load = putLoad(async (number) => {
    const { status, text, target } = await write(`Load ${number}`);
    if (status !== 201) throw new Error(`${status} ${text}`);
    written.push(JSON.parse(text).scriptId);
    return target;
  });

  expectSuccess(await deploy(script, 'newer'), true);
  await expect.poll(genres).toEqual([{ title: 'Romeo and Juliet', genre: 'tragedy' }]);
  expectSuccess(await host.act('rollback', { name: script, to: await releaseOf(old) }), true);
  expect((await running()).releases.find(({ running }: { running: boolean }) => running).id).toBe(await releaseOf(old));
  // The old code writes where the newer one has a column more, also over what that one has filled.
  expect((await write('Hamlet')).status).toBe(201);
  const changed = { title: 'Romeo & Juliet', description: '', author: 'William Shakespeare' };
  expect((await at('/scripts/1', changed)).status).toBe(200);
  expectSuccess(await host.act('rollback', { name: script, to: await releaseOf('newer') }), true);
  await expect.poll(genres).toEqual([
    { title: 'Romeo & Juliet', genre: 'tragedy' },
    { title: 'Hamlet', genre: null },
  ]);

  const { sent, failures, answered } = await load.end();
  expect(failures).toEqual([]);
  expect(Object.keys(answered)).toHaveLength(2);
  expect(new Set(written).size).toBe(sent);
  const list = await at('/scripts?limit=1');
  expect(list.headers.get('x-total-count')).toBe(String(sent + 2));
});
