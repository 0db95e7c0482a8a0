import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Answer, type ControlApi, REGION } from '../world.ts';
import { expectFailure, expectSuccess } from './answers.ts';
import { readEvents } from './events.ts';
import { makeHost, putImage, type TestHost } from './hosts.ts';
import { shareWorld } from './shared-world.ts';

/** docs/control-api-image.md: a control API in a container on the instance that it works on. */
const world = shareWorld();
const own = { name: 'fountainai-control' };
const hello = { name: 'hello' };
const named = (instance_name: string) => ({ instance_name, region: REGION });

let apps: TestHost;
let other: TestHost;
let images: string[];
/** The releases of `own`, by the digests of their images; its container was started after `begun`. */
let before: string;
let running: string;
const begun = new Date().toISOString();
/** Environment of a control API that finds itself in the container `own` of the apps instance. */
let inContainer: Record<string, string>;
let inside: ControlApi;

beforeAll(async () => {
  images = ['control:1', 'control:2', 'control:3'].map((tag) => putImage(world(), tag));
  [apps, other] = await Promise.all([
    makeHost(world(), 'apps', { bundle_id: 'micro_3_0' }),
    makeHost(world(), 'other'),
  ]);
  const [first, second] = [
    await apps.deploy({ ...own, docker_image: images[0] }),
    await apps.deploy({ ...own, docker_image: images[1] }),
  ];
  [before, running] = [first, second].map(({ body }) => body.result.digest) as [string, string];
  inContainer = surroundings(await containerOf(second), apps.ip);
  for (const host of [apps, other]) expectSuccess(await host.deploy({ ...hello, docker_image: images[0] }), true);
  expectSuccess(await other.deploy({ ...own, docker_image: images[0] }), true);
  inside = await world.anotherApi(inContainer);
});

/** The id of the container that a deployment has started: the last one that Docker printed. */
async function containerOf({ body }: Answer): Promise<string> {
  const events = await readEvents(`${world().api.baseUrl}/operations/${body.operation_id}/events`);
  const printed = (events ?? []).map(({ data }) => String(data.text));
  return printed.findLast((text) => /^[0-9a-f]{64}$/.test(text)) ?? '';
}

/** What a process of this container reads in /proc, where the machine around it answers at this address. */
function surroundings(id: string, gateway: string): Record<string, string> {
  const hex = Buffer.from(gateway.split('.').reverse().map(Number)).toString('hex').toUpperCase();
  const module = new URL('in-container.ts', import.meta.url);
  module.search = String(
    new URLSearchParams({
      '/proc/self/mountinfo': `106 86 254:0 /var/lib/docker/containers/${id}/hostname /etc/hostname ro - ext4 /dev/vda rw\n`,
      '/proc/net/route': `Iface\tDestination\tGateway\neth0\t00000000\t${hex}\t0003\n`,
    }),
  );
  return { NODE_OPTIONS: `--import=${module.href}` };
}

/** How often the cloud was asked for each operation. */
const calls = () => world().sandbox.control.calls();
const changesAsked = () => Object.entries(calls()).filter(([operation]) => !/^(Get|List)/.test(operation));
/** What Docker was told on the apps instance that ends or starts something. */
const toldDocker = () =>
  (world().sandbox.control.observed('apps')?.commandLines ?? []).filter((line) =>
    /^docker (run|start|stop|restart|kill|rm|rename|pull)\b/.test(line),
  );

type Row = [what: string, path: string, body: () => object];
const app = (path: string, more: () => object): Row[1 | 2][] => [
  `/services/${path}-docker-app`,
  () => ({ ...apps.naming, ...more() }),
];
const instance = (path: string, name: string, more: object = {}): Row[1 | 2][] => [
  `/aws/lightsail/${path}-instance`,
  () => ({ ...named(name), ...more }),
];

describe('it refuses, dry run or not,', () => {
  test.each([
    ['another release of itself', ...app('deploy', () => ({ ...own, docker_image: images[2] }))],
    [
      'another release beside itself',
      ...app('deploy', () => ({ ...own, docker_image: images[2], ports: [8001, 8002], container_port: 8000 })),
    ],
    ['a restart of itself', ...app('restart', () => own)],
    ['its release before', ...app('rollback', () => ({ ...own, to: before }))],
    ['its removal', ...app('remove', () => ({ ...own, confirm: own.name }))],
    ['a reboot of its instance', ...instance('reboot', 'apps')],
    ['a stop of its instance', ...instance('stop', 'apps')],
    ['the end of its instance', ...instance('delete', 'apps', { confirm: 'apps' })],
  ] as Row[])('%s', async (_, path, body) => {
    const seen = [changesAsked(), toldDocker()];
    for (const query of ['?dry_run=true', '']) {
      const answer = await inside.post(`${path}${query}`, body());
      expectFailure(answer, 409, 'self_target');
      expect(answer.body.hint).toContain('docs/control-api-image.md');
    }
    expect([changesAsked(), toldDocker()]).toEqual(seen);
  });
});

describe('it does, dry run or not,', () => {
  const onOther = (path: string, more: () => object): Row[1 | 2][] => [
    `/services/${path}-docker-app`,
    () => ({ ...other.naming, ...more() }),
  ];
  test.each([
    ['another app beside it', ...app('deploy', () => ({ ...hello, docker_image: images[1] }))],
    ['a restart of that', ...app('restart', () => hello)],
    ['the release before of that', ...app('rollback', () => ({ ...hello, to: before }))],
    ['the removal of that', ...app('remove', () => ({ ...hello, confirm: hello.name }))],
    ['a release of what has its name elsewhere', ...onOther('deploy', () => ({ ...own, docker_image: images[1] }))],
    ['a restart of that', ...onOther('restart', () => own)],
    ['the removal of that', ...onOther('remove', () => ({ ...own, confirm: own.name }))],
    ['a reboot of another instance', ...instance('reboot', 'other')],
    ['a stop of that', ...instance('stop', 'other')],
    ['the end of that', ...instance('delete', 'other', { confirm: 'other' })],
  ] as Row[])('%s', async (_, path, body) => {
    expect(await inside.post(`${path}?dry_run=true`, body())).toMatchObject({ status: 200, body: { dry_run: true } });
    expectSuccess(await inside.post(path, body()), true);
  });

  test.each([
    ['itself as another has put it there', ...app('deploy', () => ({ ...own, docker_image: images[1] }))],
    ['its release when it runs that already', ...app('rollback', () => ({ ...own, to: running }))],
    ['a restart of itself when that was done', ...app('restart', () => ({ ...own, since: begun }))],
    ['a start of its instance', ...instance('start', 'apps')],
  ] as Row[])('%s', async (_, path, body) => {
    for (const query of ['?dry_run=true', '']) {
      expect(await inside.post(`${path}${query}`, body())).toMatchObject({ status: 200, body: { changed: false } });
    }
  });
});

test('docs/iam-policy-apps-host.json has what deploying and looking at apps from there asks of AWS, and no more', async () => {
  const policy = JSON.parse(readFileSync(new URL('../../docs/iam-policy-apps-host.json', import.meta.url), 'utf8'));
  const allowed = policy.Statement.flatMap(({ Action }: { Action: string | string[] }) => Action);
  // Nothing is pinned and no price known yet.
  const fresh = await world.anotherApi(inContainer);
  const asked = calls();
  const byName = { ...named('apps'), ssh_key_path: world().keyPath };
  for (const naming of [byName, apps.naming]) {
    const post = (what: string, more: object) => fresh.post(`/services/${what}-docker-app`, { ...naming, ...more });
    expectSuccess(await post('deploy', { ...hello, docker_image: images[0] }), true);
    expectSuccess(await post('deploy', { ...hello, docker_image: images[1] }), true);
    expectSuccess(await post('rollback', { ...hello, to: before }), true);
    expectSuccess(await post('restart', hello), true);
    for (const [read, more] of Object.entries({ 'docker-apps': {}, status: {}, logs: hello })) {
      const answer = await fresh.get(`/services/${read}?${new URLSearchParams({ ...naming, ...more })}`);
      expect(answer.status, read).toBe(200);
    }
    expectSuccess(await post('remove', { ...hello, confirm: hello.name }), true);
    expectFailure(await post('restart', own), 409, 'self_target');
  }
  const region = `region=${REGION}`;
  const login = `ssh_key_path=${encodeURIComponent(world().keyPath)}`;
  for (const read of ['instances', 'instances/apps', `instances/apps/readiness?${login}`, 'bundles']) {
    const answer = await fresh.get(`/aws/lightsail/${read}${read.includes('?') ? '&' : '?'}${region}`);
    expect(answer.status, read).toBe(200);
  }
  expectFailure(await fresh.post('/aws/lightsail/stop-instance', named('apps')), 409, 'self_target');
  const more = Object.entries(calls()).filter(([operation, times]) => times > (asked[operation] ?? 0));
  expect(more.map(([operation]) => `lightsail:${operation}`).sort()).toEqual(allowed.sort());
});
