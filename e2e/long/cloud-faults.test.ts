import { stat } from 'node:fs/promises';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { expectFailure, expectSuccess } from '../test/answers.ts';
import { readEvents } from '../test/events.ts';
import { shareWorld } from '../test/shared-world.ts';
import { createInstance, REGION } from '../world.ts';

const CREATE = '/aws/lightsail/create-instance';

const world = shareWorld();
const faults = () => world().sandbox.control.faults;
const calls = () => world().sandbox.control.calls().CreateInstances ?? 0;
const wish = (instance_name: string, more: object = {}) => ({
  instance_name,
  blueprint_id: 'debian_12',
  bundle_id: 'nano_3_0',
  region: REGION,
  availability_zone: `${REGION}a`,
  ...more,
});
const post = (name: string, more: object = {}, headers: Record<string, string> = {}) =>
  world().api.post(CREATE, wish(name, more), headers);

async function namesInCloud(): Promise<string[]> {
  const { body } = await world().api.get(`/aws/lightsail/instances?region=${REGION}`);
  return body.instances.map(({ name }: { name: string }) => name);
}

/** The next CreateInstances takes its time, so that its operation is still running when the test looks. */
const slowly = (delayMs = 400) => faults().add({ type: 'slow', operation: 'CreateInstances', times: 1, delayMs });

afterEach(() => faults().clear());

describe('AWS', () => {
  test.each<[what: string, env: Record<string, string>, status: number, code: string]>([
    ['credentials missing', { AWS_ACCESS_KEY_ID: '', AWS_EC2_METADATA_DISABLED: 'true' }, 403, 'aws_access_denied'],
    ['credentials unknown', { AWS_ACCESS_KEY_ID: 'AKIAUNKNOWN' }, 403, 'aws_access_denied'],
    ['credentials refused', { AWS_ACCESS_KEY_ID: 'AKIAREFUSED' }, 403, 'aws_access_denied'],
    ['not there', { AWS_ENDPOINT_URL_LIGHTSAIL: 'http://127.0.0.1:1' }, 503, 'aws_unreachable'],
  ])('%s', async (_, env, status, code) => {
    const before = calls();
    const api = await world.anotherApi(env);
    expectFailure(await api.get(`/aws/lightsail/instances?region=${REGION}`), status, code);
    expectFailure(await api.post(CREATE, wish('never-made')), status, code);
    expect(calls()).toBe(before);
    await api.end('SIGTERM');
  });

  test('cutting every connection', async () => {
    faults().add({ type: 'unreachable' });
    expectFailure(await post('never-made'), 503, 'aws_unreachable');
  });

  test('failing by itself', async () => {
    faults().add({ type: 'service_error', operation: 'GetInstances' });
    const answer = await world().api.get(`/aws/lightsail/instances?region=${REGION}`);
    expectFailure(answer, 502, 'aws_error');
    expect(answer.body.message).toContain('ServiceException');
  });

  test('throttling: it is waited for, and one instance is made', async () => {
    faults().add({ type: 'throttled', operation: 'GetBundles', times: 1 });
    faults().add({ type: 'throttled', operation: 'CreateInstances', times: 1 });
    const before = calls();
    expectSuccess(await post('throttled'), true);
    expect(calls() - before).toBe(2);
  });
});

describe('an instance', () => {
  test('of a name that another kind of resource has', async () => {
    const pair = await world().api.post('/aws/lightsail/create-key-pair', { key_pair_name: 'taken', region: REGION });
    expectSuccess(pair, true);
    expectFailure(await post('taken'), 409, 'name_taken');
  });

  test('of a name that another instance has', async () => {
    await createInstance(world().api, 'differs');
    const answer = await post('differs', { bundle_id: 'small_3_0' });
    expectFailure(answer, 409, 'instance_differs');
    expect(answer.body.details).toContainEqual(expect.objectContaining({ path: '/bundle_id', asked: 'small_3_0' }));
  });

  test('that never runs: its state is told, and no second one is made', async () => {
    faults().add({ type: 'never_running', instance: 'never-runs' });
    const before = calls();
    for (const _ of ['first call', 'same call']) {
      const answer = await post('never-runs', { wait_seconds: 0 });
      expectFailure(answer, 504, 'timed_out');
      expect(answer.body.message).toContain('pending');
    }
    expect(calls() - before).toBe(1);
  });

  test.each([
    ['no_public_ip', 'no public address'],
    ['no_host_keys', 'host keys'],
  ] as const)('%s: what was seen last is told, and the same call goes on', async (type, seen) => {
    const name = type.replaceAll('_', '-');
    faults().add({ type, instance: name });
    const before = calls();
    // Each call looks once; how soon it runs is the cloud's affair.
    await expect
      .poll(async () => {
        const answer = await post(name, { wait_seconds: 0 });
        expectFailure(answer, 504, 'timed_out');
        return answer.body.message;
      })
      .toContain(seen);
    faults().clear();
    const again = await post(name, { wait_seconds: 10 });
    expectSuccess(again, false);
    expect(again.body.result.instance).toMatchObject({ name, state: 'running' });
    expect(calls() - before).toBe(1);
  });
});

test('a reply that is lost after its effect, over 60 seeds: exactly one instance each time', async () => {
  const before = calls();
  for (let seed = 1; seed <= 60; seed++) {
    const name = `seed-${seed}`;
    // It never runs, so that nothing boots: what counts is what was created.
    faults().add({ type: 'never_running', instance: name });
    faults().add({ type: 'lost_reply', operation: 'CreateInstances', probability: 0.5, seed });
    expectFailure(await post(name, { wait_seconds: 0 }), 504, 'timed_out');
    faults().clear();
  }
  const made = (await namesInCloud()).filter((name) => name.startsWith('seed-'));
  expect(made).toHaveLength(60);
  expect(new Set(made).size).toBe(60);
  expect(calls() - before).toBe(60);
});

test('a key pair whose reply is lost: it is there, once, and its private key is here', async () => {
  faults().add({ type: 'lost_reply', operation: 'ImportKeyPair', times: 1 });
  const wish = { key_pair_name: 'lost-pair', region: REGION };
  const first = await world().api.post('/aws/lightsail/create-key-pair', wish);
  expectSuccess(first, true);
  const again = await world().api.post('/aws/lightsail/create-key-pair', wish);
  expectSuccess(again, false);
  expect(again.body.result).toEqual(first.body.result);
  expect((await stat(first.body.result.ssh_key_path)).mode & 0o777).toBe(0o600);
});

test('every reply lost at random: the call ends well or says what to do, and the next one ends well', async () => {
  faults().add({ type: 'lost_reply', operation: '*', probability: 0.3, seed: 7 });
  const before = calls();
  const answer = await post('at-random');
  if (answer.status !== 200) expectFailure(answer, 503, 'aws_unreachable');
  faults().clear();
  expect((await post('at-random')).status).toBe(200);
  expect(calls() - before).toBe(1);
});

describe('two calls at once', () => {
  test('the same: the second attaches', async () => {
    slowly();
    const before = calls();
    const answers = await Promise.all([post('twins'), post('twins')]);
    for (const answer of answers) expectSuccess(answer, true);
    expect(answers[0]?.body.operation_id).toBe(answers[1]?.body.operation_id);
    expect(calls() - before).toBe(1);
  });

  test('the same, while the instance is there and waited for: the second attaches', async () => {
    faults().add({ type: 'no_public_ip', instance: 'waited-for' });
    const first = post('waited-for');
    await vi.waitFor(async () => expect(await namesInCloud()).toContain('waited-for'), { timeout: 5000 });
    const second = await post('waited-for', {}, { prefer: 'respond-async' });
    faults().clear();
    expect(second).toMatchObject({ status: 202, body: { attached: true } });
    expect((await first).body.operation_id).toBe(second.body.operation_id);
  });

  test('different ones: the second is told who works there', async () => {
    slowly();
    const first = await post('one-of-two', {}, { prefer: 'respond-async' });
    const second = await post('one-of-two', { bundle_id: 'small_3_0' });
    expectFailure(second, 409, 'target_locked');
    expect(second.body.details[0]).toMatchObject({ operation_id: first.body.operation_id });
    expect(second.body.details[0].started_at).toMatch(/^\d{4}-/);
    expect(await readEvents(`${world().api.baseUrl}${first.headers.get('location')}/events`)).not.toEqual([]);
  });
});

describe('If-Match', () => {
  const dryRun = (name: string) => world().api.post(`${CREATE}?dry_run=true`, wish(name));

  test('the plan that was seen is the plan that runs', async () => {
    const seen = await dryRun('as-seen');
    expect(seen).toMatchObject({ status: 200, body: { dry_run: true, changed: false } });
    expect(seen.body.steps.map(({ outcome }: { outcome: string }) => outcome)).toContain('would_change');
    expect(await namesInCloud()).not.toContain('as-seen');
    const answer = await post('as-seen', {}, { 'if-match': seen.headers.get('etag') ?? '' });
    expectSuccess(answer, true);
    expect(answer.body.plan_hash).toBe(seen.body.plan_hash);
  });

  test('the world has moved since: 412, and nothing is done', async () => {
    const seen = await dryRun('moved');
    await post('moved');
    const before = calls();
    const answer = await post('moved', {}, { 'if-match': `"${seen.body.plan_hash}"` });
    expectFailure(answer, 412, 'plan_changed');
    expect(answer.body.details).not.toEqual([]);
    expect(calls()).toBe(before);
  });
});

describe('a call that takes long', () => {
  test('Prefer: respond-async answers at once with the place to look; events resume behind Last-Event-ID', async () => {
    slowly();
    const answer = await post('followed', {}, { prefer: 'respond-async' });
    expect(answer).toMatchObject({ status: 202, body: { status: 'accepted', attached: false } });
    const location = answer.headers.get('location');
    expect(location).toBe(`/operations/${answer.body.operation_id}`);
    const url = `${world().api.baseUrl}${location}/events`;
    const [first] = (await readEvents(url, { atMost: 1 })) ?? [];
    const rest = (await readEvents(url, { after: first?.id ?? 0 })) ?? [];
    expect(rest.map(({ id }) => id)).toEqual(rest.map((_, index) => index + 2));
    expect(rest.at(-1)).toMatchObject({ event: 'done', data: { status: 'succeeded' } });
    expect(await readEvents(url)).toEqual([first, ...rest]);
    expect(await readEvents(url, { after: rest.at(-1)?.id ?? 0 })).toBeUndefined();
    expect((await world().api.get(location ?? '')).body).toMatchObject({ status: 'succeeded', changed: true });
  });

  test('longer than SYNC_LIMIT_S: 202, and it goes on', async () => {
    const api = await world.anotherApi({ SYNC_LIMIT_S: '0.1' });
    slowly();
    const answer = await api.post(CREATE, wish('over-the-limit'));
    expect(answer).toMatchObject({ status: 202, body: { status: 'accepted' } });
    const events = await readEvents(`${api.baseUrl}${answer.headers.get('location')}/events`);
    expect(events?.at(-1)).toMatchObject({ event: 'done', data: { status: 'succeeded' } });
    await api.end('SIGTERM');
  });

  test('a client that hangs up does not stop it', async () => {
    slowly();
    const before = calls();
    const headers = { 'content-type': 'application/json' };
    const hungUp = new AbortController();
    const call = fetch(`${world().api.baseUrl}${CREATE}`, {
      ...{ method: 'POST', headers, signal: hungUp.signal, body: JSON.stringify(wish('left-alone')) },
    });
    await vi.waitFor(() => expect(calls()).toBe(before + 1), { interval: 5 });
    hungUp.abort();
    await expect(call).rejects.toThrow();
    expect((await post('left-alone')).status).toBe(200);
    expect(calls()).toBe(before + 1);
  });
});
