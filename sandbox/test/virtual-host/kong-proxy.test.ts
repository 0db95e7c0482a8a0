import { expect, test } from 'vitest';
import { ask } from '../stand-ins/kong-proxy/world.ts';
import { type TestHost, virtualWorld } from './world.ts';
import { file, install, KONG_CONF, update, withKong } from './world-packages.ts';

const world = virtualWorld();
const HELLO = 'ghcr.io/fountain/hello:1.0';
/** Where port 80 of a virtual host is on this machine. */
const HTTP = 8080;

async function gateway(target: string): Promise<TestHost> {
  const host = await world.boot();
  await withKong(host);
  const { done, out } = await configure(host, target, ['systemctl', 'restart', 'kong']);
  if (done !== 'ok') throw new Error(out);
  return host;
}

const configure = (host: TestHost, target: string, ...programs: string[][]) =>
  host.send({
    records: [
      file('/etc/kong/kong.conf', KONG_CONF),
      file('/etc/kong/kong.yml', configuration(target), '640'),
      ...programs.map((words) => ({ words })),
    ],
  });

const configuration = (target: string) => `_format_version: "3.0"
services:
- name: hello
  host: hello.upstream
  routes: [{ name: hello, hosts: [hello.test] }]
upstreams:
- name: hello.upstream
  targets: [{ target: "${target}" }]
`;

async function runHello(host: TestHost, publish: string): Promise<void> {
  const run = ['docker', 'run', '--detach', '--name', 'hello', '--publish', `${publish}:8080`, HELLO];
  const { exit, output } = await host.run(update, install('docker.io'), ['docker', 'pull', HELLO], run);
  if (exit !== 0) throw new Error(output);
}

const outside = (host: TestHost, name = 'hello.test') => ask(addressOf(host), '/', { host: name }).catch(String);
const addressOf = ({ publicIp }: TestHost) => ({ host: publicIp, port: HTTP });
const inside = async (host: TestHost, name = 'hello.test') => {
  const words = [
    'curl',
    '--silent',
    '--output',
    '/dev/null',
    '--write-out',
    '%{http_code}',
    '--header',
    `Host: ${name}`,
  ];
  return (await host.run([...words, 'http://127.0.0.1/'])).output;
};

test('from outside and from the host itself to a container that only the host reaches', async () => {
  const host = await gateway('127.0.0.1:8101');
  expect(await inside(host)).toBe('502');
  await runHello(host, '127.0.0.1:8101');
  await expect.poll(() => inside(host)).toBe('200');
  expect(await outside(host)).toMatchObject({ status: 200, headers: { via: '1.1 kong/3.9.3' } });
  expect([await inside(host, 'nobody.test'), await outside(host, 'nobody.test')]).toMatchObject([
    '404',
    { status: 404 },
  ]);
  await host.run(['systemctl', 'stop', 'kong']);
  expect([await inside(host), await outside(host)]).toEqual(['000', expect.stringContaining('ECONNREFUSED')]);
  await host.run(['systemctl', 'start', 'kong']);
  expect(await outside(host)).toMatchObject({ status: 200 });
});

test('to another host by its private address, and never out of the sandbox', async () => {
  const apps = await world.boot();
  await runHello(apps, `${apps.spec.privateIp}:8101`);
  const host = await gateway(`${apps.spec.privateIp}:8101`);
  await expect.poll(() => outside(host)).toMatchObject({ status: 200 });
  await configure(host, '203.0.113.9:8101', ['systemctl', 'reload', 'kong']);
  expect(await outside(host)).toMatchObject({ status: 502 });
  await configure(host, 'example.com:80', ['kong', 'reload']);
  expect(await outside(host)).toMatchObject({ status: 502 });
});

test('moves with the host to another address', async () => {
  const host = await gateway('127.0.0.1:8101');
  const moved = host.publicIp.replace(/^127\.0/, '127.9');
  await host.readdress(moved);
  expect(await ask({ host: moved, port: HTTP }, '/', { host: 'hello.test' })).toMatchObject({ status: 502 });
  expect(await outside(host)).toContain('ECONNREFUSED');
});

test('a file that does not load leaves the one that is served', async () => {
  const host = await gateway('127.0.0.1:8101');
  await host.send({ records: [file('/etc/kong/kong.yml', 'services: 1\n')] });
  await host.run(['systemctl', 'reload', 'kong']);
  expect(await outside(host)).toMatchObject({ status: 502 });
  const journal = ['journalctl', '--unit', 'kong', '--lines', '20', '--no-pager', '--output', 'cat'];
  expect((await host.run(journal)).output).toContain('error parsing declarative config file');
});
