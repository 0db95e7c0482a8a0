import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { AppError } from '../../src/lib/errors.ts';
import { createManifests, type Manifests } from '../../src/services/manifests.ts';

const root = new URL('../../..', import.meta.url).pathname;
const folders = { stackDir: join(root, 'deploy-manifests'), specsDir: join(root, 'app-services') };
const NAMES = ['central-sequence-service', 'character-management-api', 'core-script-management-api'];

/** Of an app by what Kong calls it. */
const contract = (kong: string) => `openapi: 3.1.0
info: { title: Any }
x-kong-name: ${kong}
paths:
  /characters:
    get: {}
`;

/**
 * A copy of the manifests of three apps, with short contracts, to make mistakes in. Not of those that are committed, which have
 * whatever names their owner gave.
 */
async function copy() {
  const folder = await mkdtemp(join(tmpdir(), 'manifests-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const [stackDir, specsDir] = [join(folder, 'stack'), join(folder, 'specs')];
  await cp(new URL('manifests', import.meta.url), stackDir, { recursive: true });
  for (const name of NAMES) {
    const manifest = await readFile(join(stackDir, `apps/${name}.yaml`), 'utf8');
    await mkdir(join(specsDir, name), { recursive: true });
    await writeFile(join(specsDir, name, 'openapi.yaml'), contract(/^kong: (.*)$/m.exec(manifest)?.[1] ?? ''));
  }
  const manifests = createManifests({ stackDir, specsDir });
  return {
    manifests,
    stackDir,
    specsDir,
    async replace(file: string, from: string | RegExp, to: string) {
      const before = await readFile(join(folder, file), 'utf8');
      const after = before.replace(from, to);
      expect(after).not.toBe(before);
      await writeFile(join(folder, file), after);
    },
    /** The problems, with files as they are called inside the copy. */
    async problems(): Promise<object[]> {
      const error = await manifests.read().catch((thrown: unknown) => thrown);
      if (!(error instanceof AppError)) throw error;
      expect(error).toMatchObject({ code: 'manifest_invalid', status: 422 });
      return (error.details ?? []).map((detail) => ({ ...detail, file: String(detail.file).slice(folder.length + 1) }));
    },
  };
}

test('what is committed is read with the contracts, apps sorted by name', async () => {
  const { apps } = await createManifests(folders).read();
  expect(apps.map(({ name }) => name)).toEqual([...NAMES, 'session-context-management-api', 'story-factory-api']);
  expect(Object.keys(apps[0]?.spec.paths ?? {})).toContain('/sequence/reorder');
});

test('files are read anew at every call', async () => {
  const { manifests, replace } = await copy();
  const { manifest, apps } = await manifests.read();
  expect(manifest).toMatchObject({ domain: 'fountain.coach', gateway: { limits: { minute: 1000, hour: 5000 } } });
  expect(apps[1]).toMatchObject({ kong: 'character-management-service', ports: [8102, 8202], env: {}, secrets: [] });
  await replace('stack/stack.yaml', 'domain: fountain.coach', 'domain: example.org');
  expect((await manifests.read()).manifest.domain).toBe('example.org');
});

describe('the image of an app', () => {
  const REPOSITORY = 'github_repository: fountain/story-stack';
  const imagesOf = async (manifests: Manifests) => (await manifests.read()).apps.map(({ image }) => image);

  test('is its name among those of the repository’s owner, in lower case, unless its manifest says another', async () => {
    const { manifests, replace } = await copy();
    await replace(STACK, REPOSITORY, 'github_repository: Someone-Else/Stories');
    const [first, second, third] = NAMES.map((name) => `ghcr.io/someone-else/${name}`);
    expect(await imagesOf(manifests)).toEqual([first, second, third]);
    await replace(APP, 'ports:', 'image: registry.example/characters\nports:');
    expect(await imagesOf(manifests)).toEqual([first, 'registry.example/characters', third]);
  });

  test('is nobody’s without a repository, which is told once, with the file', async () => {
    const { problems, replace, manifests } = await copy();
    await replace(STACK, REPOSITORY, '');
    expect(await problems()).toEqual([{ file: STACK, line: 1, field: 'github_repository', message: 'is missing' }]);
    await expect(manifests.read()).rejects.toMatchObject({
      message: expect.stringMatching(/stack\.yaml, line \d+: github_repository is missing\.$/),
      hint: 'Mend the places that details name, each with file, line and field.',
    });
  });
});

const STACK = 'stack/stack.yaml';
const APP = 'stack/apps/character-management-api.yaml';
const SPEC = 'specs/character-management-api/openapi.yaml';

describe('one problem', () => {
  test.each<[string, string, string | RegExp, string, { line?: number; field: string; message: unknown }]>([
    [
      'no domain',
      STACK,
      'domain: fountain.coach',
      'domain: localhost',
      { line: 1, field: 'domain', message: /one part only/ },
    ],
    ['a missing field', STACK, 'key_pair: fountain-key', '', { field: 'key_pair', message: 'is missing' }],
    [
      'a misspelt field',
      STACK,
      'static_ip:',
      'static_pi:',
      { field: 'instances.kong.static_pi', message: 'is unknown; did you mean static_ip?' },
    ],
    [
      'a field from nowhere',
      APP,
      'memory_mb: 96',
      'memory_mb: 96\ncolour: red',
      { line: 7, field: 'colour', message: 'is unknown' },
    ],
    ['a misspelt field of an app', APP, 'memory_mb', 'memory', { field: 'memory_mb', message: 'is missing' }],
    [
      'a zone of another region',
      STACK,
      'zone: eu-central-1a',
      'zone: eu-west-1a',
      { field: 'availability_zone', message: 'is not in the region' },
    ],
    [
      'a firewall that locks us out',
      STACK,
      /( *)- \{ protocol: tcp, from_port: 22, to_port: 22 \}/,
      '$1- { protocol: tcp, from_port: 80, to_port: 80 }',
      { field: 'instances.opensearch.firewall', message: /leave 22\/tcp closed/ },
    ],
    [
      'a firewall with a rule twice',
      STACK,
      'from_port: 443, to_port: 443',
      'from_port: 80, to_port: 80',
      { field: 'instances.kong.firewall.2', message: /has the ports of/ },
    ],
    [
      'a longer period with the lower limit',
      STACK,
      'hour: 5000',
      'hour: 500',
      { field: 'gateway.limits.hour', message: 'is less than minute' },
    ],
    ['an empty limit', APP, /$/, 'limits: {}\n', { field: 'limits', message: 'names neither minute nor hour' }],
    [
      'an origin with a path',
      STACK,
      'https://fountain.coach]',
      'https://fountain.coach/a]',
      { field: 'gateway.cors_origins.0', message: /no origin/ },
    ],
    [
      'a network that is none',
      STACK,
      '# allow_ips: [203.0.113.0/24]',
      'allow_ips: [203.0.113.7/24]',
      { field: 'gateway.allow_ips.0', message: /bits set behind/ },
    ],
    [
      'a log with a password',
      STACK,
      '# http_log: http://',
      'http_log: http://a:b@',
      { field: 'gateway.http_log', message: /has a password/ },
    ],
    [
      'no repository',
      STACK,
      'fountain/story-stack',
      'story-stack',
      { field: 'github_repository', message: /OWNER\/REPO/ },
    ],
    [
      'an image with a tag',
      APP,
      'ports:',
      'image: ghcr.io/me/app:1.0\nports:',
      { line: 1, field: 'image', message: /tag or digest/ },
    ],
    [
      'an image that is none',
      APP,
      'ports:',
      'image: ghcr.io//app\nports:',
      { field: 'image', message: /is not an image reference/ },
    ],
    ['an image without a name', APP, 'ports:', 'image:\nports:', { line: 1, field: 'image', message: /is to be text/ }],
    ['a label twice', STACK, 'dns: []', 'dns: [www, api, www]', { field: 'dns.2', message: 'is named twice' }],
    [
      'an address of a log with a token',
      STACK,
      '# http_log: http://172.26.1.9:8080/logs',
      'http_log: https://logs.example/in?token=abc',
      { field: 'gateway.http_log', message: /has a query, which may hold a credential/ },
    ],
    [
      'an address of a log with a password',
      STACK,
      '# http_log: http://172.26.1.9:8080/logs',
      'http_log: https://me:secret@logs.example/in',
      { field: 'gateway.http_log', message: /has a password/ },
    ],
    [
      'an address of a log that is none',
      STACK,
      '# http_log: http://172.26.1.9:8080/logs',
      'http_log: logs.example',
      { field: 'gateway.http_log', message: 'is no http or https URL' },
    ],
    ['the port of ssh', APP, '8202', '22', { field: 'ports.1', message: 'is that of ssh on every instance' }],
    ['one port', APP, '[8102, 8202]', '[8102]', { line: 1, field: 'ports', message: /two ports/ }],
    ['blue is green', APP, '[8102, 8202]', '[8102, 8102]', { field: 'ports', message: /one port twice/ }],
    ['a port too high', APP, '8202', '82020', { field: 'ports.1', message: 'is no port' }],
    ['a host with a dot', APP, 'host: character', 'host: a.b', { line: 3, field: 'host', message: /no label/ }],
    ['a name that Kong refuses', APP, 'kong: character', 'kong: Character', { field: 'kong', message: /lower-case/ }],
    [
      'a folder of the host',
      APP,
      /volumes: .*/,
      'volumes: [/etc:/etc]',
      { field: 'volumes.0', message: /path of the host/ },
    ],
    [
      'a secret that is a setting too',
      APP,
      /$/,
      'env: { A: b }\nsecrets: [A]\n',
      { field: 'secrets.0', message: 'is in env too' },
    ],
    ['a secret twice', APP, /$/, 'secrets: [A, A]\n', { field: 'secrets.1', message: 'is named twice' }],
    [
      'a secret with its value',
      APP,
      /$/,
      'secrets: { A: s3cret }\n',
      { field: 'secrets', message: 'is to be a list, not an object' },
    ],
    ['too little memory', APP, 'memory_mb: 96', 'memory_mb: 9', { field: 'memory_mb', message: 'is less than 16' }],
    [
      'a host that another app has',
      APP,
      'host: character',
      'host: centralsequence',
      {
        line: 3,
        field: 'host',
        message: 'is taken: host centralsequence is that of apps/central-sequence-service.yaml',
      },
    ],
    [
      'a name of Kong that another app has',
      'stack/apps/core-script-management-api.yaml',
      'kong: core-script-management-service',
      'kong: character-management-service',
      { field: 'x-kong-name', message: expect.anything() },
    ],
    [
      'a port that is another app’s green',
      APP,
      '8102',
      '8201',
      { line: 1, field: 'ports.0', message: 'is taken: port 8201 is that of apps/central-sequence-service.yaml' },
    ],
    [
      'a volume that another app writes, too',
      APP,
      'volumes: [character-management-api-data:/data]',
      'volumes: [central-sequence-service-data:/data]',
      {
        field: 'volumes.0',
        message: 'is taken: volume central-sequence-service-data is that of apps/central-sequence-service.yaml',
      },
    ],
    [
      'a host that dns has',
      STACK,
      'dns: []',
      'dns: [character]',
      { field: 'host', message: 'is taken: host character is that of stack.yaml, in dns' },
    ],
    ['no YAML', APP, 'kong: ', 'kong: @', { line: 4, field: '', message: /^is no YAML: / }],
    ['a field twice', APP, 'kong:', 'host:', { line: 4, field: '', message: 'is no YAML: Map keys must be unique' }],
    ['an alias of nothing', APP, 'host: character', 'host: *character', { field: '', message: /^is no YAML: / }],
    ['a list', APP, /[\s\S]*/, '- a\n', { line: 1, field: '', message: 'is to be an object, not a list' }],
    [
      'another name in the contract',
      SPEC,
      'x-kong-name: character',
      'x-kong-name: characters',
      {
        line: 3,
        field: 'x-kong-name',
        message: 'is characters-management-service, but the manifest of the app says character-management-service',
      },
    ],
    [
      'an extension that nobody knows',
      SPEC,
      'x-kong-name:',
      'x-kong-nmae:',
      { line: 3, field: 'x-kong-nmae', message: /^is not known here: only x-kong-tags, / },
    ],
    [
      'a service of a path',
      SPEC,
      '  /characters:\n',
      '  /characters:\n    x-kong-service-defaults: { retries: 1 }\n',
      { line: 6, field: 'paths./characters.x-kong-service-defaults', message: /not known here/ },
    ],
    [
      'a plugin that is none',
      SPEC,
      'x-kong-name:',
      'x-kong-plugin-cors: yes\nx-kong-name:',
      { field: 'x-kong-plugin-cors', message: /no mapping/ },
    ],
    [
      'a plugin from nowhere',
      SPEC,
      'x-kong-name:',
      'x-kong-plugin-cors: { $ref: "#/components/cors" }\nx-kong-name:',
      { field: 'x-kong-plugin-cors', message: /no mapping/ },
    ],
    [
      'a plugin that Kong does not load',
      SPEC,
      'x-kong-name:',
      'x-kong-plugin-rate-limitng: { config: { minute: 3 } }\nx-kong-name:',
      {
        field: 'x-kong-plugin-rate-limitng',
        message: /^is no plugin that Kong loads: key-auth, .*http-log; did you mean rate-limiting\?$/,
      },
    ],
    [
      'a plugin of a path with an option that it has not',
      SPEC,
      '  /characters:\n',
      '  /characters:\n    x-kong-plugin-cors:\n      config:\n        maxage: 5\n',
      {
        field: 'paths./characters.x-kong-plugin-cors.config.maxage',
        message: /^is no option of cors: origins, .*preflight_continue; did you mean max_age\?$/,
      },
    ],
    [
      'options of a plugin that are not in config',
      SPEC,
      'x-kong-name:',
      'x-kong-plugin-cors: { max_age: 5 }\nx-kong-name:',
      { line: 3, field: 'x-kong-plugin-cors.max_age', message: /^is no field of a plugin: config, / },
    ],
    [
      'a plugin whose options are no mapping',
      SPEC,
      'x-kong-name:',
      'x-kong-plugin-cors: { config: max_age }\nx-kong-name:',
      { line: 3, field: 'x-kong-plugin-cors.config', message: 'is no mapping' },
    ],
    [
      'a default that the manifest decides',
      SPEC,
      'x-kong-name:',
      'x-kong-route-defaults: { hosts: [a.b] }\nx-kong-name:',
      { field: 'x-kong-route-defaults.hosts', message: expect.anything() },
    ],
    [
      'a path that is a regular expression',
      SPEC,
      '  /characters:\n',
      '  /characters(.*):\n',
      { field: 'paths./characters(.*)', message: expect.anything() },
    ],
  ])('%s', async (_, file, from, to, { line, field, message }) => {
    const { replace, problems } = await copy();
    await replace(file, from, to);
    const found = await problems();
    const expected = { field, message: message instanceof RegExp ? expect.stringMatching(message) : message };
    expect(found).toContainEqual(expect.objectContaining(line === undefined ? expected : { ...expected, line }));
    expect(found.every((problem) => 'line' in problem && Number(problem.line) >= 1)).toBe(true);
  });
});

describe('apps on the gateway’s own instance', () => {
  test.each([80, 443, 8000, 8001, 8007, 8443, 8444])('leave port %i to Kong', async (port) => {
    const { replace, problems, manifests } = await copy();
    await replace(APP, '8202', String(port));
    await expect(manifests.read()).resolves.toBeDefined();
    await replace(STACK, 'name: apps', 'name: kong');
    const message = `is that of Kong, and instances.apps is its instance`;
    expect(await problems()).toEqual([expect.objectContaining({ file: APP, line: 1, field: 'ports.1', message })]);
  });

  test('have all other ports', async () => {
    const { replace, manifests } = await copy();
    await replace(STACK, 'name: apps', 'name: kong');
    await expect(manifests.read()).resolves.toBeDefined();
  });
});

describe('files', () => {
  test('that are not there are named', async () => {
    const { stackDir, specsDir, problems } = await copy();
    await rm(join(stackDir, 'stack.yaml'));
    await rm(join(specsDir, 'character-management-api'), { recursive: true });
    expect(await problems()).toEqual([
      { file: 'stack/stack.yaml', line: 1, field: '', message: 'is not there' },
      { file: 'specs/character-management-api/openapi.yaml', line: 1, field: '', message: 'is not there' },
    ]);
  });

  test('of other names would be passed over, so they are refused; a README is not', async () => {
    const { stackDir, problems, manifests } = await copy();
    await writeFile(join(stackDir, 'apps/README.md'), '# apps\n');
    await expect(manifests.read()).resolves.toBeDefined();
    await writeFile(join(stackDir, 'apps/story.yml'), '');
    await writeFile(join(stackDir, 'apps/Big.yaml'), '');
    expect(await problems()).toEqual([
      expect.objectContaining({ file: 'stack/apps/Big.yaml', message: 'is not called as an app can be' }),
      expect.objectContaining({ file: 'stack/apps/story.yml', message: 'is not called NAME.yaml' }),
    ]);
  });

  test('without any app there is nothing to serve', async () => {
    const { stackDir, problems } = await copy();
    await rm(join(stackDir, 'apps'), { recursive: true });
    expect(await problems()).toEqual([
      { file: 'stack/apps', line: 1, field: '', message: 'has no manifest of an app' },
    ]);
  });

  test('that are no UTF-8 are told', async () => {
    const { stackDir, problems } = await copy();
    await writeFile(join(stackDir, 'stack.yaml'), Buffer.from([0x61, 0xe9, 0x0a]));
    expect(await problems()).toEqual([{ file: STACK, line: 1, field: '', message: 'is not UTF-8' }]);
  });
});

test('all problems of all files are told at once, the first five in the message too', async () => {
  const { replace, problems, manifests } = await copy();
  await replace(STACK, 'region: eu-central-1', 'region: somewhere');
  for (const name of NAMES) await replace(`stack/apps/${name}.yaml`, /\[81.*\]/, '[1, 0]');
  for (const name of NAMES) await replace(`stack/apps/${name}.yaml`, 'container_port: 8080', 'container_port: 0');
  const found = await problems();
  expect(found).toHaveLength(8);
  await expect(manifests.read()).rejects.toThrow(
    /^The manifests do not fit: .*\/stack\.yaml, line 2: region is no AWS region.*; and 3 more\.$/,
  );
});
