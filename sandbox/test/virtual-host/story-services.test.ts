import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { createVirtualHosts } from '../../src/virtual-host/index.ts';
import { freePort, type TestHost, testHost, virtualWorld } from './world.ts';

const folder = mkdtempSync(join(tmpdir(), 'fountain-story-services-'));
afterAll(() => rmSync(folder, { recursive: true }));

const world = virtualWorld({ folder });
const services = new URL('../../../app-services/', import.meta.url);
const image = (service: string) => {
  const { version } = JSON.parse(readFileSync(new URL(`${service}/package.json`, services), 'utf8'));
  return `ghcr.io/fountain/${service}:${version}`;
};

async function withEngine(): Promise<TestHost> {
  const host = await world.boot();
  await prepare(host);
  return host;
}

async function prepare(host: TestHost): Promise<void> {
  const install = ['apt-get', '-y', 'install', 'docker.io'];
  await host.run(['apt-get', 'update'], install, ['docker', 'network', 'create', 'fountain']);
}

/** `docker run` of a service under its own name, and the wait until its HEALTHCHECK is content. */
async function up(host: TestHost, service: string, ...more: string[]): Promise<void> {
  const kept = ['--restart', 'unless-stopped', '--network', 'fountain', '--network-alias', service];
  const words = ['docker', 'run', '--detach', '--name', service, ...kept, ...more, image(service)];
  const { exit, output } = await host.run(words);
  if (exit !== 0) throw new Error(output);
  await healthy(host, service);
}

async function healthy(host: TestHost, service: string): Promise<void> {
  const { ends } = await host.send({ records: [{ verb: 'wait_healthy', words: [service, '', '10'], timeoutS: 120 }] });
  expect(ends[0]).toMatchObject({ exit: 0, output: expect.stringMatching(/healthy\n$/) });
}

const inspect = async (host: TestHost, service: string, format: string) =>
  (await host.run(['docker', 'inspect', '--format', format, service])).output.trim();
const logs = async (host: TestHost, service: string) => (await host.run(['docker', 'logs', service])).output;

async function call(url: string, body?: object) {
  const sent = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(url, body ? sent : {});
  return { status: response.status, body: await response.json() };
}

const sequence = 'central-sequence-service';
const script = 'core-script-management-api';
const romeo = { title: 'Romeo and Juliet', description: '', author: 'William Shakespeare' };

test('two services find each other by their names, keep their data over a switch, and tell when a peer is gone', async () => {
  const host = await withEngine();
  const kept = (service: string) => ['--volume', `${service}-data:/data`];
  await up(host, sequence, ...kept(sequence));
  await up(host, script, ...kept(script), '--publish', `${host.privateIp}:8080:8080`);
  const url = `http://${host.privateIp}:8080`;
  const made = await call(`${url}/scripts`, romeo);
  expect(made).toMatchObject({ status: 201, body: { scriptId: 1, sequenceNumber: 1 } });
  expect(readdirSync(join(folder, host.spec.id, 'volumes', `${script}-data`))).toContain(`${script}.sqlite`);

  // The one first that was second: each then has the other's address, and names are looked up anew.
  await host.run(['docker', 'stop', sequence]);
  expect(await call(`${url}/scripts`, romeo)).toMatchObject({ status: 503, body: { errorCode: 'peer_unavailable' } });
  await host.run(['docker', 'rm', '--force', script]);
  await up(host, script, ...kept(script), '--publish', `${host.privateIp}:8080:8080`);
  await host.run(['docker', 'start', sequence]);
  await healthy(host, sequence);
  expect((await call(`${url}/scripts`)).body).toMatchObject([romeo]);
  expect((await call(`${url}/scripts`, romeo)).status).toBe(201);
});

test('it is started as the real image starts it; health, end and log are those of the process, a crash is counted', async () => {
  const host = await withEngine();
  await up(host, sequence);
  const started = (what: string, pid: string) => readFileSync(`/proc/${pid}/${what}`, 'utf8').split('\0');
  const first = await inspect(host, sequence, '{{.State.Pid}}');
  expect(started('cmdline', first)).toEqual(expect.arrayContaining(['--no-sparkplug', '--max-old-space-size=48']));
  expect(started('environ', first)).toEqual(expect.arrayContaining(['MALLOC_ARENA_MAX=1', 'NODE_ENV=production']));
  expect(await inspect(host, sequence, '{{.State.Health.Status}}')).toBe('healthy');
  expect(await logs(host, sequence)).toContain('Server listening at');
  process.kill(Number(await inspect(host, sequence, '{{.State.Pid}}')), 'SIGKILL');
  const state = '{{.State.Status}} {{.RestartCount}} {{.State.Health.Status}}';
  while ((await inspect(host, sequence, state)) !== 'running 1 healthy') await delay(20);
  await host.run(['docker', 'stop', sequence]);
  expect(await inspect(host, sequence, '{{.State.Status}} {{.State.ExitCode}}')).toBe('exited 0');
});

test('what is written where no volume is goes with the container; a volume goes with the host', async () => {
  const host = await withEngine();
  const own = join(folder, host.spec.id);
  await up(host, sequence);
  expect(readdirSync(join(own, 'containers'))).toHaveLength(1);
  await host.run(['docker', 'rm', '--force', sequence]);
  expect(readdirSync(join(own, 'containers'))).toEqual([]);
  await up(host, sequence, '--volume', 'data:/var/lib/stories', '--env', 'DATA_DIR=/var/lib/stories/numbers');
  expect(readdirSync(join(own, 'volumes/data/numbers'))).toContain(`${sequence}.sqlite`);
  await host.destroy();
  expect(existsSync(own)).toBe(false);
});

test('settings that cannot be used end it, as its log says', async () => {
  const host = await withEngine();
  await host.run(['docker', 'run', '--detach', '--name', sequence, '--env', 'LOG_LEVEL=loud', image(sequence)]);
  while ((await inspect(host, sequence, '{{.State.Status}} {{.State.ExitCode}}')) !== 'exited 1') await delay(20);
  expect(await logs(host, sequence)).toContain('LOG_LEVEL is none of');
});

test('whoever has the repository has images of them; no version but the one there is, and none of others’ names', async () => {
  const host = await withEngine();
  const reference = image(sequence);
  const pull = async (what: string) => (await host.run(['docker', 'pull', '--quiet', what])).output.trim();
  const theirs = reference.replace('/fountain/', '/someone-else/');
  expect(await pull(theirs)).toBe(theirs);
  expect(await pull(reference)).toBe(reference);
  const ids = (await host.run(['docker', 'inspect', '--format', '{{.Id}}', theirs, reference])).output
    .trim()
    .split('\n');
  expect(new Set(ids).size).toBe(1);
  expect(await pull(theirs.replace(/:.*/, ':0.0.1'))).toContain('manifest unknown');
  expect(await pull('ghcr.io/someone-else/hello:1.0')).toContain('unauthorized');
  expect(await pull(theirs.replace('ghcr.io/', 'ghcr.io/a/'))).toContain('unauthorized');
});

test('data and services are there after a reboot and after a restart of the sandbox', async () => {
  const host = await withEngine();
  await up(host, sequence, '--volume', 'data:/data', '--publish', `${host.privateIp}:8080:8080`);
  const url = `http://${host.privateIp}:8080/sequence`;
  const next = (elementId: number) => call(url, { elementType: 'script', elementId, comment: 'c' });
  expect((await next(1)).body).toMatchObject({ sequenceNumber: 1 });
  await host.reboot();
  await healthy(host, sequence);
  expect((await next(2)).body).toMatchObject({ sequenceNumber: 2 });

  const saved: unknown = JSON.parse(JSON.stringify(world.hosts.snapshot()));
  await host.stop();
  const sshPort = await freePort();
  const second = createVirtualHosts({ sshPort, timeScale: 0, folder });
  try {
    second.restore(saved);
    const again = testHost(await second.create(host.spec), host.spec, host.publicIp, sshPort);
    await again.start(host.publicIp);
    await healthy(again, sequence);
    expect((await next(3)).body).toMatchObject({ sequenceNumber: 3 });
  } finally {
    await second.close();
  }
});

test('hosts that nobody keeps leave nothing', async () => {
  const ours = () => readdirSync(tmpdir()).filter((name) => name.startsWith(`fountain-hosts-${process.pid}-`));
  const sshPort = await freePort();
  const hosts = createVirtualHosts({ sshPort, timeScale: 0 });
  const { spec, publicIp } = await world.create();
  const host = testHost(await hosts.create(spec), spec, publicIp, sshPort);
  await host.start(publicIp);
  await prepare(host);
  await host.run(['docker', 'run', '--detach', '--network', 'fountain', 'ghcr.io/fountain/hello:1.0']);
  expect(ours()).toHaveLength(1);
  await hosts.close();
  expect(ours()).toEqual([]);
});
