import { expect, test } from 'vitest';
import { virtualWorld } from './world.ts';

const world = virtualWorld();

const query = ['dpkg-query', '--show', `--showformat=\${binary:Package} \${db:Status-Abbrev} \${Version}\\n`];
const install = ['apt-get', '-y', '-o', 'DPkg::Lock::Timeout=300', 'install'];
const df = ['df', '--output=avail', '-BM', '/var/lib'];

test('each blueprint boots its system; one without apt is known by its os-release', async () => {
  const release = async (blueprintId: string) => {
    const { output } = await (await world.boot({ blueprintId })).run(['cat', '/etc/os-release']);
    return [/^ID=(.*)$/m, /^VERSION_ID="(.*)"$/m].map((pattern) => pattern.exec(output)?.[1]);
  };
  expect(await release('debian_12')).toEqual(['debian', '12']);
  expect(await release('ubuntu_20_04')).toEqual(['ubuntu', '20.04']);
  expect(await release('ubuntu_24_04')).toEqual(['ubuntu', '24.04']);
  expect(await release('amazon_linux_2023')).toEqual(['amazon_linux', '2023']);
  const other = await world.boot({ blueprintId: 'amazon_linux_2023' });
  expect((await other.run(['apt-get', 'update'])).exit).toBe(127);
});

test('packages: none without lists, with what they depend on, once', async () => {
  const host = await world.boot();
  expect(await host.run([...install, 'docker.io'])).toMatchObject({
    exit: 100,
    output: expect.stringContaining('E: Unable to locate package docker.io\n'),
  });
  const missing = await host.run([...query, 'curl', 'docker.io', 'docker-ce']);
  expect(missing).toEqual({
    exit: 1,
    output:
      'curl ii  7.88.1-10+deb12u14\ndpkg-query: no packages found matching docker.io\ndpkg-query: no packages found matching docker-ce\n',
  });
  const before = Number.parseInt((await host.run(df)).output.split('\n')[1] ?? '', 10);
  const installed = await host.run(['apt-get', 'update'], [...install, 'docker.io']);
  expect(installed.output).toContain('Setting up docker.io (20.10.24+dfsg1-1+deb12u1+b6) ...\n');
  expect(installed.output).toContain('0 upgraded, 5 newly installed');
  const after = Number.parseInt((await host.run(df)).output.split('\n')[1] ?? '', 10);
  expect(before - after).toBeGreaterThan(200);
  const again = await host.run([...install, 'docker.io', 'curl']);
  expect(again.output).toContain('docker.io is already the newest version');
  expect(again.output).toContain('0 newly installed');
  expect((await host.run([...query, 'docker.io'])).output).toBe('docker.io ii  20.10.24+dfsg1-1+deb12u1+b6\n');
  expect((await host.run([...install, 'no-such'])).output).toContain('E: Unable to locate package no-such');
});

test("Docker's own packages need its archive and its key, and are not mixed with Debian's", async () => {
  const host = await world.boot();
  const ce = ['docker-ce', 'docker-ce-cli', 'containerd.io'];
  expect((await host.run(['apt-get', 'update'], [...install, ...ce])).exit).toBe(100);
  const key = '/etc/apt/keyrings/docker.asc';
  const download = ['curl', '--fail', '--silent', '--show-error', '--location', '--retry', '3', '--max-time', '60'];
  const from = ['--create-dirs', '--output', key, 'https://download.docker.com/linux/debian/gpg'];
  const source = {
    verb: 'write_file',
    words: ['/etc/apt/sources.list.d/docker.sources', '644'],
    stdin: 'Types: deb\n',
  };
  const { done } = await host.send({
    records: [
      { words: [...download, ...from] },
      source,
      { words: ['apt-get', 'update'] },
      { words: [...install, ...ce] },
    ],
  });
  expect(done).toBe('ok');
  expect((await host.run(['docker', 'version', '--format', '{{.Server.Version}}'])).output).toBe('28.5.2\n');
  const mixed = await host.run([...install, 'docker.io']);
  expect(mixed).toMatchObject({ exit: 100, output: expect.stringContaining('unmet dependencies') });
  expect((await host.run([...download, 'https://example.com/'])).exit).toBe(6);
});

test('swap: made, switched on, counted, and back after a reboot only with a line in fstab', async () => {
  const host = await world.boot({ ramMb: 512 });
  const meminfo = ['grep', '-E', '^(MemTotal|SwapTotal):', '/proc/meminfo'];
  expect((await host.run(meminfo)).output).toBe('MemTotal:         492832 kB\nSwapTotal:             0 kB\n');
  const made = await host.run(
    ['fallocate', '--length', '1GiB', '/swapfile'],
    ['chmod', '600', '/swapfile'],
    ['mkswap', '/swapfile'],
  );
  expect(made.output).toMatch(/^Setting up swapspace version 1, size = 1024 MiB \(1073737728 bytes\)\nno label, UUID=/);
  await host.run(['swapon', '/swapfile']);
  expect((await host.run(['swapon', '--show=NAME', '--noheadings'])).output).toBe('/swapfile\n');
  expect((await host.run(meminfo)).output).toContain('SwapTotal:       1048572 kB');
  expect((await host.run(['swapon', '/swapfile'])).output).toContain('Device or resource busy');
  await host.reboot();
  expect((await host.run(['swapon', '--show=NAME', '--noheadings'])).output).toBe('');
  const fstab = { verb: 'write_file', words: ['/etc/fstab', '644'], stdin: '/swapfile none swap sw 0 0\n' };
  await host.send({ records: [fstab] });
  await host.reboot();
  expect((await host.run(['swapon', '--show=NAME', '--noheadings'])).output).toBe('/swapfile\n');
});

test('units: unknown, stopped, started, enabled, reloaded', async () => {
  const host = await world.boot();
  expect(await host.run(['systemctl', 'is-active', 'docker'])).toEqual({ exit: 3, output: 'inactive\n' });
  expect((await host.run(['systemctl', 'is-enabled', 'docker'])).exit).toBe(1);
  expect(await host.run(['systemctl', 'start', 'docker'])).toMatchObject({
    exit: 5,
    output: expect.stringContaining('not found'),
  });
  await host.run(['apt-get', 'update'], [...install, 'docker.io']);
  expect((await host.run(['systemctl', 'is-enabled', 'docker'], ['systemctl', 'is-active', 'docker'])).output).toBe(
    'active\n',
  );
  const restore = ['docker', 'info', '--format', '{{.LiveRestoreEnabled}}'];
  expect((await host.run(restore)).output).toBe('false\n');
  const daemonJson = (stdin: string) =>
    host.send({ records: [{ verb: 'write_file', words: ['/etc/docker/daemon.json', '644'], stdin }] });
  await daemonJson('{"live-restore":true}');
  expect((await host.run(restore)).output).toBe('false\n');
  expect((await host.run(['systemctl', 'reload-or-restart', 'docker'], restore)).output).toBe('true\n');
  await daemonJson('{"live-restore":');
  const failed = await host.run(['systemctl', 'restart', 'docker']);
  expect(failed).toMatchObject({ exit: 1, output: expect.stringContaining('Job for docker.service failed') });
  expect(await host.run(['docker', 'version', '--format', '{{.Server.Version}}'])).toEqual({
    exit: 1,
    output: '\nCannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?\n',
  });
});

test('files, modes and directories outlive a reboot; what is in /run does not', async () => {
  const host = await world.boot();
  const write = (path: string) => ({ verb: 'write_file', words: [path, '600'], stdin: 'x' });
  await host.send({ records: [write('/root/deep/file'), write('/run/file')] });
  await host.stop();
  await host.start(host.publicIp);
  expect((await host.send({ records: [write('/root/deep/file')] })).ends[0]?.outcome).toBe('unchanged');
  expect((await host.run(['cat', '/run/file'])).exit).toBe(1);
  expect((await host.run(['hostname', '--all-ip-addresses'])).output).toBe(`${host.privateIp} \n`);
});

test('cloud-init is done where nobody waits, and after a reboot', async () => {
  const host = await world.boot();
  expect((await host.run(['cloud-init', 'status', '--wait'])).output).toMatch(/\nstatus: done\n$/);
  await host.reboot();
  expect((await host.run(['cloud-init', 'status'])).output).toBe('status: done\n');
});
