import { expect, test } from 'vitest';
import { startGithub } from './world.ts';

const secrets = '/actions/secrets';
const environment = '/environments/production/secrets';

test('who may do what, and what a token may not see', async () => {
  const { sandbox, call, put } = await startGithub();
  const mine = ['fountain/story-stack'];
  sandbox.control.github.put({
    repositories: [{ name: 'fountain/hidden', private: true }],
    tokens: [
      { token: 'reader', repositories: mine, permissions: { secrets: 'read' } },
      { token: 'writer', repositories: mine, permissions: { secrets: 'write' } },
      { token: 'deployer', repositories: mine, permissions: { environments: 'write' } },
    ],
  });
  const matrix = async (token: string | null) => [
    (await call('GET', '', { token })).status,
    (await call('GET', secrets, { token })).status,
    (await put('A', 'value', { token })).status,
    (await call('GET', environment, { token })).status,
    (await put('A', 'value', { token, folder: environment })).status,
    (await call('GET', secrets, { token, repo: 'fountain/hidden' })).status,
    (await call('GET', '', { token, repo: 'fountain/nothing' })).status,
  ];
  expect({
    none: await matrix(null),
    unknown: await matrix('ghp_unknown'),
    repo: await matrix('ghp_sandbox'),
    noScope: await matrix('ghp_sandbox_no_scope'),
    reader: await matrix('reader'),
    writer: await matrix('writer'),
    deployer: await matrix('deployer'),
  }).toEqual({
    none: [401, 401, 401, 401, 401, 401, 401],
    unknown: [401, 401, 401, 401, 401, 401, 401],
    repo: [200, 200, 201, 200, 201, 200, 404],
    noScope: [200, 403, 403, 403, 403, 404, 404],
    reader: [200, 200, 403, 403, 403, 404, 404],
    writer: [200, 200, 204, 403, 403, 404, 404],
    deployer: [200, 403, 403, 200, 204, 404, 404],
  });
});

test('refusals are GitHub’s own: words, scopes, accepted permissions', async () => {
  const { sandbox, call } = await startGithub();
  const told = async (token: string | null) => {
    const { body, headers } = await call('GET', secrets, { token });
    return [body.message, headers.get('x-oauth-scopes'), headers.get('x-accepted-github-permissions')];
  };
  const permissions = { environments: 'write' } as const;
  sandbox.control.github.put({ tokens: [{ token: 'fine', repositories: ['fountain/story-stack'], permissions }] });
  expect(await told(null)).toEqual(['Requires authentication', null, null]);
  expect(await told('ghp_unknown')).toEqual(['Bad credentials', null, null]);
  expect(await told('ghp_sandbox_no_scope')).toEqual(['Must have admin rights to Repository.', '', null]);
  const fine = 'Resource not accessible by personal access token';
  expect(await told('fine')).toEqual([fine, null, 'secrets=read']);
  expect((await call('GET', secrets)).headers.get('x-oauth-scopes')).toBe('repo');
});

test('every answer tells the rate limit and a request id', async () => {
  const { call } = await startGithub();
  const { headers } = await call('GET', secrets);
  expect(headers.get('x-github-request-id')).toMatch(/^[0-9A-F-]{36}$/);
  expect(headers.get('x-ratelimit-limit')).toBe('5000');
  expect(Number(headers.get('x-ratelimit-reset')) * 1000).toBeGreaterThan(Date.now());
});

test('versions of the API: two are known', async () => {
  const { call } = await startGithub();
  const status = async (version: string) =>
    (await call('GET', secrets, { headers: { 'x-github-api-version': version } })).status;
  expect([await status('2022-11-28'), await status('2026-03-10'), await status('2019-01-01')]).toEqual([200, 200, 400]);
});

test('what has no path here is not found', async () => {
  const { call } = await startGithub();
  for (const path of ['/actions', '/actions/variables', '/environments/production', `${secrets}/A/B`]) {
    expect((await call('GET', path)).status).toBe(404);
  }
  expect((await call('POST', secrets)).status).toBe(404);
});

test('faults hit by the operation’s name, and each call is counted', async () => {
  const { sandbox, call, put } = await startGithub();
  const { faults, calls } = sandbox.control;
  faults.add({ type: 'throttled', operation: 'GET secrets', times: 1 });
  const limited = await call('GET', secrets);
  expect(limited).toMatchObject({ status: 403, body: { message: expect.stringContaining('rate limit') } });
  expect(limited.headers.get('x-ratelimit-remaining')).toBe('0');
  faults.add({ type: 'service_error', operation: 'GET secret', times: 1 });
  expect((await call('GET', `${secrets}/A`)).status).toBe(502);
  faults.add({ type: 'access_denied', operation: 'DELETE secret', times: 1 });
  expect((await call('DELETE', `${secrets}/A`)).status).toBe(403);
  faults.add({ type: 'lost_reply', operation: 'PUT secret', times: 1 });
  await expect(put('A', 'value')).rejects.toThrow();
  expect(sandbox.control.github.secrets()).toMatchObject([{ name: 'A', value: 'value' }]);
  expect(calls()).toEqual({
    ...{ 'GET secrets': 1, 'GET secret': 1, 'DELETE secret': 1 },
    ...{ 'GET public-key': 1, 'PUT secret': 1 },
  });
});
