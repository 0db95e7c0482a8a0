import { expect, test } from 'vitest';
import { readConfiguration } from '../../../src/stand-ins/kong/proxy/configuration.ts';
import { normalPath, servicePath } from '../../../src/stand-ins/kong/proxy/paths.ts';
import { createRouter } from '../../../src/stand-ins/kong/proxy/router.ts';
import { oneService, startKong, startService } from './world.ts';

interface RouteText {
  [field: string]: unknown;
}

function find(routes: Record<string, RouteText>, asked: string, headers: Record<string, string[]> = {}) {
  const [method = '', host = '', path = ''] = asked.split(' ');
  const named = Object.entries(routes).map(([name, route]) => ({ name, ...route }));
  const router = createRouter(readConfiguration({ services: [{ name: 's', host: 'h', routes: named }] }).routes);
  return router({ method, host, path, scheme: 'http', headers })?.route.name;
}

test.each<[what: string, routes: Record<string, RouteText>, asked: string, found: string | undefined]>([
  ['its method', { a: { methods: ['GET'], paths: ['/'] } }, 'POST x /', undefined],
  ['its host', { a: { hosts: ['a.test'] } }, 'GET b.test /', undefined],
  ['a host in any letters', { a: { hosts: ['A.test'] } }, 'GET a.test /', 'a'],
  ['a host with any port', { a: { hosts: ['a.test'] } }, 'GET a.test:8080 /', 'a'],
  ['a host with its port', { a: { hosts: ['a.test:80'] } }, 'GET a.test /', 'a'],
  ['a host with another port', { a: { hosts: ['a.test:81'] } }, 'GET a.test /', undefined],
  ['a wildcard', { a: { hosts: ['*.test'] } }, 'GET a.test /', 'a'],
  ['a wildcard at the end', { a: { hosts: ['a.*'] } }, 'GET a.test:8080 /', 'a'],
  ['a name before a wildcard', { a: { hosts: ['*.test'] }, b: { hosts: ['a.test'] } }, 'GET a.test /', 'b'],
  ['who asks for more', { a: { paths: ['/x'] }, b: { paths: ['/'], methods: ['GET'] } }, 'GET a /x', 'b'],
  ['the longer path', { a: { paths: ['/x'] }, b: { paths: ['/x/y'] } }, 'GET a /x/y/z', 'b'],
  ['a prefix, within a segment too', { a: { paths: ['/x'] } }, 'GET a /xy', 'a'],
  [
    'an expression before a prefix',
    { a: { paths: ['/x/long/path'] }, b: { paths: ['~/x'] } },
    'GET a /x/long/path',
    'b',
  ],
  [
    'the expression of the higher priority',
    { a: { paths: ['~/x/.*'] }, b: { paths: ['~/x'], regex_priority: 1 } },
    'GET a /x/y',
    'b',
  ],
  ['an expression from the start only', { a: { paths: ['~/x$'] } }, 'GET a /y/x', undefined],
  ['an expression with names', { a: { paths: ['~/x/(?<id>[^/]+)$'] } }, 'GET a /x/1', 'a'],
  ['one of several paths', { a: { paths: ['/y', '~/x/\\d+$'] } }, 'GET a /x/12', 'a'],
])('a route is found by %s', (_, routes, asked, found) => {
  expect(find(routes, asked)).toBe(found);
});

test('a route is found by headers, the more the better', () => {
  const routes = {
    a: { headers: { 'X-Version': ['2', 'two'] } },
    b: { headers: { 'x-version': ['2'], 'x-more': ['1'] } },
  };
  expect(find(routes, 'GET a /', { 'x-version': ['TWO'] })).toBe('a');
  expect(find(routes, 'GET a /', { 'x-version': ['2'], 'x-more': ['1'] })).toBe('b');
  expect(find(routes, 'GET a /', { 'x-version': ['3'] })).toBeUndefined();
});

test.each([
  ['/', '/'],
  ['/a//b/', '/a/b/'],
  ['/a/./b/../c', '/a/c'],
  ['/../..', '/'],
  ['/%61%2f%7e', '/a%2F~'],
])('the normal form of %s is %s', (path, normal) => {
  expect(normalPath(path)).toBe(normal);
});

test.each<[base: string, path: string, prefix: string | undefined, to: string]>([
  ['/', '/x/y', undefined, '/x/y'],
  ['/base', '/x', undefined, '/base/x'],
  ['/base', '/', undefined, '/base'],
  ['/base/', '/x', undefined, '/base/x'],
  ['/', '/x/y', '/x', '/y'],
  ['/', '/x', '/x', '/'],
  ['/base', '/x/', '/x/', '/base/'],
  ['/base', '/xy', '/x', '/base/y'],
])('base %s and path %s without %s make %s', (base, path, prefix, to) => {
  expect(servicePath(base, path, prefix)).toBe(to);
});

test('what the service gets, and what the client gets back', async () => {
  const service = await startService();
  const kong = await startKong(oneService([service.target], { route: { paths: ['/api'], strip_path: false } }));
  const answer = await kong.ask('/api//a%2Fb?q=1&q=2', {
    method: 'POST',
    body: 'hello',
    headers: { 'x-forwarded-for': '10.0.0.1', connection: 'close, x-secret', 'x-secret': '1', te: 'gzip' },
  });
  expect(answer.status).toBe(200);
  expect(answer.json).toMatchObject({
    ...{ method: 'POST', url: '/api/a%2Fb?q=1&q=2', body: 'hello' },
    headers: {
      ...{ host: service.target, connection: 'keep-alive', 'content-length': '5', via: '1.1 kong/3.9.3' },
      ...{ 'x-forwarded-for': '10.0.0.1, 127.0.0.1', 'x-real-ip': '127.0.0.1', 'x-forwarded-proto': 'http' },
      ...{ 'x-forwarded-host': 'a.test', 'x-forwarded-port': '80', 'x-forwarded-path': '/api//a%2Fb' },
    },
  });
  expect(answer.json.headers).not.toHaveProperty('x-secret');
  expect(answer.json.headers).not.toHaveProperty('te');
  expect(answer.headers).toMatchObject({
    ...{ via: '1.1 kong/3.9.3', server: 'kong/3.9.3', 'x-kong-request-id': expect.stringMatching(/^[\da-f]{32}$/) },
    ...{ 'x-kong-upstream-latency': expect.any(String), 'x-kong-proxy-latency': expect.any(String) },
  });
  expect(answer.json.headers['x-kong-request-id']).toBe(answer.headers['x-kong-request-id']);
});

test('strip_path, preserve_host and the path of the service', async () => {
  const service = await startService();
  const more = { service: { path: '/base' }, route: { paths: ['/api'], preserve_host: true } };
  const kong = await startKong(oneService([service.target], more));
  expect((await kong.ask('/api/x?y')).json).toMatchObject({
    url: '/base/x?y',
    headers: { host: 'a.test', 'x-forwarded-prefix': '/api' },
  });
});

test('no route, no https, no service: in the words of Kong', async () => {
  const kong = await startKong(oneService(['127.0.0.1:1'], { route: { protocols: ['https'] } }));
  const nowhere = await kong.ask('/', { host: 'b.test' });
  expect(nowhere).toMatchObject({
    ...{ status: 404, json: { message: 'no Route matched with those values', request_id: expect.any(String) } },
    headers: { 'content-type': 'application/json; charset=utf-8', server: 'kong/3.9.3' },
  });
  expect(nowhere.headers).toHaveProperty('x-kong-response-latency');
  const plain = await kong.ask('/', { host: 'b.test', headers: { accept: 'text/plain' } });
  expect(plain.text).toMatch(/^no Route matched with those values\nrequest_id: [\da-f]{32}\n$/);
  expect(await kong.ask('/')).toMatchObject({ status: 426, headers: { upgrade: 'TLS/1.2, HTTP/1.1' } });
  kong.load(oneService([], { route: { protocols: ['https'], https_redirect_status_code: 308 } }));
  expect(await kong.ask('/x?y=1', { host: 'a.test:8080' })).toMatchObject({
    ...{ status: 308, text: '', headers: { location: 'https://a.test/x?y=1' } },
  });
  kong.load({ routes: [{ name: 'alone', paths: ['/'] }] });
  expect(await kong.ask('/')).toMatchObject({ status: 503, json: { message: 'no Service found with those values' } });
  kong.load({ services: [{ name: 'away', host: 'h', enabled: false, routes: [{ paths: ['/'] }] }] });
  expect((await kong.ask('/')).status).toBe(404);
});
