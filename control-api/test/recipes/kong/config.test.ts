import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { kongPlugins } from '../../../src/lib/kong-plugins.ts';
import { kongCredentials, renderKongConfig } from '../../../src/recipes/kong/config.ts';
import { kongDifference } from '../../../src/recipes/kong/difference.ts';

const committed = readFileSync(new URL('../../../../kong/kong.yml', import.meta.url), 'utf8');
const render = (text: string, appsIp?: string) => renderKongConfig(text, 'kong.yml', appsIp);
const small = '_format_version: "3.0"\nservices: [{ name: a, url: "http://127.0.0.1:8101" }]\n';

describe('the committed configuration', () => {
  const { services, upstreams, plugins } = parse(committed);

  test('has the five story services by the names of their contract, each with its host and few routes', () => {
    const rows = services.map(({ name, routes }: { name: string; routes: { name: string; hosts: string[] }[] }) => [
      name,
      routes.map((route) => route.name.slice(name.length)).join(' '),
      [...new Set(routes.flatMap(({ hosts }) => hosts.map((host) => host.replace(/\..*/, ''))))],
    ]);
    expect(rows).toEqual([
      ['central-sequence-service', '.get .post .put', ['centralsequence']],
      ['character-management-service', '.get .post .put-delete', ['character']],
      ['core-script-management-service', '.get .post .put-delete', ['scriptmanagement']],
      ['session-context-management-service', '.get .post .put-delete', ['sessioncontext']],
      ['story-factory-service', '.get', ['storyfactory']],
    ]);
  });

  test('sends each service to an upstream of its own, on two ports of its own', () => {
    expect(services.map(({ host }: { host: string }) => host)).toEqual(
      upstreams.map(({ name }: { name: string }) => name),
    );
    const targets = upstreams.flatMap((upstream: { targets: { target: string }[] }) => upstream.targets);
    expect(new Set(targets.map(({ target }: { target: string }) => target)).size).toBe(10);
  });

  test('uses only plugins that are loaded on the host, and holds no credentials', () => {
    for (const { name } of plugins) expect(Object.keys(kongPlugins)).toContain(name);
    expect(committed).not.toMatch(/^\s*(- )?(key|password|secret|cert|consumers|keyauth_credentials):/m);
  });

  test('stays byte for byte as it is without apps_ip', () => {
    expect(render(committed).text).toBe(committed);
  });

  test('sends everything to apps_ip when there is one, and keeps its comments', () => {
    const { text } = render(committed, '172.26.0.5');
    expect(text.match(/172\.26\.0\.5:810\d/g)).toHaveLength(5);
    expect(text).toContain('# Generated from deploy-manifests');
    expect(parse(text)).toEqual(parse(committed.replaceAll('127.0.0.1:8', '172.26.0.5:8')));
    expect(render(committed, '172.26.0.5')).toEqual(render(committed, '172.26.0.5'));
  });
});

describe('apps_ip', () => {
  test('takes the place of the address only where requests are sent to', () => {
    const text = [
      '_format_version: "3.0"',
      'services:',
      '  - { name: a, url: "http://127.0.0.1:8101/base" }',
      '  - { name: b, host: 127.0.0.1, port: 8102 }',
      '  - { name: c, host: c.upstream, routes: [{ name: 127.0.0.1, hosts: [127.0.0.1] }] }',
      '  - { name: d, url: "http://127.0.0.10:8101", tags: [127.0.0.1] }',
      'upstreams: [{ name: c.upstream, targets: [{ target: "127.0.0.1:8103" }, { target: "127.0.0.11:8103" }] }]',
      'plugins: [{ name: ip-restriction, config: { allow: [127.0.0.1], constructor: 127.0.0.1 } }]',
    ].join('\n');
    const rendered = render(text, '172.26.0.5').text;
    expect(rendered.match(/172\.26\.0\.5/g)).toHaveLength(3);
    expect(rendered.replaceAll('172.26.0.5', '127.0.0.1').trimEnd()).toBe(text);
    expect(rendered).toContain('http://172.26.0.5:8101/base');
    expect(rendered).toContain('host: 172.26.0.5');
    expect(rendered).toContain('172.26.0.5:8103');
  });

  test('of the apps on Kong’s own host changes nothing', () => {
    expect(render(committed, '127.0.0.1').text).toBe(committed);
  });
});

test('what is written ends with one line feed, and its MD5 is of the same bytes', () => {
  expect(render(small.trimEnd())).toEqual(render(`${small}\n\n`));
  expect(render(small).text).toBe(small);
  expect(render(small.replaceAll('\n', '\r\n'))).toEqual(render(small));
  expect(render(small).md5).toBe('e288f17795a02ee89970a366c53037a6');
});

describe('a configuration is refused here, before any host is touched', () => {
  test.each<[string, string, string]>([
    ['bad indentation', '_format_version: "3.0"\nservices:\n  - name: a\n host: b\n', 'line 4, column 1'],
    ['an open bracket', '_format_version: "3.0"\nservices: [{ name: a }\n', 'line 3, column 1'],
    ['a tab', 'services:\n\t- name: a\n', 'line 2, column 1'],
    ['a key twice', '_format_version: "3.0"\nservices: []\nservices: []\n', 'line 3, column 1'],
    ['an alias without an anchor', '_format_version: "3.0"\nservices: *nothing\n', 'nothing'],
    ['a list', '- a\n', 'not a mapping'],
    ['nothing', '', 'not a mapping'],
    ['a word', 'kong', 'not a mapping'],
    ['two documents', `${small}---\n${small}`, 'multiple documents'],
    ['no _format_version', 'services: [{ name: a }]\n', '_format_version is missing'],
    ['_format_version as a number', '_format_version: 3.0\nservices: [{ name: a }]\n', '_format_version is 3'],
    ['an older format', '_format_version: "2.1"\nservices: [{ name: a }]\n', '_format_version is "2.1"'],
    ['no services', '_format_version: "3.0"\n', 'no services'],
    ['an empty list of services', '_format_version: "3.0"\nservices: []\n', 'no services'],
    ['a NUL character', `${small}# \0\n`, 'line 3 holds the control character U+0000'],
  ])('%s', (_, text, says) => {
    const refusal = expect.objectContaining({ code: 'kong_config_invalid', message: expect.stringContaining(says) });
    expect(() => render(text)).toThrow(refusal);
    expect(() => render(text, '172.26.0.5')).toThrow(refusal);
  });

  test('with file, line and column as details', () => {
    expect(() => render('services: [\n')).toThrow(
      expect.objectContaining({ details: [expect.objectContaining({ file: 'kong.yml', line: 2, column: 1 })] }),
    );
  });
});

describe('credentials', () => {
  const told = (...lines: string[]) => kongCredentials(lines.join('\n')).map((secret) => secret.reveal());

  test('are those of consumers, certificates and plugins, wherever they stand', () => {
    expect(
      told(
        'consumers: [{ username: reader, keyauth_credentials: [{ key: first-key, tags: [a-tag] }] }]',
        'basicauth_credentials: [{ username: writer, password: 12345678, consumer: { username: writer } }]',
        'jwt_secrets: [{ key: &issuer issuer, secret: "of\\nlines" }]',
        'certificates: [{ cert: public, key: private, snis: [{ name: a.example }] }]',
        'plugins:',
        '- name: http-log',
        '  config: { headers: { Authorization: Bearer 1 }, redis: { password: of-redis }, key_names: [apikey] }',
        '- { name: oauth2, config: { provision_key: provision, client_secret: [nested], access_token: a-token } }',
      ),
    ).toEqual([
      ...['first-key', '12345678', 'issuer', 'of\nlines', 'private', 'Bearer 1', 'of-redis'],
      ...['provision', 'nested', 'a-token'],
    ]);
  });

  test.each([[''], ['- list'], ['*nothing'], ['no: [yaml']])('of %j are none', (text) => {
    expect(told(text)).toEqual([]);
  });

  test('of a text that does not parse are found as far as they can be told', () => {
    expect(told('consumers:', '- { username: a, key: first }', '- username: b', '  key: "second')).toContain('first');
  });

  test('the committed configuration has none', () => {
    expect(told(committed)).toEqual([]);
  });
});

describe('the difference', () => {
  const before = `_format_version: "3.0"
services:
  - name: stays
    url: http://127.0.0.1:1
    routes: [{ name: stays-route, hosts: [a.example] }, { hosts: [unnamed.example] }]
  - name: goes
    url: http://127.0.0.1:2
    plugins: [{ name: cors }]
upstreams: [{ name: up, targets: [{ target: "127.0.0.1:3" }, { target: "127.0.0.1:4" }] }]
consumers: [{ username: alice, keyauth_credentials: [{ key: the-first-secret }] }]
plugins: [{ name: prometheus }]
`;
  const after = `_format_version: "3.0"
# comments and order do not count
upstreams: [{ targets: [{ target: "127.0.0.1:4", weight: 0 }, { target: "127.0.0.1:5" }], name: up }]
services:
  - url: http://127.0.0.1:1
    name: stays
    routes: [{ name: stays-route, hosts: [b.example] }, { hosts: [unnamed.example] }]
    plugins: [{ name: cors }]
consumers: [{ username: alice, keyauth_credentials: [{ key: the-second-secret }] }]
plugins: [{ name: prometheus }]
`;

  test('names what is added, removed and changed, and tells no secret', () => {
    const difference = kongDifference(before, after);
    expect(difference).toEqual({
      services: { added: [], removed: ['goes'], changed: [] },
      routes: { added: [], removed: [], changed: ['stays/stays-route'] },
      plugins: { added: ['stays/cors'], removed: ['goes/cors'], changed: [] },
      targets: { added: ['up/127.0.0.1:5'], removed: ['up/127.0.0.1:3'], changed: ['up/127.0.0.1:4'] },
      keyauth_credentials: { added: [], removed: [], changed: ['alice/number 1'] },
    });
    expect(JSON.stringify(difference)).not.toContain('secret');
  });

  test('of keys tells which are new and which are gone, by their number alone', () => {
    const keys = (...list: string[]) =>
      JSON.stringify({ consumers: [{ username: 'a', keyauth_credentials: list.map((key) => ({ key })) }] });
    const rotated = kongDifference(keys('old-secret'), keys('old-secret', 'new-secret'));
    expect(rotated).toEqual({ keyauth_credentials: { added: ['a/number 2'], removed: [], changed: [] } });
    const dropped = kongDifference(keys('old-secret', 'new-secret'), keys('new-secret'));
    expect(dropped).toEqual({ keyauth_credentials: { added: [], removed: ['a/number 1'], changed: [] } });
  });

  test('of certificates tells the names that they are for', () => {
    const config = (...certificates: object[]) => JSON.stringify({ certificates });
    const of = (name: string, key: string) => ({ cert: 'public', key, snis: [{ name }] });
    expect(kongDifference(config(of('a.example', 'k1')), config(of('a.example', 'k2'), of('b.example', 'k3')))).toEqual(
      {
        certificates: { added: ['b.example'], removed: [], changed: ['a.example'] },
        snis: { added: ['b.example/b.example'], removed: [], changed: [] },
      },
    );
  });

  test('of the same is empty', () => {
    expect(kongDifference(committed, committed)).toEqual({});
  });

  test.each(['', 'no: [yaml', '*nothing', '- list'])('from %j on the host is everything', (text) => {
    const { services, routes } = kongDifference(text, committed);
    expect(services?.added).toHaveLength(5);
    expect(routes?.added).toContain('central-sequence-service/central-sequence-service.get');
  });
});
