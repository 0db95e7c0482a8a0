import { expect, test } from 'vitest';
import { createInstance, fakeOperations, web } from '../web-fakes.ts';

test.each([
  ['localhost', 200],
  ['localhost:8000', 200],
  ['LOCALHOST:1', 200],
  ['127.0.0.1:8000', 200],
  ['[::1]:8000', 200],
  ['control.example', 200],
  ['10.0.0.5:8000', 200],
  ['evil.example', 421],
  ['localhost.evil.example', 421],
  ['localhost@evil.example', 421],
  ['127.0.0.1/evil', 421],
])('a call to host %j gets %i', async (host, status) => {
  const env = { ALLOWED_HOSTS: 'control.example', HOST: '10.0.0.5', CONTROL_API_TOKEN: 'a-token-of-this-test' };
  const app = await web({ env });
  const answer = await app.inject({ url: '/health', headers: { host } });
  expect(answer.statusCode).toBe(status);
  if (status === 421) expect(answer.json()).toMatchObject({ status: 'error', code: 'host_not_allowed' });
});

test.each([
  [{ host: 'localhost:8000', origin: 'http://localhost:8000' }, 200],
  [{ host: 'localhost:8000', 'sec-fetch-site': 'same-origin' }, 200],
  [{ host: 'localhost:8000', 'sec-fetch-site': 'none' }, 200],
  [{ host: 'localhost:8000', origin: 'http://localhost:3000' }, 403],
  [{ host: 'localhost:8000', origin: 'http://127.0.0.1:8000' }, 403],
  [{ host: 'localhost:8000', origin: 'https://evil.example' }, 403],
  [{ host: 'localhost:8000', origin: 'null' }, 403],
  [{ host: 'localhost:8000', 'sec-fetch-site': 'cross-site' }, 403],
])('a page that sends %j gets %i, and never a CORS header', async (headers, status) => {
  const operations = fakeOperations();
  const app = await web({ operations });
  const answer = await app.inject({ ...createInstance, headers });
  expect(answer.statusCode).toBe(status);
  if (status === 403) expect(answer.json().code).toBe('cross_site_refused');
  expect(operations.started).toHaveLength(status === 200 ? 1 : 0);
  expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
});

test.each([
  ['text/plain', '{}'],
  ['application/x-www-form-urlencoded', 'a=b'],
  ['multipart/form-data; boundary=x', '--x--'],
  ['application/jsonp', '{}'],
  ['text/plain', ''],
  [undefined, ''],
])('a changing call with content type %s and body %j gets 415', async (type, payload) => {
  const app = await web();
  const headers = type === undefined ? {} : { 'content-type': type };
  const answer = await app.inject({ ...createInstance, payload, headers });
  expect(answer.statusCode).toBe(415);
  expect(answer.json().code).toBe('unsupported_media_type');
});

test('a charset behind the content type is fine', async () => {
  const headers = { 'content-type': 'Application/JSON; charset=utf-8' };
  const app = await web();
  const answer = await app.inject({ ...createInstance, payload: JSON.stringify(createInstance.payload), headers });
  expect(answer.statusCode).toBe(200);
});
