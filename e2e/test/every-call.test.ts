import { beforeAll, describe, expect, test } from 'vitest';
import { REGION } from '../world.ts';
import { expectFailure, expectSuccess } from './answers.ts';
import { makeHost, putImage } from './hosts.ts';
import { shareWorld } from './shared-world.ts';

/** What every call that changes something promises, whatever it changes. The rows follow each other in one world. */
const world = shareWorld();
const instance = { instance_name: 'every', region: REGION };
const github = { repo_name: 'fountain/story-stack', secret_name: 'EVERY', github_token: 'ghp_sandbox' };
const record = { domain: 'every.example', name: 'www', type: 'A' };
const app = { name: 'app' };
const reader = { username: 'reader' };
let hosts: Record<'apps' | 'kong' | 'search', { instance_ip: string; ssh_key_path: string }>;
let images: string[];

beforeAll(async () => {
  const make = async (name: string, more = {}) => (await makeHost(world(), name, more)).naming;
  const [apps, kong, search] = await Promise.all([
    make('apps'),
    make('kong'),
    make('search', { bundle_id: 'small_3_0' }),
  ]);
  hosts = { apps, kong, search };
  images = ['every:1', 'every:2'].map((tag) => putImage(world(), tag));
});

type Row = [path: string, body: () => object | Promise<object>];

const rows: Row[] = [
  ['/aws/lightsail/create-key-pair', () => ({ key_pair_name: 'every-key', region: REGION })],
  [
    '/aws/lightsail/create-instance',
    () => ({ ...instance, blueprint_id: 'debian_12', bundle_id: 'nano_3_0', availability_zone: `${REGION}a` }),
  ],
  ['/aws/lightsail/stop-instance', () => instance],
  ['/aws/lightsail/start-instance', () => instance],
  ['/aws/lightsail/reboot-instance', () => ({ ...instance, since: new Date().toISOString() })],
  ['/aws/lightsail/attach-static-ip', () => ({ ...instance, static_ip_name: 'every-ip' })],
  [
    '/aws/lightsail/set-firewall',
    () => ({ ...instance, rules: [{ protocol: 'tcp', from_port: 22, to_port: 22, cidrs: ['203.0.113.0/24'] }] }),
  ],
  ['/aws/lightsail/create-snapshot', () => ({ ...instance, snapshot_name: 'every-snapshot' })],
  [
    '/aws/lightsail/delete-snapshot',
    () => ({ region: REGION, snapshot_name: 'every-snapshot', confirm: 'every-snapshot' }),
  ],
  ['/aws/lightsail/release-static-ip', () => ({ region: REGION, static_ip_name: 'every-ip', confirm: 'every-ip' })],
  ['/aws/lightsail/delete-instance', () => ({ ...instance, confirm: 'every' })],
  ['/services/deploy-docker-app', () => ({ ...hosts.apps, ...app, docker_image: images[0] })],
  ['/services/deploy-docker-app', () => ({ ...hosts.apps, ...app, docker_image: images[1] })],
  ['/services/restart-docker-app', () => ({ ...hosts.apps, ...app, since: new Date().toISOString() })],
  ['/services/rollback-docker-app', async () => ({ ...hosts.apps, ...app, to: await releaseBefore() })],
  ['/services/remove-docker-app', () => ({ ...hosts.apps, ...app, confirm: 'app' })],
  ['/services/deploy-kong', () => hosts.kong],
  ['/services/apply-kong-config', () => ({ ...hosts.kong, apps_ip: '172.26.0.5' })],
  ['/services/add-consumer', () => ({ ...hosts.kong, ...reader, access: { all: 'read' } })],
  ['/services/rotate-key', () => ({ ...hosts.kong, ...reader })],
  ['/services/rotate-key', () => ({ ...hosts.kong, ...reader, drop_old: true })],
  ['/services/revoke-key', () => ({ ...hosts.kong, ...reader, confirm: 'reader' })],
  ['/services/deploy-opensearch', () => ({ ...hosts.search, security: 'tls' })],
  ['/github/add-secret', () => ({ ...github, secret_value: 'value' })],
  ['/github/delete-secret', () => ({ ...github, confirm: 'EVERY' })],
  ['/aws/route53/create-hosted-zone', () => ({ domain: 'every.example' })],
  ['/tls/issue-certificate', () => ({ names: ['every.example'], email: 'operator@fountain.coach' })],
  ['/aws/route53/upsert-record', () => ({ ...record, values: ['203.0.113.7'] })],
  ['/aws/route53/delete-record', () => ({ ...record, confirm: 'www.every.example' })],
];

async function releaseBefore(): Promise<string> {
  const { body } = await world().api.get(`/services/docker-apps?${new URLSearchParams(hosts.apps)}`);
  return body.apps[0].releases.find(({ image }: { image: string }) => image.endsWith(':1')).digest;
}

/** How often the cloud was asked for a change. */
function changesAsked(): Record<string, number> {
  const calls = Object.entries(world().sandbox.control.calls());
  return Object.fromEntries(calls.filter(([operation]) => !/^(Get|List|GET )/.test(operation)));
}

describe.each(rows)('%s', (path, makeBody) => {
  let body: object;
  let shown: string;
  beforeAll(async () => {
    body = await makeBody();
  });
  const post = (query = '', headers = {}, fields: object = {}) =>
    world().api.post(`${path}${query}`, { ...body, ...fields }, headers);

  test('a dry run shows what would change, and changes nothing', async () => {
    const before = changesAsked();
    for (const turn of ['once', 'twice']) {
      const answer = await post('?dry_run=true');
      expect(answer).toMatchObject({ status: 200, body: { status: 'success', dry_run: true, changed: false } });
      const outcomes = answer.body.steps.map(({ outcome }: { outcome: string }) => outcome);
      expect(outcomes).toContain('would_change');
      expect(outcomes.filter((one: string) => !['would_change', 'unchanged'].includes(one))).toEqual([]);
      if (turn === 'once') shown = answer.body.plan_hash;
      expect(answer.body.plan_hash).toBe(shown);
    }
    expect(changesAsked()).toEqual(before);
  });

  test('another plan than the one that was seen is refused, and changes nothing', async () => {
    const before = changesAsked();
    expectFailure(await post('', { 'if-match': `"${'0'.repeat(64)}"` }), 412, 'plan_changed');
    expect(changesAsked()).toEqual(before);
  });

  test('what is wrong with a body, or missing, is named', async () => {
    const odd = await post('', {}, { colour: 'red' });
    expectFailure(odd, 400, 'invalid_request');
    expect(odd.body.details).toMatchObject([{ path: '/colour' }]);
    expectFailure(await world().api.post(path, {}), 400, 'invalid_request');
    expectFailure(await post('?dry_run=perhaps'), 400, 'invalid_request');
    if (!('confirm' in body)) return;
    // What destroys wants the name again, also when it only shows what it would do.
    for (const confirm of [undefined, 'another']) {
      const answer = await post('?dry_run=true', {}, { confirm });
      expectFailure(answer, 409, 'confirm_required');
      expect(answer.body.message).toContain(`"confirm": "${body.confirm}"`);
    }
  });

  test('the plan that was seen is done; the same call again has nothing to do', async () => {
    const first = await post('', { 'if-match': `"${shown}"` }, { reason: 'to see it change' });
    expectSuccess(first, true);
    expect(first.body.plan_hash).toBe(shown);
    const asked = changesAsked();
    const again = await post();
    expectSuccess(again, false);
    expect(again.body.message).toMatch(/nothing|as asked|already|is there|exists|is gone/);
    expect(changesAsked()).toEqual(asked);
    const journalled = await world().api.get(`/operations/${first.body.operation_id}`);
    expect(journalled.body).toMatchObject({ status: 'succeeded', changed: true, reason: 'to see it change' });
  });
});

test('each call has its row above, and none of them met a defect', async () => {
  const { body } = await world().api.get('/openapi.json');
  const paths = Object.entries<object>(body.paths).filter(([, methods]) => 'post' in methods);
  expect([...new Set(rows.map(([path]) => path))].sort()).toEqual(paths.map(([path]) => path).sort());
  expect(world().api.output()).not.toContain('"level":50');
});
