import { once } from 'node:events';
import { chmod, copyFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, createInstance, REGION } from '../world.ts';
import { expectFailure, expectSuccess } from './answers.ts';
import { makeHost, putImage, type TestHost } from './hosts.ts';
import { shareWorld } from './shared-world.ts';

/** What every call on a host refuses before it does anything there. */
const world = shareWorld();
const faults = () => world().sandbox.control.faults;

const posts: [what: string, body: object][] = [
  ['deploy-docker-app', { docker_image: 'ghcr.io/fountain/hello:1.0' }],
  ['restart-docker-app', { name: 'app' }],
  ['rollback-docker-app', { name: 'app', to: `sha256:${'b'.repeat(64)}` }],
  ['remove-docker-app', { name: 'app', confirm: 'app' }],
  ['deploy-kong', {}],
  ['apply-kong-config', {}],
  ['deploy-opensearch', {}],
];
const reads = ['docker-apps', 'status', 'logs'];

type Call = (naming: object) => Promise<Answer>;
const calls: [what: string, call: Call][] = [
  ...posts.map<[string, Call]>(([what, body]) => [
    what,
    (naming) => world().api.post(`/services/${what}`, { ...body, ...naming }),
  ]),
  ...reads.map<[string, Call]>((what) => [
    what,
    (naming) => {
      const query = { ...(what === 'logs' ? { name: 'kong' } : {}), ...naming };
      return world().api.get(`/services/${what}?${new URLSearchParams(query)}`);
    },
  ]),
];

let host: TestHost;
let stranger: { port: number; attempts: number; stop(): void };

beforeAll(async () => {
  host = await makeHost(world(), 'apps');
  await createInstance(world().api, 'asleep');
  stranger = await listenAsStranger();
  await chmod(await copyOfKey('open'), 0o644);
  const stopped = await world().api.post('/aws/lightsail/stop-instance', { instance_name: 'asleep', region: REGION });
  expectSuccess(stopped, true);
});
afterAll(() => stranger.stop());
afterEach(() => faults().clear());

async function copyOfKey(name: string): Promise<string> {
  const path = join(world().dataDir, 'keys', name);
  await copyFile(world().keyPath, path);
  return path;
}

/** A host that is none of our instances. */
async function listenAsStranger() {
  const key = ssh2.utils.generateKeyPairSync('ed25519');
  const server = new ssh2.Server({ hostKeys: [key.private] }, (client) => {
    client.on('error', () => {});
    client.on('authentication', (context) => {
      stranger.attempts += 1;
      context.reject();
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { port: (server.address() as AddressInfo).port, attempts: 0, stop: () => server.close() };
}

const seen = () => {
  const { authAttempts, execs } = world().sandbox.control.observed('apps') ?? {};
  return { authAttempts, execs };
};

/** Makes these calls, all at once; none of them may get as far as a login. */
async function refuse(made: typeof calls, naming: object, status: number, code: string): Promise<void> {
  const before = seen();
  const answers = await Promise.all(made.map(async ([what, call]) => ({ what, answer: await call(naming) })));
  const codes = answers.map(({ what, answer }) => [what, answer.body.code]);
  expect(codes).toEqual(made.map(([what]) => [what, code]));
  for (const { answer } of answers) expectFailure(answer, status, code);
  expect(seen()).toEqual(before);
  expect(stranger.attempts).toBe(0);
}

describe('every call on a host refuses', () => {
  const rows: [what: string, naming: () => object, status: number, code: string][] = [
    ['no host named', () => ({ ssh_key_path: world().keyPath }), 400, 'invalid_request'],
    ['a field that is unknown', () => ({ ...host.naming, colour: 'red' }), 400, 'invalid_request'],
    [
      'a key outside of SSH_KEY_DIR',
      () => ({ ...host.naming, ssh_key_path: '/etc/passwd' }),
      400,
      'ssh_key_not_allowed',
    ],
    ['a key that others can read', () => ({ ...host.naming, ssh_key_path: 'open' }), 400, 'ssh_key_permissions'],
    ['a key that is not there', () => ({ ...host.naming, ssh_key_path: 'nobody' }), 400, 'ssh_key_unusable'],
    ['an instance that is not there', () => byName('nobody'), 404, 'instance_not_found'],
    ['an instance that is stopped', () => byName('asleep'), 503, 'host_unreachable'],
    ['address and name that disagree', () => ({ ...host.naming, instance_name: 'asleep' }), 409, 'host_mismatch'],
    [
      'a host that is no instance',
      () => ({ ...host.naming, instance_ip: '127.0.0.1', ssh_user: 'admin', ssh_port: stranger.port }),
      409,
      'host_key_unknown',
    ],
  ];
  const byName = (instance_name: string) => ({ instance_name, ssh_key_path: world().keyPath });

  test.each(rows)('%s', (_, naming, status, code) => refuse(calls, naming(), status, code));

  test.each([
    ['access_denied', 403, 'aws_access_denied'],
    ['service_error', 502, 'aws_error'],
    ['unreachable', 503, 'aws_unreachable'],
  ] as const)('while AWS plays %s', (type, status, code) => {
    faults().add({ type, operation: 'GetInstances' });
    return refuse(calls, host.naming, status, code);
  });

  test('a host that shows another key than the one pinned', async () => {
    await host.play({ type: 'host_key_changed' });
    // They come as far as locking it, so one after the other.
    for (const one of calls) await refuse([one], host.naming, 409, 'host_key_changed');
    await host.play();
  });
});

test('while one of these calls works on a host, the others are told who does, and reads go on', async () => {
  await host.play({ type: 'slow', delayMs: 300 });
  const body = { ...host.naming, docker_image: putImage(world(), 'under-way:1'), name: 'app' };
  const begun = await world().api.post('/services/deploy-docker-app', body, { prefer: 'respond-async' });
  expect(begun.status).toBe(202);
  const locked = await Promise.all(calls.slice(0, posts.length).map(([, call]) => call(host.naming)));
  for (const answer of locked) {
    expectFailure(answer, 409, 'target_locked');
    expect(answer.body.details[0]).toMatchObject({ operation: 'docker-app.deploy' });
  }
  expect((await host.see('status')).status).toBe(200);
  await host.play();
});
