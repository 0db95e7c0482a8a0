import { expect, test } from 'vitest';
import { createInstance, fakeOperations, web } from '../web-fakes.ts';

const env = { CONTROL_API_TOKEN: 'the-token' };

test.each([
  ['none', undefined],
  ['a wrong one', 'Bearer the-tokem'],
  ['a prefix', 'Bearer the-toke'],
  ['a longer one', 'Bearer the-token2'],
  ['an empty one', 'Bearer '],
  ['another scheme', 'Basic the-token'],
])('with %s every guarded route answers 401', async (_, authorization) => {
  const operations = fakeOperations();
  const app = await web({ env, operations });
  const headers = authorization === undefined ? {} : { authorization };
  for (const call of [createInstance, { url: '/operations' }, { url: '/metrics' }, { url: '/services/docker-apps' }]) {
    const answer = await app.inject({ ...call, headers });
    expect(answer.statusCode).toBe(401);
    expect(answer.json()).toMatchObject({ status: 'error', code: 'unauthorized', hint: expect.any(String) });
    expect(answer.headers['www-authenticate']).toBe('Bearer');
  }
  expect(operations.started).toEqual([]);
});

test('with the token the call is made by "token", without one set by "local"', async () => {
  const operations = fakeOperations();
  const guarded = await web({ env, operations });
  await guarded.inject({ ...createInstance, headers: { authorization: 'bearer the-token' } });
  await (await web({ operations })).inject(createInstance);
  expect(operations.started.map(({ options }) => options.actor)).toEqual(['token', 'local']);
});

test.each(['/health', '/openapi.json', '/docs', '/docs/static/swagger-ui.css'])('%s is open', async (url) => {
  expect((await (await web({ env })).inject(url)).statusCode).toBe(200);
});
