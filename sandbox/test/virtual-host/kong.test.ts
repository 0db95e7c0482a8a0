import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { type TestHost, virtualWorld } from './world.ts';
import { file, install, KONG_CONF, KONG_YML, update, withKong } from './world-packages.ts';

const world = virtualWorld();
const YML = '/etc/kong/kong.yml';
const restart = ['systemctl', 'restart', 'kong'];
const show = ['systemctl', 'show', 'kong', '--property=ActiveState,SubState,Result,ExecMainStatus'];
const mainPid = ['systemctl', 'show', 'kong', '--property=MainPID'];
const journal = ['journalctl', '--unit', 'kong', '--lines', '20', '--no-pager', '--output', 'cat'];
const flags = ['--no-header', '--listening', '--tcp', '--numeric', '--processes'];
const listeners = ['ss', ...flags, '(', 'sport', '=', ':80', 'or', 'sport', '=', ':443', ')'];
const code = ['curl', '--silent', '--output', '/dev/null', '--max-time', '5', '--write-out', '%{http_code}'];
const ready = [...code, 'http://127.0.0.1:8007/status/ready'];
const status = ['curl', '--silent', '--max-time', '5', 'http://127.0.0.1:8007/status'];
const load = (query = '?check_hash=1') => [
  ...code,
  ...['--header', 'Content-Type: application/yaml', '--data-binary', `@${YML}`, `http://127.0.0.1:8001/config${query}`],
];
const md5 = (text: string) => createHash('md5').update(text).digest('hex');

async function kongHost(yml = KONG_YML): Promise<TestHost> {
  const host = await world.boot();
  await withKong(host);
  await host.send({ records: [file('/etc/kong/kong.conf', KONG_CONF), file(YML, yml, '640')] });
  return host;
}

test('before there is a Kong: no process, no listener, nobody who answers', async () => {
  const host = await world.boot();
  expect(await host.run(mainPid)).toEqual({ exit: 0, output: 'MainPID=0\n' });
  expect(await host.run(listeners)).toEqual({ exit: 0, output: '' });
  expect((await host.run(ready)).output).toBe('000');
  expect((await host.run(['kong', 'version'])).exit).toBe(127);
  expect((await host.run(journal)).output).toBe('-- No entries --\n');
});

test('started, it is ready with the file’s configuration, and ss and systemctl agree on its process', async () => {
  const host = await kongHost();
  expect((await host.run(restart, ready)).output).toBe('200');
  const { configuration_hash } = JSON.parse((await host.run(status)).output);
  expect(configuration_hash).toBe(md5(KONG_YML));
  const [, pid = ''] = /^MainPID=([1-9]\d*)\n$/.exec((await host.run(mainPid)).output) ?? [];
  const rows = (await host.run(listeners)).output.trimEnd().split('\n');
  expect(rows.map((row) => row.split(/\s+/)[3])).toEqual(['0.0.0.0:80', '0.0.0.0:443']);
  for (const row of rows)
    expect(row).toMatch(
      new RegExp(`^LISTEN\\s+0\\s+511\\s.* users:\\(\\("nginx",pid=\\d+,fd=9\\),\\("nginx",pid=${pid},fd=9\\)\\)$`),
    );
  await host.run(['systemctl', 'enable', 'kong']);
  await host.reboot();
  expect((await host.run(ready)).output).toBe('200');
  expect((await host.run(['systemctl', 'stop', 'kong'], listeners)).output).toBe('');
});

test('config parse: against the plugins of the file named, with a prefix of its own', async () => {
  const host = await kongHost();
  const next = '/etc/kong/kong.next.yml';
  const parse = ['kong', 'config', 'parse', next, '-c', '/etc/kong/kong.conf', '-p', '/var/cache/fountain/kong-parse'];
  await host.send({ records: [file(next, KONG_YML)] });
  expect(await host.run(parse)).toEqual({ exit: 0, output: 'parse successful\n' });
  await host.send({ records: [file(next, `${KONG_YML}plugins: [{name: acl}]\n`)] });
  expect(await host.run(parse)).toEqual({
    exit: 1,
    output:
      "Error: Failed parsing:\nin 'plugins':\n  - in entry 1 of 'plugins':\n    in 'name': plugin 'acl' not enabled; add it to the 'plugins' configuration property\n\n  Run with --v (verbose) or --vv (debug) for more details\n",
  });
});

test('the admin API loads what differs; a reload reads the file again', async () => {
  const host = await kongHost();
  await host.run(restart);
  expect((await host.run(load())).output).toBe('304');
  const other = KONG_YML.replace('8080', '8081');
  await host.send({ records: [file(YML, other)] });
  expect((await host.run(load())).output).toBe('201');
  const hash = async () => JSON.parse((await host.run(status)).output).configuration_hash;
  expect(await hash()).toBe(md5(other));
  await host.send({ records: [file(YML, 'services: 1\n')] });
  expect((await host.run(load(''))).output).toBe('400');
  expect(await hash()).toBe(md5(other));
  await host.send({ records: [file(YML, KONG_YML)] });
  expect((await host.run(['systemctl', 'reload', 'kong'])).exit).toBe(0);
  expect(await hash()).toBe(md5(KONG_YML));
  expect((await host.run(['kong', 'reload'])).output).toBe('Kong reloaded\n');
  await host.run(['systemctl', 'stop', 'kong']);
  expect((await host.run(['kong', 'reload'])).output).toContain('nginx is not running');
  expect((await host.run(['systemctl', 'reload', 'kong'])).output).toBe('kong.service is not active, cannot reload.\n');
});

test('a port that another program has: systemctl is content, then nginx ends', async () => {
  const host = await kongHost();
  await host.setFault({ type: 'port_taken', port: 80, program: 'apache2' });
  expect((await host.run(listeners)).output).toMatch(/0\.0\.0\.0:80 .*users:\(\("apache2",pid=640,fd=9\)\)\n$/);
  expect((await host.run(restart)).exit).toBe(0);
  expect((await host.run(show)).output).toBe(
    'Result=exit-code\nExecMainStatus=1\nActiveState=failed\nSubState=failed\n',
  );
  const said = (await host.run(journal)).output.split('\n');
  expect(
    said.filter((line) => line === 'nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)'),
  ).toHaveLength(5);
  expect(said).toContain('nginx: [emerg] still could not bind()');
  expect((await host.run(ready)).output).toBe('000');
  await host.reboot();
  expect((await host.run(listeners)).output).toContain('apache2');
  await host.clearFaults();
  expect((await host.run(listeners)).output).toBe('');
  expect((await host.run(restart, ready)).output).toBe('200');
  await expect(host.setFault({ type: 'port_taken', port: 80, program: 'x' })).rejects.toThrow(
    /nginx has port 80 already/,
  );
});

test('with Restart= it comes back by itself once the port is free', async () => {
  const host = await kongHost();
  const dropIn = '/etc/systemd/system/kong.service.d/fountain.conf';
  await host.send({
    records: [file(dropIn, '[Service]\nRestart=always\nRestartSec=2\n'), { words: ['systemctl', 'daemon-reload'] }],
  });
  await host.setFault({ type: 'port_taken', port: 443, program: 'apache2' });
  await host.run(restart);
  expect((await host.run(['systemctl', 'is-active', 'kong'])).output).toBe('activating\n');
  await host.clearFaults();
  const waited = await host.send({
    records: [{ verb: 'wait_until', words: ['1', '1', '200', '', ...ready], timeoutS: 20 }],
  });
  expect(waited.done).toBe('ok');
});

test('a container has the port, or Kong has it: each tells it in its own words', async () => {
  const host = await kongHost();
  await host.run(update, install('docker.io'));
  const run = ['docker', 'run', '--detach', '--name', 'web', '--publish', '80:8080', 'ghcr.io/user/repo/my-app:latest'];
  await host.run(restart);
  const refused = await host.run(['docker', 'pull', '--quiet', 'ghcr.io/user/repo/my-app:latest'], run);
  expect(refused.output).toContain('listen tcp4 0.0.0.0:80: bind: address already in use');
  await host.run(['systemctl', 'stop', 'kong'], ['docker', 'start', 'web']);
  expect((await host.run(listeners)).output).toContain('"docker-proxy"');
  await host.run(restart);
  expect((await host.run(journal)).output).toContain('nginx: [emerg] bind() to 0.0.0.0:80 failed');
});

test('settings and configurations that it does not start with', async () => {
  const host = await kongHost('services: 1\n');
  await host.run(restart);
  const said = async () => (await host.run(journal)).output;
  expect(await said()).toContain('error parsing declarative config file /etc/kong/kong.yml:\n');
  await host.send({ records: [file('/etc/kong/kong.conf', KONG_CONF.replace('off', 'of'))] });
  expect((await host.run(restart)).output).toContain('Job for kong.service failed because the control process exited');
  expect(await said()).toContain("Error: database has an invalid value: 'of' (postgres, cassandra, off)");
  await host.send({ records: [file('/etc/kong/kong.conf', KONG_CONF), file(YML, '_format_version: "3.0"\n')] });
  expect((await host.run(restart, ready)).output).toBe('200');
});
