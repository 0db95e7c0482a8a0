import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { generateKong } from '../../../../src/recipes/kong/generate/generate.ts';
import { makeApp, makeWish } from './stack.ts';

const service = (paths: object, spec: object = {}, manifest: object = {}) =>
  parse(generateKong(makeWish([makeApp(paths, { ...manifest, spec })])));
const routes = (paths: object, spec: object = {}) => service(paths, spec).services[0].routes;
const closing = { config: { status: 403 } };

describe('x-kong-* in a contract', () => {
  test('defaults and tags of service, upstream and routes', () => {
    const { services, upstreams } = service(
      { '/a': { get: {} } },
      {
        'x-kong-tags': ['story'],
        'x-kong-service-defaults': { read_timeout: 60_000, retries: 2 },
        'x-kong-upstream-defaults': { algorithm: 'least-connections' },
        'x-kong-route-defaults': { preserve_host: true, strip_path: true },
      },
    );
    expect(services[0]).toMatchObject({ tags: ['story'], read_timeout: 60_000, retries: 2, connect_timeout: 2000 });
    expect(services[0].routes[0]).toMatchObject({ tags: ['story'], preserve_host: true, strip_path: true });
    expect(upstreams[0]).toMatchObject({ tags: ['story'], algorithm: 'least-connections' });
  });

  test('a plugin at the root is the service’s, unless the manifest asks for one of its own', () => {
    const spec = { 'x-kong-plugin-rate-limiting': { config: { minute: 3 } }, 'x-kong-plugin-cors': { enabled: false } };
    const plugins = (manifest: object) => service({ '/a': { get: {} } }, spec, manifest).services[0].plugins;
    expect(plugins({})).toEqual([
      { enabled: false, name: 'cors' },
      { config: { minute: 3 }, name: 'rate-limiting' },
    ]);
    expect(plugins({ limits: { hour: 5 } })).toEqual([
      { name: 'rate-limiting', config: { hour: 5, limit_by: 'consumer', policy: 'local' } },
      { enabled: false, name: 'cors' },
    ]);
  });

  test('plugins of a path and of an operation are on a route of their own, the operation’s first', () => {
    const found = routes({
      '/a': { get: {}, 'x-kong-plugin-ip-restriction': { config: { status: 410 } } },
      '/b': { get: { 'x-kong-plugin-ip-restriction': closing }, post: {} },
      '/c': { get: {}, 'x-kong-plugin-cors': {}, post: { 'x-kong-plugin-cors': { config: { max_age: 1 } } } },
    });
    const rows = found.map(({ methods, paths, plugins }: Record<string, { name: string; config: unknown }[]>) => [
      methods?.[0],
      ...(paths ?? []),
      ...(plugins ?? []).flatMap(({ name, config }) => (name === 'acl' ? [] : [[name, config]])),
    ]);
    expect(rows).toEqual([
      ['GET', '~/a$', ['ip-restriction', { status: 410 }]],
      ['GET', '~/b$', ['ip-restriction', { status: 403 }]],
      ['POST', '~/b$'],
      ['GET', '~/c$', ['cors', undefined]],
      ['POST', '~/c$', ['cors', { max_age: 1 }]],
    ]);
    expect(new Set(found.map(({ name }: { name: string }) => name)).size).toBe(5);
  });

  test('a fixed path goes before one with a parameter where they differ, as OpenAPI has it', () => {
    const found = routes({
      '/a/{id}': { get: {} },
      '/a/fixed': { get: { 'x-kong-plugin-ip-restriction': closing } },
    });
    expect(found).toMatchObject([
      { paths: ['~/a/[^/]+$'], regex_priority: 100 },
      { paths: ['~/a/fixed$'], regex_priority: 200 },
    ]);
    expect(routes({ '/a/{id}': { get: {} }, '/a/fixed': { get: {} } })[0]).not.toHaveProperty('regex_priority');
  });

  test('no name is given twice, also where a contract counts by itself', () => {
    const named = (name: string) => ({ 'x-kong-name': name });
    const found = routes({ '/a': { get: named('list'), post: named('list') }, '/b': { get: named('list-2') } });
    expect(found.map(({ name }: { name: string }) => name)).toEqual([
      'thing-service.list',
      'thing-service.list-3',
      'thing-service.list-2',
    ]);
  });

  test('names of paths and operations name their routes', () => {
    const names = (paths: object) => routes(paths).map(({ name }: { name: string }) => name);
    expect(names({ '/a': { get: { 'x-kong-name': 'first' }, post: {} }, '/b': { get: {} } })).toEqual([
      'thing-service.first',
      'thing-service.post',
      'thing-service.get',
    ]);
    expect(
      names({ '/a': { 'x-kong-name': 'both', post: {}, put: {} }, '/b': { 'x-kong-name': 'both', put: {} } }),
    ).toEqual(['thing-service.both.post', 'thing-service.both.put']);
  });

  test('route defaults of the nearest place alone hold', () => {
    const found = routes(
      { '/a': { 'x-kong-route-defaults': { preserve_host: false }, get: {} }, '/b': { get: {} } },
      { 'x-kong-route-defaults': { request_buffering: false, preserve_host: true } },
    );
    expect(found).toMatchObject([{ preserve_host: false }, { preserve_host: true, request_buffering: false }]);
    expect(found[0]).not.toHaveProperty('request_buffering');
  });

  test('an acl of the contract is in place of the one by read and write', () => {
    const [route] = routes({ '/a': { get: { 'x-kong-plugin-acl': { config: { allow: ['staff'] } } } } });
    expect(route.plugins).toEqual([{ name: 'acl', config: { allow: ['staff'] } }]);
  });

  test('a plugin may stand elsewhere in the contract', () => {
    const [route] = routes(
      { '/a': { get: { 'x-kong-plugin-ip-restriction': { $ref: '#/components/x-kong/plugins/closed' } } } },
      { components: { 'x-kong': { plugins: { closed: closing } } } },
    );
    expect(route.plugins[1]).toEqual({ ...closing, name: 'ip-restriction' });
  });

  test('a plugin stays with its route and service, whatever it says', () => {
    const [route] = routes({
      '/a': { get: { 'x-kong-plugin-cors': { service: 'other', route: 'other', enabled: true } } },
    });
    expect(route.plugins[1]).toEqual({ name: 'cors', enabled: true });
  });
});
