import { spawnSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createVirtualHosts } from '../../src/virtual-host/index.ts';
import { logIn } from './ssh-client.ts';
import { freePort, type TestHost, testHost, virtualWorld } from './world.ts';

const world = virtualWorld();
const hello = (version: string) => `ghcr.io/fountain/hello:${version}`;

async function deployed(publish: string, more: string[] = []): Promise<TestHost> {
  const host = await world.boot();
  await host.run(['apt-get', 'update'], ['apt-get', '-y', 'install', 'docker.io']);
  const port = ['--publish', publish.replace('PRIVATE', host.privateIp)];
  const { exit, output } = await start(host, ...port, ...more);
  if (exit !== 0) throw new Error(output);
  return host;
}

const start = (host: TestHost, ...more: string[]) =>
  host.run(['docker', 'run', '--detach', '--name', 'web', '--restart', 'unless-stopped', ...more, hello('1.0')]);
const healthy = async (host: TestHost, url: string) => {
  const { ends } = await host.send({ records: [{ verb: 'wait_healthy', words: ['web', url, '10'], timeoutS: 120 }] });
  return ends[0];
};
const said = async (address: string, port: number, path = '/') => {
  const response = await fetch(`http://${address}:${port}${path}`);
  return `${response.status} ${await response.text()}`;
};
const greeting = '200 Hello from fountain/hello 1.0\n';
const pidOf = async (host: TestHost) =>
  Number((await host.run(['docker', 'inspect', '--format', '{{.State.Pid}}', 'web'])).output);
const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
/** An address that no other host of this file has. */
const elsewhere = ({ publicIp }: TestHost) => publicIp.replace(/\d+$/, (last) => String(Number(last) + 100));

test('a host that moves answers at its new public address alone, its containers too', async () => {
  const host = await deployed('0.0.0.0:8080:8080');
  const look = 'http://127.0.0.1:8080/health';
  await healthy(host, look);
  const pid = await pidOf(host);
  const there = elsewhere(host);
  const session = await host.connect();
  await host.readdress(there);
  await session.closed;
  await expect(host.connect()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  await expect(said(host.publicIp, 8080)).rejects.toThrow();
  expect(await said(there, 8080)).toBe(greeting);
  expect(await said(host.privateIp, 8080)).toBe(greeting);
  const moved = testHost(host, host.spec, there, world.sshPort);
  expect(await pidOf(moved)).toBe(pid);

  await host.reboot();
  await healthy(moved, look);
  expect(await said(there, 8080)).toBe(greeting);
  const other = await world.boot();
  await expect(host.readdress(other.publicIp)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  for (const one of [moved, other]) expect(await (await one.connect()).exec('true')).toMatchObject({ exit: 0 });
});

test('a host that refuses does so at its new address too, until the fault is cleared', async () => {
  const host = await world.boot();
  await host.setFault({ type: 'refuse' });
  await host.readdress(elsewhere(host));
  await expect(logIn(elsewhere(host), world.sshPort)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  await host.clearFaults();
  (await logIn(elsewhere(host), world.sshPort)).end();
  await expect(host.connect()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

test('a published port leads to a real process, on the public and the private address', async () => {
  const host = await deployed('0.0.0.0:8080:8080');
  expect(await healthy(host, 'http://127.0.0.1:8080/health')).toMatchObject({
    exit: 0,
    output: expect.stringMatching(/healthy\n$/),
  });
  expect(await said(host.publicIp, 8080)).toBe(greeting);
  expect(await said(host.privateIp, 8080, '/health')).toBe('200 ok\n');
  expect((await host.run(['docker', 'logs', 'web'])).output).toBe('hello 1.0 listens\n');
  const taken = await host.run([
    'docker',
    'run',
    '--detach',
    '--name',
    'other',
    '--publish',
    '8080:8080',
    hello('1.0'),
  ]);
  expect(taken).toMatchObject({
    exit: 125,
    output: expect.stringContaining('Bind for 0.0.0.0:8080 failed: port is already allocated.'),
  });

  const pid = await pidOf(host);
  await host.run(['docker', 'stop', '--time', '10', 'web']);
  expect(isAlive(pid)).toBe(false);
  await expect(said(host.publicIp, 8080)).rejects.toThrow();
  const state = ['docker', 'inspect', '--format', '{{.State.Status}} {{.State.ExitCode}}', 'web'];
  expect((await host.run(state)).output).toBe('exited 0\n');
});

test('bound to the private address it is not on the public one, and a low port is 8000 higher', async () => {
  const host = await deployed('PRIVATE:80:8080');
  expect((await healthy(host, `http://${host.privateIp}:80/health`))?.exit).toBe(0);
  expect(await said(host.privateIp, 8080)).toBe(greeting);
  await expect(said(host.publicIp, 8080)).rejects.toThrow();
  const neighbour = await world.boot();
  const ask = ['curl', '--silent', '--output', '/dev/null', '--max-time', '5', '--write-out', '%{http_code}'];
  expect((await neighbour.run([...ask, `http://${host.privateIp}:80/health`])).output).toBe('200');
});

test('bound to loopback nobody but the host itself reaches it', async () => {
  const host = await deployed('127.0.0.1:8081:8080');
  expect((await healthy(host, 'http://127.0.0.1:8081/health'))?.exit).toBe(0);
  for (const address of [host.publicIp, host.privateIp]) await expect(said(address, 8081)).rejects.toThrow();
});

test('what was up comes back after a reboot, what was stopped by hand does not', async () => {
  const host = await deployed('0.0.0.0:8080:8080');
  const before = await pidOf(host);
  await host.reboot();
  expect(isAlive(before)).toBe(false);
  expect((await healthy(host, 'http://127.0.0.1:8080/health'))?.exit).toBe(0);
  expect(await said(host.publicIp, 8080)).toBe(greeting);
  await host.run(['docker', 'stop', 'web']);
  await host.reboot();
  expect((await host.run(['docker', 'ps', '--all', '--format', '{{.State}}'])).output).toBe('exited\n');
});

test('a process that is killed is started again and counted; one that cannot start is told as by runc', async () => {
  const host = await deployed('0.0.0.0:8080:8080');
  await healthy(host, 'http://127.0.0.1:8080/health');
  process.kill(await pidOf(host), 'SIGKILL');
  const state = ['docker', 'inspect', '--format', '{{.State.Status}} {{.RestartCount}}', 'web'];
  while ((await host.run(state)).output !== 'running 1\n') await delay(20);
  expect((await healthy(host, 'http://127.0.0.1:8080/health'))?.output).toBe('stopped\n');

  world.hosts.images.put({ reference: 'ghcr.io/tests/broken:1', process: { command: ['/no/such/program'] } });
  const broken = await host.run(['docker', 'run', '--detach', '--name', 'broken', 'ghcr.io/tests/broken:1']);
  expect(broken).toMatchObject({
    exit: 127,
    output: expect.stringContaining('exec: "/no/such/program": executable file not found in $PATH'),
  });
});

test('live restore keeps containers while the engine is away; without it they end with it', async () => {
  const host = await deployed('0.0.0.0:8080:8080');
  const pid = await pidOf(host);
  await host.run(['systemctl', 'stop', 'docker']);
  expect(isAlive(pid)).toBe(false);
  const daemonJson = { verb: 'write_file', words: ['/etc/docker/daemon.json', '644'], stdin: '{"live-restore":true}' };
  await host.send({ records: [daemonJson, { words: ['systemctl', 'start', 'docker'] }] });
  const again = await pidOf(host);
  await host.run(['systemctl', 'restart', 'docker']);
  expect(await pidOf(host)).toBe(again);
  expect(isAlive(again)).toBe(true);
});

test('its environment is the container’s, with the secrets, and nothing of ours', async () => {
  const script = 'console.log(JSON.stringify(Object.keys(process.env).sort()), process.env.SECRET, process.env.PORT)';
  world.hosts.images.put({
    reference: 'ghcr.io/tests/env:1',
    process: { command: ['node', '-e', `${script}; setInterval(() => {}, 1e6)`] },
  });
  const host = await deployed('0.0.0.0:8080:8080');
  const words = [
    'docker',
    'run',
    '--detach',
    '--name',
    'env',
    '--env',
    'A=1',
    '--env',
    'SECRET',
    '--env',
    'ABSENT',
    'ghcr.io/tests/env:1',
  ];
  await host.send({ records: [{ words, environment: ['SECRET=s3cret'] }] });
  const logs = async () => (await host.run(['docker', 'logs', 'env'])).output;
  while ((await logs()) === '') await delay(20);
  expect(await logs()).toBe('["A","HOST","PATH","PORT","SECRET"] s3cret 8080\n');
  expect(host.observed().commandLines.join('\n')).not.toContain('s3cret');
});

test('destroyed hosts and a closed driver leave no process behind', async () => {
  const host = await deployed('0.0.0.0:8080:8080');
  const pid = await pidOf(host);
  await host.destroy();
  expect(isAlive(pid)).toBe(false);
  await expect(said(host.publicIp, 8080)).rejects.toThrow();
});

test('hosts survive a restart of the sandbox: disk, keys and containers', async () => {
  const host = await deployed('0.0.0.0:8080:8080');
  const saved: unknown = JSON.parse(JSON.stringify(world.hosts.snapshot()));
  const keys = await host.hostKeys();
  await host.stop();
  const sshPort = await freePort();
  const second = createVirtualHosts({ sshPort, timeScale: 0 });
  try {
    second.restore(saved);
    const again = testHost(await second.create(host.spec), host.spec, host.publicIp, sshPort);
    expect(await again.hostKeys()).toEqual(keys);
    await again.start(host.publicIp);
    expect((await healthy(again, 'http://127.0.0.1:8080/health'))?.exit).toBe(0);
    expect(await said(host.publicIp, 8080)).toBe(greeting);
    const other = await second.create({ ...host.spec, id: 'another' });
    expect(await other.hostKeys()).not.toEqual(keys);
  } finally {
    await second.close();
  }
});

test('it loads under plain Node too', () => {
  const entry = new URL('../../src/virtual-host/index.ts', import.meta.url).href;
  const { status, stderr } = spawnSync(process.execPath, ['-e', `import(${JSON.stringify(entry)})`], {
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});
