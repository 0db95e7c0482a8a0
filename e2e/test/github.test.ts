import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Answer } from '../world.ts';
import { expectFailure, expectSuccess } from './answers.ts';
import { shareWorld } from './shared-world.ts';

const ADD = '/github/add-secret';
const DELETE = '/github/delete-secret';

const world = shareWorld();
const github = () => world().sandbox.control.github;
const faults = () => world().sandbox.control.faults;
const calls = (operation: string) => world().sandbox.control.calls()[operation] ?? 0;
const place = { repo_name: 'fountain/story-stack', github_token: 'ghp_sandbox' };

const post = (path: string, body: object, headers: Record<string, string> = {}) =>
  world().api.post(path, body, headers);
const add = (secret_name: string, secret_value: string, more: object = {}) =>
  post(ADD, { ...place, secret_name, secret_value, ...more });
const remove = (secret_name: string, more: object = {}) =>
  post(DELETE, { ...place, secret_name, confirm: secret_name, ...more });

async function list(query = '', token = place.github_token, repo_name = place.repo_name): Promise<Answer> {
  return world().api.get(`/github/secrets?repo_name=${repo_name}${query}`, { 'x-github-token': token });
}

/** As the list shows it. */
async function shown(name: string, query = '') {
  const { body } = await list(query);
  return body.secrets.find(({ secret_name }: { secret_name: string }) => secret_name === name);
}

/** What GitHub has unsealed. */
function unsealed(name: string, environment: string | null = null): string | undefined {
  return github()
    .secrets()
    .find((one) => one.name === name && one.environment === environment)?.value;
}

/** Makes a call that must be refused, and looks that GitHub was asked for no change. */
async function refused(call: () => Promise<Answer>, status: number, code: string): Promise<Answer> {
  const before = [calls('PUT secret'), calls('DELETE secret'), github().secrets()];
  const answer = await call();
  expectFailure(answer, status, code);
  expect([calls('PUT secret'), calls('DELETE secret'), github().secrets()]).toEqual(before);
  return answer;
}

afterEach(() => faults().clear());

describe('a secret', () => {
  test('is written once; GitHub can open it; the same call again asks for no change', async () => {
    const first = await add('once', 'first value\nwith "two" lines, ü and 𝄞');
    expectSuccess(first, true);
    expect(first.body.result).toMatchObject({
      repo_name: 'fountain/story-stack',
      environment: null,
      secret: { secret_name: 'ONCE', state: 'in_sync', updated_at: expect.stringMatching(/^\d{4}-.*Z$/) },
    });
    expect(first.body.steps).toMatchObject([{ name: 'Write ONCE', outcome: 'changed' }]);
    expect(unsealed('ONCE')).toBe('first value\nwith "two" lines, ü and 𝄞');
    const puts = calls('PUT secret');
    const again = await add('ONCE', 'first value\nwith "two" lines, ü and 𝄞', { repo_name: 'Fountain/Story-Stack' });
    expectSuccess(again, false);
    expect(again.body.steps).toMatchObject([{ name: 'Write ONCE', outcome: 'unchanged' }]);
    expect(calls('PUT secret')).toBe(puts);
  });

  test('of an environment is not the one of the repository', async () => {
    const environment = 'production';
    expectSuccess(await add('TWICE', 'of the environment', { environment }), true);
    expect(await shown('TWICE')).toBeUndefined();
    expectSuccess(await add('TWICE', 'of the repository'), true);
    expect([unsealed('TWICE', environment), unsealed('TWICE')]).toEqual(['of the environment', 'of the repository']);
    expectSuccess(await add('TWICE', 'of the environment', { environment: 'Production' }), false);
    expect(await shown('TWICE', '&environment=production')).toMatchObject({ state: 'in_sync' });
    expectSuccess(await remove('TWICE', { environment }), true);
    expect([unsealed('TWICE', environment), unsealed('TWICE')]).toEqual([undefined, 'of the repository']);
  });

  test('gets another value, within the same second too', async () => {
    for (const value of ['one', 'two', 'one']) {
      expectSuccess(await add('OTHER', value), true);
      expect(unsealed('OTHER')).toBe(value);
    }
    expectSuccess(await add('OTHER', 'one'), false);
  });

  test('of 48 KB is taken', async () => {
    const value = 'ü'.repeat(24 * 1024);
    expectSuccess(await add('LARGE', value), true);
    expect(unsealed('LARGE')).toBe(value);
  });

  test('a dry run writes nothing; its plan, which another value changes, is the one that runs', async () => {
    const dry = (value: string) => post(`${ADD}?dry_run=true`, { ...place, secret_name: 'DRY', secret_value: value });
    const seen = await refusedNothing(() => dry('planned value'));
    expect(seen.body).toMatchObject({ dry_run: true, changed: false, steps: [{ outcome: 'would_change' }] });
    expect(seen.body.steps[0].action).toMatchObject({ secret_name: 'DRY', secret_value: '[redacted]', was: 'absent' });
    expect((await dry('planned value')).body.plan_hash).toBe(seen.body.plan_hash);
    expect((await dry('other value')).body.plan_hash).not.toBe(seen.body.plan_hash);
    const real = () =>
      post(
        ADD,
        { ...place, secret_name: 'DRY', secret_value: 'planned value' },
        { 'if-match': seen.headers.get('etag') ?? '' },
      );
    expectSuccess(await real(), true);
    expectFailure(await real(), 412, 'plan_changed');
  });
});

/** The same for a call that succeeds without a change. */
async function refusedNothing(call: () => Promise<Answer>): Promise<Answer> {
  const before = [calls('PUT secret'), calls('DELETE secret')];
  const answer = await call();
  expect(answer.status).toBe(200);
  expect([calls('PUT secret'), calls('DELETE secret')]).toEqual(before);
  return answer;
}

describe('what others do', () => {
  const elsewhere = (name: string, value: string) =>
    github().write({ repository: 'fountain/story-stack', name, value });

  test('a secret that somebody changed is written again, and the step says so', async () => {
    await add('MOVED', 'ours');
    elsewhere('MOVED', 'theirs');
    expect(await shown('MOVED')).toMatchObject({ state: 'changed_elsewhere' });
    const again = await add('MOVED', 'ours');
    expectSuccess(again, true);
    expect(again.body.steps[0].detail).toContain('somebody changed it elsewhere');
    expect(unsealed('MOVED')).toBe('ours');
    expect(await shown('MOVED')).toMatchObject({ state: 'in_sync' });
    expectSuccess(await add('MOVED', 'ours'), false);
  });

  test('a secret that somebody deleted is made again, and the step says so', async () => {
    await add('GONE', 'ours');
    const authorization = `Bearer ${place.github_token}`;
    const url = `${world().sandbox.url}/github/repos/fountain/story-stack/actions/secrets/GONE`;
    expect((await fetch(url, { method: 'DELETE', headers: { authorization } })).status).toBe(204);
    const again = await add('GONE', 'ours');
    expectSuccess(again, true);
    expect(again.body.steps[0].detail).toContain('somebody deleted it elsewhere');
    expect(unsealed('GONE')).toBe('ours');
  });

  test('a secret that was never written from here is unknown, and written', async () => {
    elsewhere('THEIRS', 'the same value');
    expect(await shown('THEIRS')).toMatchObject({ state: 'unknown' });
    const { body } = await add('THEIRS', 'the same value');
    expect(body).toMatchObject({ changed: true, result: { secret: { state: 'in_sync' } } });
    expect(body.steps[0].detail).toContain('not known');
  });

  test('new keys between the reading of one and its use: the value is sealed again', async () => {
    faults().add({ type: 'slow', operation: 'PUT secret', times: 1, delayMs: 400 });
    const before = calls('PUT secret');
    const call = add('ROTATED', 'sealed twice');
    await vi.waitFor(() => expect(calls('PUT secret')).toBe(before + 1), { interval: 5 });
    await github().rotateKeys();
    expectSuccess(await call, true);
    expect(calls('PUT secret')).toBe(before + 2);
    expect(unsealed('ROTATED')).toBe('sealed twice');
  });
});

describe('a lost reply', () => {
  const lose = (operation: string, times: number) => faults().add({ type: 'lost_reply', operation, times });

  test('once: it is asked again within the call', async () => {
    lose('PUT secret', 1);
    expectSuccess(await add('LOST', 'value'), true);
    expectSuccess(await add('LOST', 'value'), false);
    lose('DELETE secret', 1);
    expectSuccess(await remove('LOST'), true);
    expectSuccess(await remove('LOST'), false);
  });

  test('each time: whatever came of it, the next call ends with its own value', async () => {
    await add('TORN', 'old value');
    lose('PUT secret', 3);
    expectFailure(await add('TORN', 'new value'), 503, 'github_unreachable');
    expect(unsealed('TORN')).toBe('new value');
    expect(await shown('TORN')).toMatchObject({ state: 'unknown' });
    // What is remembered of the old value must not count any more, though GitHub's time may be the same.
    expectSuccess(await add('TORN', 'old value'), true);
    expect(unsealed('TORN')).toBe('old value');
    expectSuccess(await add('TORN', 'old value'), false);
  });
});

describe('delete-secret', () => {
  test('deletes once; a dry run does not; the exact name is wanted', async () => {
    await add('DOOMED', 'value');
    for (const confirm of [undefined, 'DOOME', 'fountain/story-stack']) {
      const { body } = await refused(() => remove('DOOMED', { confirm }), 409, 'confirm_required');
      expect(body.message).toContain('"confirm": "DOOMED"');
    }
    const wish = { ...place, secret_name: 'doomed', confirm: 'doomed' };
    const dry = await refusedNothing(() => post(`${DELETE}?dry_run=true`, wish));
    expect(dry.body).toMatchObject({ changed: false, steps: [{ outcome: 'would_change' }] });
    expectSuccess(await post(DELETE, wish), true);
    expect(unsealed('DOOMED')).toBeUndefined();
    expectSuccess(await refusedNothing(() => post(DELETE, wish)), false);
  });
});

describe('two calls at once', () => {
  test('the same: the second attaches; another one at the same repository is told who works there', async () => {
    faults().add({ type: 'slow', operation: 'PUT secret', times: 1, delayMs: 600 });
    const before = calls('PUT secret');
    const first = add('TWINS', 'value');
    await vi.waitFor(() => expect(calls('PUT secret')).toBe(before + 1), { interval: 5 });
    const [second, other, elsewhere] = await Promise.all([
      add('TWINS', 'value'),
      add('TWINS', 'another value', { repo_name: 'FOUNTAIN/story-stack' }),
      add('TWINS', 'value', { environment: 'production' }),
    ]);
    expectFailure(other, 409, 'target_locked');
    expectSuccess(elsewhere, true);
    expectSuccess(second, true);
    expect((await first).body.operation_id).toBe(second.body.operation_id);
  });
});

describe('GitHub', () => {
  const everyCall = (more: { repo_name?: string; github_token?: string; environment?: string } = {}) => {
    const environment = more.environment === undefined ? '' : `&environment=${more.environment}`;
    return [
      () => add('REFUSED', 'value', more),
      () => remove('REFUSED', more),
      () => list(environment, more.github_token, more.repo_name),
    ];
  };

  async function eachRefused(more: Parameters<typeof everyCall>[0], status: number, code: string) {
    let answer: Answer | undefined;
    for (const call of everyCall(more)) answer = await refused(call, status, code);
    return answer?.body;
  }

  test('does not know the token', async () => {
    const { message, hint } = await eachRefused({ github_token: 'ghp_revoked' }, 403, 'github_forbidden');
    expect(message).toContain('Bad credentials');
    expect(hint).toMatch(/expired|revoked/);
  });

  test('refuses a classic token without scope', async () => {
    const more = { github_token: 'ghp_sandbox_no_scope', environment: 'production' };
    const { message, hint } = await eachRefused(more, 403, 'github_forbidden');
    expect(message).toContain('no scope');
    expect(hint).toMatch(/scope repo.*Secrets: write.*Environments: write/);
  });

  test('refuses a fine-grained token that may only read: a dry run and the list do not show it', async () => {
    const token = 'github_pat_reader';
    const repositories = ['fountain/story-stack'];
    github().put({ tokens: [{ token, repositories, permissions: { secrets: 'read' } }] });
    expect((await list('', token)).status).toBe(200);
    // It is GitHub that refuses the PUT, so one is counted.
    const before = github().secrets();
    const answer = await add('REFUSED', 'value', { github_token: token });
    expectFailure(answer, 403, 'github_forbidden');
    expect(answer.body.hint).toContain('"Secrets: write"');
    expect(answer.body.steps).toMatchObject([{ outcome: 'failed' }]);
    expect(github().secrets()).toEqual(before);
  });

  test('has had enough of the token: the answer says until when', async () => {
    faults().add({ type: 'throttled' });
    const { message, hint } = await eachRefused({}, 403, 'github_forbidden');
    expect(message).toContain('rate limit');
    expect(hint).toMatch(/after \d{4}-\d\d-\d\dT/);
  });

  test('has no such repository, or hides it', async () => {
    github().put({ repositories: [{ name: 'fountain/hidden', private: true }] });
    const missing = await eachRefused({ repo_name: 'fountain/nothing' }, 404, 'repository_not_found');
    expect(missing.message).toMatch(/no repository fountain\/nothing, or the token may not see it/);
    const hidden = { repo_name: 'fountain/hidden', github_token: 'ghp_sandbox_no_scope' };
    const { message, hint } = await eachRefused(hidden, 404, 'repository_not_found');
    expect(message).toContain('no scope');
    expect(hint).toContain('scope repo');
    expectSuccess(await add('SEEN', 'value', { repo_name: 'fountain/hidden' }), true);
  });

  test('has no such environment, which is told apart', async () => {
    const { message } = await eachRefused({ environment: 'staging' }, 404, 'repository_not_found');
    expect(message).toContain('no environment staging in fountain/story-stack');
    const more = { repo_name: 'fountain/nothing', environment: 'staging' };
    expect((await eachRefused(more, 404, 'repository_not_found')).message).toContain('no repository');
  });

  test('fails for a moment: reads are made again', async () => {
    faults().add({ type: 'service_error', operation: 'GET secrets', times: 1 });
    expect((await list()).status).toBe(200);
  });

  test('fails for longer, or is not there: that is told apart, and the same calls finish the job', async () => {
    const environment = 'production';
    await add('STAYS', 'value', { environment });
    faults().add({ type: 'service_error', operation: 'PUT secret' });
    faults().add({ type: 'unreachable', operation: 'DELETE secret' });
    const wishes = [() => add('COMES', 'value'), () => remove('STAYS', { environment })] as const;
    const [failed, unreachable] = await Promise.all(wishes.map((call) => call()));
    expectFailure(failed as Answer, 502, 'github_error');
    expect(failed?.body.message).toContain('HTTP 502: Server Error');
    expect(failed?.body.details[0]).toMatchObject({ http_status: 502, request_id: expect.any(String) });
    expectFailure(unreachable as Answer, 503, 'github_unreachable');
    expect(unreachable?.body.message).toMatch(/no answer from GitHub, tried three times: \w+/);
    expect([unsealed('COMES'), unsealed('STAYS', environment)]).toEqual([undefined, 'value']);
    faults().clear();
    for (const call of wishes) expectSuccess(await call(), true);
    for (const call of wishes) expectSuccess(await call(), false);
  });
});

describe('a field', () => {
  test.each<[what: string, fields: object, path: string]>([
    ['a repository without owner', { repo_name: 'story-stack' }, '/repo_name'],
    ['a repository without name', { repo_name: 'fountain/' }, '/repo_name'],
    ['an address for a repository', { repo_name: 'https://github.com/fountain/story-stack' }, '/repo_name'],
    ['a repository that climbs', { repo_name: 'fountain/..' }, '/repo_name'],
    ['a repository with a query', { repo_name: 'fountain/story?x=' }, '/repo_name'],
    ['an environment that climbs', { environment: '..' }, '/environment'],
    ['an empty environment', { environment: '' }, '/environment'],
    ['an environment with a line break', { environment: 'a\nb' }, '/environment'],
    ['a name with a dash', { secret_name: 'MY-SECRET' }, '/secret_name'],
    ['a name with a space', { secret_name: 'MY SECRET' }, '/secret_name'],
    ['a name that starts with a digit', { secret_name: '1SECRET' }, '/secret_name'],
    ['a name of GitHub’s own', { secret_name: 'GITHUB_TOKEN' }, '/secret_name'],
    ['the same in small letters', { secret_name: 'github_token' }, '/secret_name'],
    ['an empty name', { secret_name: '' }, '/secret_name'],
    ['a value of 48 KB + 1', { secret_value: 'x'.repeat(48 * 1024 + 1) }, '/secret_value'],
    ['the same in bytes, not in characters', { secret_value: `${'ü'.repeat(24 * 1024)}x` }, '/secret_value'],
    ['an empty value', { secret_value: '' }, '/secret_value'],
    ['a value with half a character', { secret_value: 'a\ud834b' }, '/secret_value'],
    ['a value that is a number', { secret_value: 7 }, '/secret_value'],
    ['no value', { secret_value: undefined }, '/secret_value'],
    ['an empty token', { github_token: '' }, '/github_token'],
    ['a token with a line break', { github_token: 'ghp_x\r\nhost: evil' }, '/github_token'],
    ['no token', { github_token: undefined }, '/github_token'],
    ['misspelt', { secret_nme: 'X' }, '/secret_nme'],
  ])('%s', async (_, fields, path) => {
    const reads = calls('GET secrets');
    const { body } = await refused(() => add('BAD', 'value', fields), 400, 'invalid_request');
    expect(body.details).toContainEqual(expect.objectContaining({ path }));
    expect(calls('GET secrets')).toBe(reads);
  });

  test.each<[what: string, query: string, token: string | undefined, path: string]>([
    ['no repository', '', 'ghp_sandbox', '/repo_name'],
    ['a repository without owner', '?repo_name=story-stack', 'ghp_sandbox', '/repo_name'],
    ['a token in the query', '?repo_name=fountain/story-stack&github_token=x', 'ghp_sandbox', '/github_token'],
    ['no token', '?repo_name=fountain/story-stack', undefined, '/x-github-token'],
  ])('of the list: %s', async (_, query, token, path) => {
    const answer = await world().api.get(`/github/secrets${query}`, token ? { 'x-github-token': token } : {});
    expectFailure(answer, 400, 'invalid_request');
    expect(answer.body.details[0]).toMatchObject({ path });
  });
});
