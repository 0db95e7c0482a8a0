import { expect, test } from 'vitest';
import { oneService, startKong, startService, type TestKong } from './world.ts';

/** A service behind plugins, each as its name and its configuration. */
async function behind(plugins: Record<string, object>, more: object = {}) {
  const service = await startService();
  const entries = Object.entries(plugins).map(([name, config]) => ({ name, config }));
  const kong = await startKong({ ...oneService([service.target]), plugins: entries, ...more });
  return { kong, service };
}

const consumers = (...names: string[]) => ({
  consumers: names.map((username) => ({
    username,
    keyauth_credentials: [{ key: username }],
    acls: [{ group: username }],
  })),
});
const as = (apikey: string) => ({ headers: { apikey } });

test('acl: who is in none of the groups is refused, and the service learns the groups', async () => {
  const plugins = { 'key-auth': {}, acl: { allow: ['reader', 'writer'] } };
  const { kong } = await behind(plugins, consumers('reader', 'writer', 'stranger'));
  expect(await kong.ask('/', as('stranger'))).toMatchObject({
    ...{ status: 403, json: { message: 'You cannot consume this service' } },
  });
  expect((await kong.ask('/', as('writer'))).json.headers['x-consumer-groups']).toBe('writer');
});

test('acl: those denied, groups hidden, and nobody known', async () => {
  const { kong } = await behind(
    { 'key-auth': {}, acl: { deny: ['stranger'], hide_groups_header: true } },
    {
      consumers: [
        ...consumers('reader', 'stranger').consumers,
        { username: 'alone', keyauth_credentials: [{ key: 'alone' }] },
      ],
    },
  );
  expect((await kong.ask('/', as('stranger'))).status).toBe(403);
  expect((await kong.ask('/', as('alone'))).status).toBe(200);
  expect((await kong.ask('/', as('reader'))).json.headers).not.toHaveProperty('x-consumer-groups');
  const open = await behind({ acl: { allow: ['reader'] } });
  expect(await open.kong.ask('/')).toMatchObject({ status: 401, json: { message: 'Unauthorized' } });
});

test('rate-limiting: each consumer has its own, and a limit outlives a load', async () => {
  const plugins = { 'key-auth': {}, 'rate-limiting': { hour: 2, day: 5, policy: 'local' } };
  const { kong, service } = await behind(plugins, consumers('reader', 'writer'));
  const left = async (who: string) => (await kong.ask('/', as(who))).headers['x-ratelimit-remaining-hour'];
  const first = await kong.ask('/', as('reader'));
  expect(first.headers).toMatchObject({
    ...{ 'x-ratelimit-limit-hour': '2', 'x-ratelimit-remaining-hour': '1', 'x-ratelimit-limit-day': '5' },
    ...{ 'x-ratelimit-remaining-day': '4', 'ratelimit-limit': '2', 'ratelimit-remaining': '1' },
  });
  expect(Number(first.headers['ratelimit-reset'])).toBeLessThanOrEqual(3600);
  expect([await left('reader'), await left('writer')]).toEqual(['0', '1']);
  const configuration = { ...oneService([service.target]), ...consumers('reader', 'writer') };
  kong.load({ ...configuration, plugins: Object.entries(plugins).map(([name, config]) => ({ name, config })) });
  const refused = await kong.ask('/', as('reader'));
  expect(refused).toMatchObject({ status: 429, json: { message: 'API rate limit exceeded' } });
  expect(refused.headers).toMatchObject({ 'ratelimit-remaining': '0', 'x-ratelimit-remaining-hour': '0' });
  expect(refused.headers['retry-after']).toBe(refused.headers['ratelimit-reset']);
  expect(service.asked).toHaveLength(3);
});

test.each<[by: string, config: object, mine: object, others: object]>([
  ['address', { limit_by: 'ip' }, {}, { from: '127.0.0.2' }],
  [
    'header',
    { limit_by: 'header', header_name: 'X-Who' },
    { headers: { 'x-who': 'a' } },
    { headers: { 'x-who': 'b' } },
  ],
  ['address where nobody is known', {}, {}, { from: '127.0.0.2' }],
])('rate-limiting by %s, hidden, in words of its own', async (_, config, mine, others) => {
  const own = { error_code: 430, error_message: 'Later', hide_client_headers: true };
  const { kong } = await behind({ 'rate-limiting': { year: 1, ...own, ...config } });
  const first = await kong.ask('/', mine);
  expect(first.status).toBe(200);
  expect(first.headers).not.toHaveProperty('ratelimit-limit');
  expect(await kong.ask('/', mine)).toMatchObject({ status: 430, json: { message: 'Later' } });
  expect((await kong.ask('/', others)).status).toBe(200);
});

test('what is set for a consumer or a service goes before what is set for all', async () => {
  const service = await startService();
  const limit = (hour: number) => ({ name: 'rate-limiting', config: { hour } });
  const [own] = consumers('reader').consumers;
  const kong = await startKong({
    ...oneService([service.target], { service: { plugins: [limit(20)] } }),
    consumers: [{ ...own, plugins: [limit(30)] }, ...consumers('writer').consumers],
    plugins: [{ name: 'key-auth' }, limit(10)],
  });
  const limitOf = async (who: string) => (await kong.ask('/', as(who))).headers['x-ratelimit-limit-hour'];
  expect([await limitOf('reader'), await limitOf('writer')]).toEqual(['30', '20']);
  kong.load({
    ...oneService([service.target], { service: { plugins: [limit(20)] } }),
    consumers: [{ ...own, plugins: [limit(30), { ...limit(40), service: 'a' }] }],
    plugins: [{ name: 'key-auth' }, limit(10), { ...limit(50), enabled: false, route: 'a' }],
  });
  expect(await limitOf('reader')).toBe('40');
});

const preflight = (origin: string) => ({
  method: 'OPTIONS',
  headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'x-api-key' },
});

test('cors: a preflight is answered before anybody asks for a key, other answers say who may read them', async () => {
  const cors = { origins: ['https://story.test'], exposed_headers: ['*'], max_age: 3600, methods: ['GET', 'POST'] };
  const { kong, service } = await behind({ cors, 'key-auth': {} });
  const asked = await kong.ask('/', preflight('https://story.test'));
  expect(asked).toMatchObject({
    ...{ status: 200, text: '' },
    headers: {
      ...{ 'access-control-allow-origin': 'https://story.test', 'access-control-allow-methods': 'GET,POST' },
      ...{ 'access-control-allow-headers': 'x-api-key', 'access-control-max-age': '3600', vary: 'Origin' },
    },
  });
  expect(service.asked).toEqual([]);
  expect(await kong.ask('/')).toMatchObject({
    status: 401,
    headers: { 'access-control-allow-origin': 'https://story.test', 'access-control-expose-headers': '*' },
  });
  expect((await kong.ask('/', { host: 'nowhere.test' })).headers).toHaveProperty('access-control-allow-origin');
});

test.each<[origins: string[], asks: string, allowed: string | undefined]>([
  [[], 'https://x.test', '*'],
  [['*'], 'https://x.test', '*'],
  [['https://a.test', 'https://b.test'], 'https://b.test:443', 'https://b.test'],
  [['https://a.test', 'https://b.test'], 'https://c.test', undefined],
  [['.*\\.test'], 'https://x.test', 'https://x.test'],
  [['^https://(a|b)\\.test$'], 'https://b.test', 'https://b.test'],
  [['^https://(a|b)\\.test$'], 'https://b.test.evil', undefined],
])('cors: of %j, %s gets %s', async (origins, asks, allowed) => {
  const { kong } = await behind({ cors: { origins } });
  expect((await kong.ask('/', { headers: { origin: asks } })).headers['access-control-allow-origin']).toBe(allowed);
});

test('cors: credentials, a private network, and preflights that go on to the service', async () => {
  const { kong } = await behind({ cors: { credentials: true, private_network: true, headers: ['a', 'b'] } });
  const asked = preflight('https://x.test');
  const headers = { ...asked.headers, 'access-control-request-private-network': 'true' };
  expect((await kong.ask('/', { ...asked, headers })).headers).toMatchObject({
    ...{ 'access-control-allow-origin': 'https://x.test', 'access-control-allow-credentials': 'true' },
    ...{ 'access-control-allow-headers': 'a,b', 'access-control-allow-private-network': 'true' },
  });
  const on = await behind({ cors: { preflight_continue: true } });
  expect((await on.kong.ask('/', asked)).json.method).toBe('OPTIONS');
});

test.each(['uuid', 'uuid#counter'])('correlation-id by %s: told to the service and the client', async (generator) => {
  const { kong } = await behind({
    'correlation-id': { header_name: 'X-Request-ID', generator, echo_downstream: true },
  });
  const made = await kong.ask('/');
  expect(made.headers['x-request-id']).toMatch(generator === 'uuid' ? /^[\da-f-]{36}$/ : /^[\da-f-]{36}#\d+$/);
  expect(made.json.headers['x-request-id']).toBe(made.headers['x-request-id']);
  const given = await kong.ask('/', { headers: { 'x-request-id': 'mine' } });
  expect([given.headers['x-request-id'], given.json.headers['x-request-id']]).toEqual(['mine', 'mine']);
  expect((await kong.ask('/', { host: 'nowhere.test' })).headers).toHaveProperty('x-request-id');
});

const sized = async () =>
  (await behind({ 'request-size-limiting': { allowed_payload_size: 1, size_unit: 'kilobytes' } })).kong;
const post = (length: number, headers = {}) => ({ method: 'POST', body: 'x'.repeat(length), headers });
const chunked = { 'transfer-encoding': 'chunked' };

test('request-size-limiting: of a body that says its length, and of one that does not', async () => {
  const kong = await sized();
  for (const headers of [{}, chunked]) {
    const taken = await kong.ask('/', post(1024, headers));
    expect([taken.status, taken.json.body.length, taken.json.headers['content-length']]).toEqual([200, 1024, '1024']);
    const refused = await kong.ask('/', post(1025, headers));
    expect([refused.status, refused.json.message]).toEqual([413, 'Request size limit exceeded']);
  }
});

test('request-size-limiting: one who waits for a word before sending', async () => {
  const kong = await sized();
  const expecting = { expect: '100-continue' };
  expect((await kong.ask('/', post(10, expecting))).json.body).toHaveLength(10);
  expect((await kong.ask('/', post(1025, expecting))).status).toBe(417);
  const exact = await behind({ 'request-size-limiting': { require_content_length: true } });
  expect(await exact.kong.ask('/')).toMatchObject({ status: 411 });
});

test('ip-restriction', async () => {
  const from = async (kong: TestKong, address: string) => (await kong.ask('/', { from: address })).status;
  const { kong } = await behind({
    'ip-restriction': { allow: ['127.0.1.0/24', '127.0.0.1', '::1'], deny: ['127.0.1.9'] },
  });
  expect(await kong.ask('/', { from: '127.0.0.2' })).toMatchObject({
    ...{ status: 403, json: { message: 'IP address not allowed: 127.0.0.2' } },
  });
  expect([await from(kong, '127.0.0.1'), await from(kong, '127.0.1.5'), await from(kong, '127.0.1.9')]).toEqual([
    200, 200, 403,
  ]);
  const denying = await behind({ 'ip-restriction': { deny: ['127.0.0.0/30'], status: 404, message: 'Nobody' } });
  expect(await denying.kong.ask('/')).toMatchObject({ status: 404, json: { message: 'Nobody' } });
  expect(await from(denying.kong, '127.0.0.5')).toBe(200);
});

test('prometheus: requests, bytes, times, and how targets are', async () => {
  const config = { status_code_metrics: true, latency_metrics: true, bandwidth_metrics: true, per_consumer: true };
  const { kong, service } = await behind({ 'key-auth': {}, prometheus: config }, consumers('reader'));
  await kong.ask('/', { ...as('reader'), method: 'POST', body: 'hello' });
  await kong.ask('/');
  await kong.ask('/', { host: 'nowhere.test' });
  const labels = 'service="a",route="a",workspace="default"';
  await expect.poll(() => kong.gateway.metrics()).toContain('code="401"');
  const text = kong.gateway.metrics();
  expect(text).toContain(`kong_http_requests_total{${labels},code="200",source="service",consumer="reader"} 1\n`);
  expect(text).toContain(`kong_http_requests_total{${labels},code="401",source="kong",consumer=""} 1\n`);
  expect(text).toContain(`kong_bandwidth_bytes{${labels},direction="ingress",consumer="reader"} 5\n`);
  expect(text).toContain(`kong_request_latency_ms_bucket{${labels},le="+Inf"} 2\n`);
  expect(text).toContain(`kong_upstream_latency_ms_count{${labels}} 1\n`);
  expect(text).toContain(
    `target="${service.target}",address="${service.target}",state="healthchecks_off",subsystem="http"} 1\n`,
  );
  expect(text).not.toContain('nowhere');
});

test('http-log: told one after another, again while it is not taken, without what is secret', async () => {
  const entries: { request: { headers: object }; response: { status: number } }[] = [];
  let refused = 2;
  const log = await startService((request, response) => {
    let text = '';
    request.on('data', (chunk) => (text += chunk));
    request.on('end', () => {
      const taken = refused-- <= 0;
      if (taken) entries.push(JSON.parse(text));
      response.writeHead(taken ? 200 : 503).end();
    });
  });
  const config = {
    http_endpoint: `http://me:too@${log.target}/log`,
    headers: { 'X-More': '1' },
    queue: { initial_retry_delay: 0.005 },
  };
  const keys = { hide_credentials: true };
  const { kong } = await behind({ 'key-auth': keys, 'http-log': config }, consumers('reader'));
  await kong.ask('/x?y=1', { headers: { apikey: 'reader', authorization: 'secret' } });
  await kong.ask('/', { host: 'nowhere.test' });
  await expect.poll(() => entries.length).toBe(2);
  expect(entries.map(({ response }) => response.status)).toEqual([200, 404]);
  expect(entries[0]).toMatchObject({
    request: { method: 'GET', uri: '/x?y=1', url: 'http://a.test:80/x?y=1', headers: { authorization: 'REDACTED' } },
    ...{ route: { name: 'a' }, service: { name: 'a' }, consumer: { username: 'reader' }, client_ip: '127.0.0.1' },
    ...{ source: 'upstream', tries: [{ ip: '127.0.0.1' }], started_at: expect.any(Number) },
  });
  expect(entries[0]?.request.headers).not.toHaveProperty('apikey');
  expect(log.asked[0]?.headers).toMatchObject({
    ...{ authorization: 'Basic bWU6dG9v', 'x-more': '1', 'content-type': 'application/json' },
  });
});
