import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { describeMachines, say } from './machines-sandbox.ts';
import { testVendors } from './vendor-packages.ts';

const root = new URL('../../', import.meta.url).pathname;
const address = '127.0.249.11';
const project = 'fountainai-test';

interface Service {
  ports: string[];
  build?: object;
  mem_limit: string;
}

const { services }: { services: Record<string, Service> } = parse(readFileSync(join(root, 'compose.yaml'), 'utf8'));
const apps = Object.keys(services).filter((name) => services[name]?.build);
const scripts = 'core-script-management-api';

const run = async (command: string, ...words: string[]) =>
  (await promisify(execFile)(command, words, { cwd: root, env: { ...process.env, TAG: 'test' } })).stdout;

/** Never where .ci/run has found Compose: what then keeps these tests from it is a failure of theirs. */
const isLeftOut = process.env.FOUNTAIN_COMPOSE !== '1' && spawnSync('docker', ['compose', 'version']).status !== 0;
if (isLeftOut) say('Left out: compose.yaml: there is no Docker Compose; scripts/install-go-tools.sh');

describe.skipIf(isLeftOut)('compose.yaml, read', () => {
  test('is what Compose takes, without and with OpenSearch', async () => {
    const listed = async (...words: string[]) =>
      (await run('docker', 'compose', ...words, 'config', '--services')).trim().split('\n');
    expect((await listed()).sort()).toEqual([...apps, 'kong'].sort());
    expect((await listed('--profile', 'search')).sort()).toEqual([...apps, 'kong', 'opensearch'].sort());
  });

  test('has images from nowhere but the sources, unless it is told otherwise', async () => {
    const policies = async (...env: string[]) => {
      const config = await run('env', ...env, 'docker', 'compose', 'config', '--format', 'json');
      const read: Record<string, { pull_policy?: string }> = JSON.parse(config).services;
      return apps.map((name) => read[name]?.pull_policy);
    };
    expect(await policies()).toEqual(apps.map(() => 'build'));
    expect(await policies('PULL_POLICY=missing')).toEqual(apps.map(() => 'missing'));
  });

  test('keeps all ports on loopback', async () => {
    const config = await run('docker', 'compose', '--profile', 'search', 'config', '--format', 'json');
    const read: Record<string, { ports: { host_ip?: string }[] }> = JSON.parse(config).services;
    const addresses = Object.values(read).flatMap(({ ports }) => ports.map((port) => port.host_ip));
    expect(addresses).toEqual(Object.keys(services).map(() => '127.0.0.1'));
  });
});

(isLeftOut ? describe.skip : describeMachines)('compose.yaml, up', () => {
  let folder: string;
  /** A developer's own stack, with its volumes, keeps out of this one's way by the project's name and the address. */
  const compose = (...words: string[]) => {
    const moved = join(folder, 'compose.override.yaml');
    return run('docker', 'compose', '--project-name', project, '--file', 'compose.yaml', '--file', moved, ...words);
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'fountain-compose-'));
    const ports = Object.entries(services).map(([name, service]) => {
      const moved = service.ports.map((port) => port.replace('127.0.0.1', address));
      return `  ${name}: { ports: !override ${JSON.stringify(moved)} }\n`;
    });
    writeFileSync(join(folder, 'compose.override.yaml'), `services:\n${ports.join('')}`);
    // What a test left behind that was killed.
    await compose('down', '--volumes');
    // Where no registry can be reached, what stands in for Node's own image.
    await run('docker', 'image', 'inspect', 'node:24-slim').catch(() => run('scripts/build-node-image.sh'));
    await run('node', 'app-services/bundle.ts');
    const started = performance.now();
    await compose('up', '--detach', '--wait', ...apps);
    say(`images of ${apps.length} services built, all up and healthy: ${seconds(started)} s`);
  });
  afterAll(async () => {
    await compose('down', '--volumes', '--timeout', '1');
    rmSync(folder, { recursive: true });
  });

  async function ask(service: string, path: string, body?: object) {
    const sent = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const port = services[service]?.ports[0]?.split(':')[1];
    const response = await fetch(`http://${address}:${port}${path}`, body ? sent : {});
    // biome-ignore lint/suspicious/noExplicitAny: the tests look into whatever came back
    return { status: response.status, body: (await response.json()) as any };
  }

  test('each service is ready', async () => {
    for (const app of apps) {
      expect(await ask(app, '/ready')).toMatchObject({ status: 200, body: { status: 'ready', database: 'ready' } });
    }
  });

  test('what one writes with the help of another is read by a third', async () => {
    const written = await ask(scripts, '/scripts', { title: 'Romeo and Juliet' });
    expect(written).toMatchObject({ status: 201, body: { sequenceNumber: 1 } });
    const story = await ask('story-factory-api', `/stories?scriptId=${written.body.scriptId}`);
    expect(story).toMatchObject({ status: 200 });
    expect(JSON.stringify(story.body)).toContain('Romeo and Juliet');
  });

  test('nobody in them is root or can write to the root, and none has more memory than its manifest says', async () => {
    for (const app of apps) {
      expect(await compose('exec', app, 'id', '--user')).toBe('1000\n');
      await expect(compose('exec', app, 'touch', '/tmp/x')).rejects.toThrow('Read-only file system');
      const id = (await compose('ps', '--quiet', app)).trim();
      const bytes = Number(await run('docker', 'inspect', '--format', '{{.HostConfig.Memory}}', id));
      expect(`${bytes / 1024 / 1024}m`).toBe(services[app]?.mem_limit);
    }
  });

  test('up again, with the same sources, leaves the containers as they are', async () => {
    const before = await compose('ps', '--quiet', ...apps);
    await compose('up', '--detach', '--wait', ...apps);
    expect(await compose('ps', '--quiet', ...apps)).toBe(before);
  });

  test('a new container finds what the one before wrote', async () => {
    await compose('up', '--detach', '--wait', '--force-recreate', '--no-deps', '--timeout', '1', scripts);
    expect((await ask(scripts, '/scripts')).body).toMatchObject([{ title: 'Romeo and Juliet' }]);
  });

  testVendors('the gateway lets in who has the key', async () => {
    await compose('up', '--detach', '--wait');
    const url = 'http://scriptmanagement.localhost:8080/scripts';
    const here = ['--silent', '--fail', '--connect-to', `::${address}:`, '--retry', '10', '--retry-all-errors'];
    const answer = await run('curl', ...here, '--header', 'X-API-KEY: this-is-no-secret', url);
    expect(JSON.parse(answer)).toMatchObject([{ title: 'Romeo and Juliet' }]);
    await expect(run('curl', '--silent', '--fail', '--connect-to', `::${address}:`, url)).rejects.toThrow('401');
  });
});

const seconds = (since: number) => ((performance.now() - since) / 1000).toFixed(1);
