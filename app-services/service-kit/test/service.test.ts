import { expect, test, vi } from 'vitest';
import { conflict, ServiceError } from '../src/errors.ts';
import type { AnyHandler } from '../src/routes.ts';
import { buildService, type ServiceOptions } from '../src/service.ts';
import { things } from './things.ts';

const handlers: Record<string, AnyHandler> = {
  makeThing: async ({ body }) => ({ status: 201, body }),
  listThings: async ({ query }) => ({ status: 200, body: query, headers: { 'x-total-count': '3' } }),
  deleteThing: async ({ params }) => {
    if (params.thingId !== 1) throw conflict('It is used.', ['thing 1']);
    return { status: 204 };
  },
};
const build = (options: Partial<ServiceOptions> = {}) =>
  buildService({
    config: { logLevel: 'silent' },
    spec: things(),
    handlers,
    check: async () => undefined,
    ...options,
  });
const failing = (error: unknown) => build({ handlers: { ...handlers, makeThing: () => Promise.reject(error) } }).app;
const post = (app: ReturnType<typeof failing>, payload: unknown, type = 'application/json') =>
  app.inject({
    method: 'POST',
    url: '/things',
    payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
    headers: { 'content-type': type },
  });

test('an operation without a handler, or a handler without an operation, stops the start', () => {
  const { deleteThing, ...others } = handlers;
  expect(() => build({ handlers: { ...others, eraseThing: deleteThing as AnyHandler } })).toThrow(
    'Things: no handler for [deleteThing], no operation for [eraseThing]',
  );
});

test('a contract that the validator does not understand stops the start', async () => {
  const spec = things();
  const parameter = spec.paths['/things']?.get?.parameters?.[0];
  if (parameter) parameter.schema = { type: 'integer', minimun: 1 };
  await expect(build({ spec }).app.ready()).rejects.toThrow('minimun');
});

test('a path that is no URL is refused like everything else, with the id of the request', async () => {
  const answer = await build().app.inject({ url: '/things/%E0%A4%A', headers: { 'x-request-id': 'r-1' } });
  expect([answer.statusCode, answer.headers['x-request-id']]).toEqual([400, 'r-1']);
  expect(answer.json()).toEqual({
    message: "'/things/%E0%A4%A' is not a valid url component",
    errorCode: 'invalid_request',
  });
});

test('what is no JSON is told so; no body at all is refused only where the contract asks for one', async () => {
  const { app } = build();
  const broken = await post(app, '{"name":');
  expect([broken.statusCode, broken.json().message]).toEqual([400, 'The body is not JSON.']);
  const empty = await post(app, '');
  expect([empty.statusCode, empty.json().details]).toEqual([400, ['body must be object']]);
  const headers = { 'content-type': 'application/json' };
  const removed = await app.inject({ method: 'DELETE', url: '/things/1', headers, payload: '' });
  expect(removed.statusCode).toBe(204);
});

test('a failure that passes says when to come again', async () => {
  const answer = await post(failing(new ServiceError(503, 'peer_unavailable', 'Away.')), { name: 'x' });
  expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '5']);
});

test('a body keeps its fields, also those that are called as notes are; unknown ones are let pass', async () => {
  const { app } = build();
  const { statusCode, body } = await post(app, { name: 'x', example: 'abc', sizes: [1], mood: 'unknown' });
  expect([statusCode, JSON.parse(body)]).toEqual([201, { name: 'x', example: 'abc', sizes: [1] }]);
});

test.each([
  [{}, ["body must have required property 'name'"]],
  [{ name: 1 }, ['body/name must be string']],
  [{ name: 'x', example: 'long' }, ['body/example must NOT have more than 3 characters']],
  [{ name: '', sizes: ['1'] }, ['body/name must NOT have fewer than 1 characters', 'body/sizes/0 must be integer']],
])('%j does not fit', async (body, details) => {
  const answer = await post(build().app, body);
  expect(answer.statusCode).toBe(400);
  expect(answer.json()).toEqual({
    message: 'The request does not fit the contract.',
    errorCode: 'invalid_request',
    details,
  });
});

test('a long list of mistakes is cut', async () => {
  const { details } = (await post(build().app, { name: 'x', sizes: Array(5000).fill('x') })).json();
  expect(details).toHaveLength(20);
});

test.each(['{"name":"a\\u0000b"}', '{"name":"\\ud83d"}', '{"name":"x","other":[{"deep":"\\udc00"}]}', '{"\\u0000":1}'])(
  'text that no database keeps as it is: %s',
  async (body) => {
    expect((await post(build().app, body)).json().message).toMatch('NUL character or half a surrogate pair');
    const { app } = build();
    expect((await app.inject('/things?kind=%00')).statusCode).toBe(400);
  },
);

test.each([101, 100_000])('what is nested %d deep is refused', async (depth) => {
  const nested = (levels: number) => `{"name":"x","other":${'['.repeat(levels)}${']'.repeat(levels)}}`;
  expect((await post(build().app, nested(depth))).json()).toEqual({
    message: 'Lists and objects are nested more than 100 deep.',
    errorCode: 'invalid_request',
  });
  expect((await post(build().app, nested(99))).statusCode).toBe(201);
});

test('queries and paths are converted, with defaults; a body is not', async () => {
  const { app } = build();
  const found = await app.inject('/things?limit=3&kind=1');
  expect([found.json(), found.headers['x-total-count']]).toEqual([{ limit: 3, kind: '1' }, '3']);
  expect((await app.inject('/things?kind=a')).json()).toEqual({ limit: 7, kind: 'a' });
  expect((await app.inject({ method: 'DELETE', url: '/things/1' })).statusCode).toBe(204);
  for (const url of ['/things', '/things?kind=a&limit=0', '/things?kind=a&kind=b', '/things?kind=a&limit=x']) {
    expect((await app.inject(url)).statusCode, url).toBe(400);
  }
  for (const id of ['0', 'x', '1.5', '-1']) {
    expect((await app.inject({ method: 'DELETE', url: `/things/${id}` })).statusCode, id).toBe(400);
  }
});

test('what a handler refuses', async () => {
  const answer = await build().app.inject({ method: 'DELETE', url: '/things/2' });
  expect([answer.statusCode, answer.json()]).toEqual([
    409,
    { message: 'It is used.', errorCode: 'conflict', details: ['thing 1'] },
  ]);
  const cause = new ServiceError(502, 'peer_answer', 'Words for the caller.', undefined, new Error('and not these'));
  expect((await post(failing(cause), { name: 'x' })).body).not.toContain('and not these');
});

test('what nobody foresaw is told to nobody', async () => {
  const answer = await post(failing(new Error('password=secret')), { name: 'x' });
  expect([answer.statusCode, answer.json()]).toEqual([
    500,
    { message: 'The service itself failed; its log says more.', errorCode: 'internal_error' },
  ]);
});

test.each([
  ['SQLITE_BUSY', 'database_busy', 'The database is kept busy by others; try again.'],
  ['SQLITE_FULL', 'storage_full', 'The database cannot be written: its disk may be full.'],
  ['55P03', 'database_busy', 'The database is kept busy by others; try again.'],
  ['53100', 'storage_full', 'The database cannot be written: its disk may be full.'],
])('what a database fails with, %s, is named', async (code, errorCode, message) => {
  const answer = await post(failing(Object.assign(new Error('secret'), { code })), { name: 'x' });
  expect([answer.statusCode, answer.json()]).toEqual([500, { message, errorCode }]);
});

test('an answer that the contract does not know is no answer', async () => {
  const { app } = build({ handlers: { ...handlers, makeThing: async () => ({ status: 201, body: {} }) } });
  expect((await post(app, { name: 'x' })).statusCode).toBe(500);
});

test.each([
  ['malformed JSON', '{"name":', 'application/json', 400, 'invalid_request'],
  ['no JSON', '<a/>', 'application/xml', 415, 'unsupported_media_type'],
  ['too much', JSON.stringify({ name: 'x'.repeat(300) }), 'application/json', 413, 'too_large'],
  ['an empty body', '', 'application/json', 400, 'invalid_request'],
  ['a prototype', '{"name":"x","__proto__":{"admin":true}}', 'application/json', 400, 'invalid_request'],
])('%s', async (_, payload, type, status, errorCode) => {
  const { app } = build({ bodyLimit: 200 });
  const answer = await post(app, payload, type);
  expect([answer.statusCode, answer.json().errorCode]).toEqual([status, errorCode]);
});

test('a route that is not there', async () => {
  const answer = await build().app.inject('/nowhere?secret=1');
  expect([answer.statusCode, answer.json()]).toEqual([
    404,
    { message: 'There is no GET /nowhere.', errorCode: 'no_such_route' },
  ]);
});

test('a request keeps the id that the gateway gave it; a strange one is replaced', async () => {
  const { app } = build();
  const idOf = async (headers: Record<string, string>) =>
    (await app.inject({ url: '/health', headers })).headers['x-request-id'];
  expect(await idOf({ 'x-request-id': 'abc-1.2' })).toBe('abc-1.2');
  expect(await idOf({ 'kong-request-id': 'kong#1' })).toBe('kong#1');
  expect(await idOf({ 'x-request-id': 'a b"\\' })).toMatch(/^[0-9a-f-]{36}$/);
});

test('/ready: the database is decisive, peers are not', async () => {
  const peers = [
    { name: 'store', state: () => 'unreachable' },
    { name: 'other', state: () => 'reachable' },
  ];
  const ready = await build({ peers }).app.inject('/ready');
  expect([ready.statusCode, ready.json()]).toEqual([
    200,
    { status: 'ready', database: 'ready', peers: { store: 'unreachable', other: 'reachable' } },
  ]);
  const without = build({ check: () => Promise.reject(new Error('gone')) });
  const logged = vi.spyOn(without.app.log, 'error');
  const answer = await without.app.inject('/ready');
  expect(logged.mock.calls[0]?.[0]).toMatchObject({ message: 'gone' });
  expect([answer.statusCode, answer.json()]).toEqual([
    503,
    { status: 'unavailable', database: 'unavailable', peers: {} },
  ]);
  expect((await without.app.inject('/health')).json()).toEqual({ status: 'healthy' });
});

test('/metrics counts requests by route', async () => {
  const { app } = build();
  await app.inject({ method: 'DELETE', url: '/things/1' });
  expect((await app.inject('/metrics')).body).toMatch(
    /http_request_duration_seconds_count\{route="\/things\/:thingId",method="DELETE",status="204"\} \d/,
  );
});

test('while it drains, it serves on, says that it is not ready, and keeps no connection', async () => {
  const { app, drain } = build();
  drain();
  const ready = await app.inject('/ready');
  expect([ready.statusCode, ready.json().status]).toEqual([503, 'draining']);
  const served = await app.inject('/things?kind=a');
  expect([served.statusCode, served.headers.connection]).toEqual([200, 'close']);
});
