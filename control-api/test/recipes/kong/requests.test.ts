import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { routeRequests } from '../../../src/recipes/kong/requests.ts';

const guard = { name: 'key-auth' };
const service = (routes: object[], more: object = {}) => ({ name: 's', routes, ...more });
const requests = (services: object[], more: object = { plugins: [guard] }) =>
  routeRequests(stringify({ _format_version: '3.0', services, ...more }));
const told = (...routes: object[]) =>
  requests([service(routes)]).map(({ method, scheme, host, path }) => `${method} ${scheme}://${host}${path}`);
const hosts = ['a.example'];

describe('the request that shows a route', () => {
  test.each<[what: string, route: object, request: string]>([
    ['of any method and path', { hosts }, 'GET http://a.example/'],
    ['of a prefix', { hosts, paths: ['/scripts'] }, 'GET http://a.example/scripts'],
    ['of an expression', { hosts, paths: ['~/scripts$'] }, 'GET http://a.example/scripts'],
    ['with a variable part', { hosts, paths: ['~/scripts/[^/]+$'] }, 'GET http://a.example/scripts/1'],
    ['with a named part', { hosts, paths: ['~/scripts/(?<id>[^/]+)/text$'] }, 'GET http://a.example/scripts/1/text'],
    ['with digits', { hosts, paths: ['~/scripts/\\d+\\.json$'] }, 'GET http://a.example/scripts/1.json'],
    ['with alternatives', { hosts, paths: ['~/(?:scripts|texts)$', '~/texts$'] }, 'GET http://a.example/texts'],
    ['for https alone', { hosts, protocols: ['https'] }, 'GET https://a.example/'],
    ['for both', { hosts, protocols: ['http', 'https'] }, 'GET http://a.example/'],
    ['without GET', { hosts, methods: ['OPTIONS', 'POST'] }, 'POST http://a.example/'],
    ['with a wildcard before a name', { hosts: ['*.example', 'b.example'] }, 'GET http://b.example/'],
  ])('%s', (_, route, request) => {
    expect(told(route)).toEqual([request]);
  });

  test('is the shortest path, read before written', () => {
    const write = { hosts, methods: ['POST'], paths: ['~/a$'] };
    const read = { hosts, methods: ['GET'], paths: ['~/a/b/(?<id>[^/]+)$', '~/a/b$'] };
    expect(told(write, read)).toEqual(['GET http://a.example/a/b']);
  });

  test('is one for each service', () => {
    const of = (name: string) => ({ name, routes: [{ hosts: [`${name}.example`] }, { hosts: ['more.example'] }] });
    expect(requests([of('a'), of('b')]).map(({ service: name, host }) => [name, host])).toEqual([
      ['a', 'a.example'],
      ['b', 'b.example'],
    ]);
  });
});

describe('there is none', () => {
  test.each<[string, object]>([
    ['without a host name', { paths: ['/'] }],
    ['with wildcards alone', { hosts: ['*.example'] }],
    ['for OPTIONS alone', { hosts, methods: ['OPTIONS'] }],
    ['where a header decides', { hosts, headers: { 'x-version': ['2'] } }],
    ['where the name in the handshake decides', { hosts, snis: ['a.example'] }],
    ['where the caller’s address decides', { hosts, sources: [{ ip: '10.0.0.0/8' }] }],
    ['where no path is found', { hosts, paths: ['~/a(?=b)c$', '~/(?P<id>x)$', '~/[a-z]{3}$'] }],
  ])('%s', (_, route) => {
    expect(told(route)).toEqual([]);
  });

  test.each<[string, object, object?]>([
    ['without key-auth', {}, {}],
    ['with key-auth switched off', { plugins: [{ ...guard, enabled: false }] }, {}],
    ['where somebody without a key is let in', { plugins: [{ ...guard, config: { anonymous: 'guest' } }] }, {}],
    ['with key-auth of another service', {}, { plugins: [{ ...guard, service: 'other' }] }],
  ])('%s', (_, more, top) => {
    expect(requests([service([{ hosts }], more)], top)).toEqual([]);
  });

  test.each(['', 'no: [yaml', '- list', 'services: 1', 'services: [{ name: a, routes: [{ hosts: 1 }] }]'])(
    'in %j',
    (text) => {
      expect(routeRequests(text)).toEqual([]);
    },
  );
});

describe('the most specific key-auth decides', () => {
  const open = { name: 'key-auth', config: { anonymous: 'guest' } };
  const off = { name: 'key-auth', enabled: false };
  test.each<[what: string, ofRoute: object[], ofService: object[], top: object[], asked: number]>([
    ['the service lets in whom the gateway does not', [], [open], [guard], 0],
    ['the route lets in whom the gateway does not', [open], [], [guard], 0],
    ['the route lets in whom the service does not', [open], [guard], [], 0],
    ['the route keeps out whom the service lets in', [guard], [open], [], 1],
    ['one that is switched off decides nothing', [off], [], [guard], 1],
    ['one at the top for the service', [], [], [guard, { ...open, service: 's' }], 0],
    ['one at the top for the service by its name', [], [], [guard, { ...open, service: { name: 's' } }], 0],
    ['one at the top for the route', [], [], [guard, { ...open, route: 'r' }], 0],
  ])('%s', (_, ofRoute, ofService, plugins, asked) => {
    const routes = [{ name: 'r', hosts, plugins: ofRoute }];
    expect(requests([service(routes, { plugins: ofService })], { plugins })).toHaveLength(asked);
  });
});

test.each([
  ['service', { plugins: [guard] }, {}],
  ['route', {}, { plugins: [guard] }],
])('key-auth of the %s counts', (_, ofService, ofRoute) => {
  expect(requests([service([{ hosts, ...ofRoute }], ofService)], {})).toHaveLength(1);
});
