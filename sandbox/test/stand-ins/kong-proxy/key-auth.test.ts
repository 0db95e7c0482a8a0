import { expect, test } from 'vitest';
import { oneService, startKong, startService } from './world.ts';

async function guarded(config: object) {
  const service = await startService();
  return startKong({
    ...oneService([service.target]),
    plugins: [{ name: 'key-auth', config }],
    consumers: [{ username: 'bard', custom_id: 'b-1', keyauth_credentials: [{ key: 'one' }, { key: 'two' }] }],
  });
}

test('a key in the header, kept from the service, which is told who asks', async () => {
  const kong = await guarded({ key_names: ['X-API-KEY'], hide_credentials: true, run_on_preflight: false });
  expect(await kong.ask('/')).toMatchObject({
    ...{ status: 401, json: { message: 'No API key found in request' }, headers: { 'www-authenticate': 'Key' } },
  });
  const wrong = await kong.ask('/', { headers: { 'x-api-key': 'three' } });
  expect(wrong).toMatchObject({ status: 401, json: { message: 'Unauthorized' } });
  const twice = await kong.ask('/', { headers: { 'x-api-key': ['one', 'two'] } });
  expect(twice).toMatchObject({ status: 401, json: { message: 'Duplicate API key found' } });
  for (const key of ['one', 'two']) {
    const { status, json } = await kong.ask('/', { headers: { 'x-api-key': key, 'x-consumer-username': 'king' } });
    expect(status).toBe(200);
    expect(json.headers).toMatchObject({ 'x-consumer-username': 'bard', 'x-consumer-custom-id': 'b-1' });
    expect(json.headers).not.toHaveProperty('x-api-key');
  }
  expect((await kong.ask('/', { method: 'OPTIONS' })).status).toBe(200);
});

test('a key in the query', async () => {
  const kong = await guarded({ realm: 'stories', hide_credentials: true });
  expect((await kong.ask('/')).headers['www-authenticate']).toBe('Key realm="stories"');
  expect((await kong.ask('/?apikey=one&x=1')).json.url).toBe('/?x=1');
  expect((await kong.ask('/?apikey=one&apikey=two')).json.message).toBe('Duplicate API key found');
  expect((await kong.ask('/', { method: 'OPTIONS' })).status).toBe(401);
});
