import { expect, test } from 'vitest';
import {
  checkConf,
  checkDeclarative,
  configurationHash,
  createAdminApi,
  createGateway,
  createStatusApi,
  EMPTY_HASH,
  portsTaken,
  readConf,
  refusalToStart,
  runKong,
} from '../../src/stand-ins/kong/index.ts';

const PLUGINS = ['key-auth', 'acl', 'rate-limiting', 'cors', 'http-log', 'ip-restriction', 'request-size-limiting'];
const GOOD = `_format_version: "3.0"
services:
- name: hello
  url: http://127.0.0.1:8080/base
  routes:
  - name: hello
    paths: [/hello, ~/v\\d+$]
  plugins:
  - name: key-auth
  - name: rate-limiting
    config: {minute: 5, hour: 100, policy: local}
upstreams:
- name: apps
  targets:
  - target: 10.0.0.1:8080
    weight: 0
  - target: 10.0.0.2:8080
consumers:
- username: story
  keyauth_credentials:
  - key: abc
  acls:
  - group: readers
plugins:
- name: cors
  config: {origins: ["*"], methods: [GET]}
`;

const check = (text: string) => checkDeclarative(text, PLUGINS);
const service = (fields: string) => `_format_version: "3.0"\nservices:\n- name: a\n${fields}`;

test('a good configuration', () => {
  expect(check(GOOD)).toBeUndefined();
  expect(check(GOOD.replace('"3.0"', '"2.1"'))).toBeUndefined();
});

test('YAML and its head, in the words of Kong', () => {
  expect(check('a: b: c')).toBe(
    'failed parsing declarative configuration: 1:5: mapping values are not allowed in this context',
  );
  expect(check('a: b\n  c: d')).toBe(
    'failed parsing declarative configuration: 2:4: mapping values are not allowed in this context',
  );
  expect(check('')).toBe('failed parsing declarative configuration: expected an object');
  expect(check('just words')).toBe('failed parsing declarative configuration: expected an object');
  expect(check('services: *nowhere')).toMatch(/^failed parsing declarative configuration: .*nowhere/);
  expect(check('_format_version: 3.0')).toBe("in '_format_version': expected a string");
  expect(check('_format_version: "4.0"')).toBe("in '_format_version': expected one of: 1.1, 2.1, 3.0");
  expect(check('services: []')).toBe("in '_format_version': required field missing");
  expect(check('_format_version: "3.0"\nrouts: []')).toBe("in 'routs': unknown field");
});

test.each([
  ['  protocol: gopher\n  host: h', "in 'protocol': expected one of: grpc, grpcs, http, https, tcp, tls, "],
  ['  path: /x', "in 'host': required field missing"],
  ['  url: /no/host', "in 'host': required field missing"],
  ['  host: a b', "in 'host': invalid value: a b"],
  ['  host: h:80', "in 'host': must not have a port"],
  ['  host: h\n  port: 70000', "in 'port': value should be between 0 and 65535"],
  ['  host: h\n  port: "80"', "in 'port': expected an integer"],
  ['  host: h\n  path: a', "in 'path': should start with: /"],
  ['  host: h\n  retry: 1', "in 'retry': unknown field"],
  [
    '  host: h\n  routes: [{name: r}]',
    "must set one of 'methods', 'hosts', 'headers', 'paths', 'snis' when 'protocols'",
  ],
  ['  host: h\n  routes: [{paths: [x]}]', 'invalid value: should start with: / (fixed path) or ~/ (regex path)'],
  ['  host: h\n  routes: [{paths: ["~/("]}]', "invalid regex: '/('"],
  ['  host: h\n  routes: [{paths: [/a/../b]}]', "non-normalized path, consider use '/b' instead"],
  ['  host: h\n  routes: [{methods: [get], paths: [/]}]', "in 'methods':"],
  [
    '  host: h\n  plugins: [{name: acme}]',
    "in 'name': plugin 'acme' not enabled; add it to the 'plugins' configuration property",
  ],
  [
    '  host: h\n  plugins: [{name: rate-limiting}]',
    "at least one of these fields must be non-empty: 'config.second', ",
  ],
  [
    '  host: h\n  plugins: [{name: acl, config: {allow: [a], deny: [b]}}]',
    'exactly one of these fields must be non-empty',
  ],
  ['  host: h\n  plugins: [{name: http-log}]', "in 'http_endpoint': required field missing"],
  ['  host: h\n  plugins: [{name: cors, config: {origin: x}}]', "in 'origin': unknown field"],
  [
    '  host: h\n  plugins: [{name: rate-limiting, config: {minute: 5, hour: 1}}]',
    'The limit for hour(1.0) cannot be lower than the limit for minute(5.0)',
  ],
])('a service with %j', (fields, said) => {
  expect(check(service(fields))).toContain(said);
});

test('where it is wrong is told as Kong prints it', () => {
  expect(check(service('  host: h\n  plugins:\n  - name: key-auth\n  - name: nope'))).toBe(
    [
      "in 'services':",
      "  - in entry 1 of 'services':",
      "    in 'plugins':",
      "      - in entry 2 of 'plugins':",
      "        in 'name': plugin 'nope' not enabled; add it to the 'plugins' configuration property",
    ].join('\n'),
  );
});

test('names that are there twice, and names that lead nowhere', () => {
  expect(check(`${service('  host: h')}\n- name: a\n  host: h`)).toBe(
    "in 'services':\n  - in entry 2 of 'services': uniqueness violation: 'services' entity with name set to 'a' already declared",
  );
  expect(check(`${GOOD}routes:\n- name: lost\n  paths: [/]\n  service: nowhere`)).toBe(
    "in 'routes':\n  in 'lost':\n    - in entry 1 of 'lost': invalid reference 'service: nowhere' (no such entry in 'services')",
  );
  expect(check(`${GOOD}routes:\n- name: found\n  paths: [/]\n  service: hello`)).toBeUndefined();
  const twice = '_format_version: "3.0"\nupstreams:\n- name: u\n  targets: [{target: "a:1"}, {target: "a:1"}]';
  expect(check(twice)).toContain("- in entry 2 of 'targets': uniqueness violation: 'targets' entity with primary key");
});

test('kong.conf: what Kong goes by, and what it refuses', () => {
  const conf = readConf(
    'database = off # none\nproxy_listen = 0.0.0.0:80 reuseport backlog=16384, 0.0.0.0:443 http2 ssl\nplugins = cors, acl\nunknown = 1\n',
  );
  expect(conf).toMatchObject({
    database: 'off',
    plugins: ['cors', 'acl'],
    proxyListen: [
      { host: '0.0.0.0', port: 80, ssl: false },
      { host: '0.0.0.0', port: 443, ssl: true },
    ],
    statusListen: [{ host: '127.0.0.1', port: 8007, ssl: false }],
  });
  expect(checkConf('database = of')).toBe("database has an invalid value: 'of' (postgres, cassandra, off)");
  expect(checkConf('anonymous_reports = maybe')).toBe("anonymous_reports is not a boolean: 'maybe'");
  expect(checkConf('proxy_listen = 80')).toMatch(/^proxy_listen must be of form: \[off\] \| <ip>:<port> \[ssl\]/);
  expect(readConf('plugins = bundled')).toMatchObject({ plugins: expect.arrayContaining(['acme', 'http-log']) });
});

test('the program: version, check, config parse', () => {
  const files: Record<string, string> = {
    '/etc/kong/kong.conf': 'database = off\nplugins = cors',
    '/good.yml': '_format_version: "3.0"\n',
    '/bad.yml': 'services: 1',
    '/odd.yml.next': '_format_version: "3.0"\n',
    '/usr/local/kong/.kong_env': 'database = off\nplugins = acl',
  };
  const run = (...words: string[]) => runKong(words, (path) => files[path]);
  expect(run('version')).toEqual({ exit: 0, out: '3.9.3\n', err: '' });
  expect(run('check', '/etc/kong/kong.conf')).toMatchObject({
    exit: 0,
    out: 'configuration at /etc/kong/kong.conf is valid\n',
  });
  const parse = (...words: string[]) =>
    run('config', 'parse', ...words, '-c', '/etc/kong/kong.conf', '-p', '/tmp/prefix');
  expect(parse('/good.yml')).toEqual({ exit: 0, out: 'parse successful\n', err: '' });
  expect(parse('/bad.yml')).toEqual({
    exit: 1,
    out: '',
    err: "Error: Failed parsing:\nin '_format_version': required field missing\nin 'services': expected an array\n\n  Run with --v (verbose) or --vv (debug) for more details\n",
  });
  expect(parse('/odd.yml.next').err).toContain('unknown file type: /odd.yml.next. (Accepted types: json, yaml)');
  expect(parse('/gone.yml').err).toContain('/gone.yml: No such file or directory');
  expect(run('config', 'parse', '/good.yml', '-c', '/none.conf').err).toContain('no file at: /none.conf');
  files['/plugin.yml'] = '_format_version: "3.0"\nplugins: [{name: cors}]';
  expect(parse('/plugin.yml').exit).toBe(0);
  // With the prefix of the running one, the running one's plugins count.
  expect(run('config', 'parse', '/plugin.yml', '-c', '/etc/kong/kong.conf').err).toContain("plugin 'cors' not enabled");
});

test('why it does not start', () => {
  const read = (path: string) => (path === '/etc/kong/kong.yml' ? 'services: 1' : undefined);
  const conf = 'database = off\ndeclarative_config = /etc/kong/kong.yml\n';
  expect(refusalToStart(conf, read)).toContain('error parsing declarative config file /etc/kong/kong.yml:\nin ');
  expect(refusalToStart(`${conf}plugins = nope\n`, read)).toContain('nope plugin is enabled but not installed');
  expect(refusalToStart('database = off\n', read)).toBeUndefined();
  expect(portsTaken(['0.0.0.0:80']).split('\n')).toEqual([
    ...Array(5).fill('nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)'),
    'nginx: [emerg] still could not bind()',
    '',
  ]);
});

test('the APIs: ready once something is loaded, which the hash tells', async () => {
  const gateway = createGateway();
  expect(gateway.hash).toBe(EMPTY_HASH);
  const status = createStatusApi({ gateway, version: '3.9.3' });
  const admin = createAdminApi({ gateway, plugins: PLUGINS, version: '3.9.3' });
  const [s, a] = await Promise.all([status, admin].map((api) => api.listen([{ host: '127.0.0.1', port: 0 }])));
  const get = (path: string) => fetch(`http://127.0.0.1:${s?.[0]?.port}${path}`);
  const post = async (body: string, query = '?check_hash=1') => {
    const headers = { 'content-type': 'application/yaml' };
    const answer = await fetch(`http://127.0.0.1:${a?.[0]?.port}/config${query}`, { method: 'POST', body, headers });
    return { status: answer.status, body: await answer.text() };
  };
  expect((await get('/status/ready')).status).toBe(503);
  expect(await (await get('/status')).json()).toMatchObject({ configuration_hash: '0'.repeat(32) });
  expect(await post('services: 1')).toMatchObject({
    status: 400,
    body: expect.stringContaining('required field missing'),
  });
  expect(await post('')).toMatchObject({ status: 400 });
  expect((await get('/status/ready')).status).toBe(503);
  expect((await post(GOOD)).status).toBe(201);
  expect((await post(GOOD)).status).toBe(304);
  expect((await post(GOOD, '')).status).toBe(201);
  expect((await get('/status/ready')).status).toBe(200);
  expect(await (await get('/status')).json()).toMatchObject({ configuration_hash: configurationHash(GOOD) });
  gateway.close();
  await Promise.all([status.close(), admin.close()]);
});
