import { expect, test } from 'vitest';
import { createVirtualHosts } from '../../src/virtual-host/index.ts';
import { vendorSettings } from '../../src/virtual-host/vendors.ts';
import { freePort, testHost, virtualWorld } from './world.ts';
import {
  curl,
  DEB,
  file,
  install,
  installWith,
  KEY,
  KONG_CONF,
  KONG_YML,
  PRIVATE,
  SOURCE,
  update,
  withKong,
  withSource,
} from './world-packages.ts';

const world = virtualWorld();
const SEARCH = { ramMb: 2048, diskGb: 60 };
const query = ['dpkg-query', '--show', `--showformat=\${db:Status-Abbrev} \${Version}\\n`];
const settings = vendorSettings as Record<string, string>;
const onlyOurs = [
  '-o',
  `Dir::Etc::SourceList=${SOURCE}`,
  '-o',
  'Dir::Etc::SourceParts=-',
  '-o',
  'APT::Get::List-Cleanup=0',
];
const updateOurs = ['apt-get', ...onlyOurs, '-o', 'APT::Update::Error-Mode=any', 'update'];

test("OpenSearch's archive counts with its source and its own key", async () => {
  const host = await world.boot(SEARCH);
  expect((await host.run(update, install('opensearch'))).output).toContain('E: Unable to locate package opensearch');
  await host.send({
    records: [file(SOURCE, `URIs: ${settings.OPENSEARCH_APT_URL}\nSuites: stable\nSigned-By: ${KEY}\n`)],
  });
  const unsigned = await host.run(updateOurs);
  expect(unsigned.exit).toBe(100);
  expect(unsigned.output).toMatch(
    /W: GPG error: http:.* InRelease: .*NO_PUBKEY \w{16}\nE: The repository '.* stable InRelease' is not signed\.\n$/,
  );
  const fetched = await host.run(curl(KEY, settings.OPENSEARCH_APT_KEY_URL), ['sha256sum', KEY]);
  expect(fetched.output).toBe(`${settings.OPENSEARCH_APT_KEY_SHA256}  ${KEY}\n`);
  expect((await host.run(updateOurs)).exit).toBe(0);
  expect((await host.run(['apt-get', '--simulate', 'install', 'opensearch=3.7.0'])).output).toContain(
    'Inst opensearch (3.7.0',
  );
  // Its lists are kept beside those of the system.
  expect((await host.run(install('tini', 'libyaml-0-2'))).exit).toBe(0);
});

test('an archive that is not there: passed over, or an error where it is asked for', async () => {
  const host = await world.boot(SEARCH);
  await host.send({ records: [file(SOURCE, 'URIs: https://away.example/apt\nSuites: stable\n')] });
  const passed = await host.run(update);
  expect(passed.exit).toBe(0);
  expect(passed.output).toContain(
    "W: Failed to fetch https://away.example/apt/dists/stable/InRelease  Could not resolve 'away.example'",
  );
  expect(await host.run(updateOurs)).toMatchObject({
    exit: 100,
    output: expect.stringContaining('E: Failed to fetch'),
  });
  expect((await host.run(install('tini'))).exit).toBe(0);
});

test("the vendor's own addresses hold one line each", async () => {
  const host = await world.boot(SEARCH);
  const url = 'https://artifacts.opensearch.org/releases/bundle/opensearch/2.x/apt';
  await withSource(host, url);
  expect((await host.run(['apt-cache', 'madison', 'opensearch'])).output).toBe(
    `opensearch |     2.19.6 | ${url} stable/main amd64 Packages\n`,
  );
  expect((await host.run(install('opensearch=3.8.0'))).output).toContain(
    "E: Version '3.8.0' for 'opensearch' was not found",
  );
  expect((await host.run(curl(KEY, 'https://artifacts.opensearch.org/publickeys/opensearch-release.pgp'))).exit).toBe(
    0,
  );
});

test('a version by name, held, changed, never back', async () => {
  const host = await world.boot(SEARCH);
  await withSource(host);
  expect((await host.run(['apt-cache', 'madison', 'opensearch'])).output.split('\n')).toHaveLength(4);
  expect(await host.run(install('opensearch=9.9.9'))).toMatchObject({
    exit: 100,
    output: expect.stringContaining("E: Version '9.9.9' for 'opensearch' was not found\n"),
  });
  expect((await host.run(install('no-such=1'))).output).toContain('E: Unable to locate package no-such');
  expect((await installWith(host, PRIVATE, 'opensearch=3.7.0')).exit).toBe(0);
  expect((await host.run(['apt-mark', 'hold', 'opensearch'], ['apt-mark', 'showhold'])).output).toBe('opensearch\n');
  expect((await host.run(['apt-mark', 'hold', 'opensearch'])).output).toBe('opensearch was already set on hold.\n');
  const held = await installWith(host, PRIVATE, 'opensearch=3.8.0');
  expect(held.exit).toBe(100);
  expect(held.output).toContain('E: Held packages were changed and -y was used without --allow-change-held-packages.');
  const changed = await installWith(host, PRIVATE, '--allow-change-held-packages', 'opensearch=3.8.0');
  expect(changed.output).toContain('1 upgraded, 0 newly installed');
  expect(changed.output).toContain('Unpacking opensearch (3.8.0) over (3.7.0) ...');
  const back = await installWith(host, PRIVATE, '--allow-change-held-packages', 'opensearch=3.7.0');
  expect(back).toMatchObject({
    exit: 100,
    output: expect.stringContaining('E: Packages were downgraded and -y was used'),
  });
  expect((await host.run([...query, 'opensearch'])).output).toBe('ii  3.8.0\n');
  expect((await host.run(['apt-mark', 'unhold', 'opensearch'], ['apt-mark', 'showhold'])).output).toBe('');
});

test('the script of OpenSearch: no leave and no password leaves it half configured, until it is run with one', async () => {
  const host = await world.boot(SEARCH);
  await withSource(host);
  const failed = await installWith(host, [], 'opensearch=3.8.0');
  expect(failed.exit).toBe(100);
  expect(failed.output).toContain('ERROR: Something went wrong during demo configuration installation.');
  expect(failed.output).toContain(
    'dpkg: error processing package opensearch (--configure):\n installed opensearch package post-installation script subprocess returned error exit status 1\n',
  );
  expect(failed.output).toMatch(
    /Errors were encountered while processing:\n opensearch\nE: Sub-process \/usr\/bin\/dpkg returned an error code \(1\)\n$/,
  );
  expect((await host.run(['cat', '/var/log/opensearch/install_demo_configuration.log'])).output).toContain(
    'No custom admin password found.',
  );
  expect((await host.run([...query, 'opensearch'])).output).toBe('iF  3.8.0\n');
  const audit = (await host.run(['dpkg', '--audit'])).output;
  expect(audit).toMatch(
    /^The following packages are only half configured, probably due to problems\n[\s\S]*\n opensearch {11}An open source/,
  );
  expect((await host.run(['dpkg', '--configure', '-a'])).exit).toBe(1);
  // Whatever else is installed, dpkg tries it again.
  expect((await host.run(install('tini'))).exit).toBe(100);
  const { ends } = await host.send({ records: [{ words: ['dpkg', '--configure', '-a'], environment: PRIVATE }] });
  expect(ends[0]).toMatchObject({ exit: 0, output: expect.stringContaining('### NOT starting on installation') });
  expect((await host.run(['dpkg', '--audit'])).output).toBe('');
  expect((await host.run(['systemctl', 'is-enabled', 'opensearch'])).output).toBe('disabled\n');
});

test.each([
  ['3.8.0', ['DISABLE_INSTALL_DEMO_CONFIG=true'], 0, ''],
  ['3.8.0', PRIVATE, 0, 'plugins.security.disabled: true\n'],
  ['3.8.0', ['OPENSEARCH_INITIAL_ADMIN_PASSWORD=correct-Horse7'], 0, 'plugins.security.ssl.http.enabled: true\n'],
  ['3.8.0', ['OPENSEARCH_INITIAL_ADMIN_PASSWORD=weak'], 100, ''],
  ['2.19.6', PRIVATE, 100, ''],
  [
    '2.19.6',
    [...PRIVATE, 'OPENSEARCH_INITIAL_ADMIN_PASSWORD=correct-Horse7'],
    0,
    'plugins.security.ssl.http.enabled: true\n',
  ],
])('OpenSearch %s with %j ends with %i', async (version, environment, exit, line) => {
  const host = await world.boot(SEARCH);
  await withSource(host);
  expect((await installWith(host, environment, `opensearch=${version}`)).exit).toBe(exit);
  const { output } = await host.run(['cat', '/etc/opensearch/opensearch.yml']);
  expect(output).toContain(line);
  if (line === '') expect(output).not.toContain('plugins.security');
});

test('an upgrade stops a running OpenSearch, brings its plugins back, and starts an enabled one', async () => {
  const host = await world.boot(SEARCH);
  await withSource(host);
  await installWith(host, PRIVATE, 'opensearch=3.7.0');
  const remove = ['/usr/share/opensearch/bin/opensearch-plugin', 'remove', 'query-insights'];
  const plugins = ['ls', '/usr/share/opensearch/plugins'];
  const isActive = ['systemctl', 'is-active', 'opensearch'];
  expect((await host.run(remove, plugins)).output).not.toContain('query-insights');
  expect((await host.run(['systemctl', 'start', 'opensearch'], isActive)).output).toBe('active\n');
  await installWith(host, PRIVATE, 'opensearch=3.8.0');
  expect((await host.run(plugins)).output).toContain('query-insights\n');
  expect((await host.run(isActive)).output).toBe('inactive\n');
  const enabled = await world.boot(SEARCH);
  await withSource(enabled);
  await installWith(enabled, PRIVATE, 'opensearch=3.7.0');
  await enabled.run(['systemctl', 'enable', 'opensearch']);
  const { output } = await installWith(enabled, PRIVATE, 'opensearch=3.8.0');
  expect(output).toContain('Restarting opensearch.service after upgrade\n');
  expect((await enabled.run(isActive)).output).toBe('active\n');
});

test('a .deb: its sum fits what the sandbox tells, it brings what it depends on, and starts nothing', async () => {
  const host = await world.boot();
  expect((await host.run(install(DEB))).output).toContain(`E: Unsupported file ${DEB} given on commandline`);
  await host.send({ records: [file(DEB, 'no package')] });
  expect((await host.run(install(DEB))).output).toContain('E: Invalid archive signature');
  const check = { words: ['sha256sum', '--check', '--quiet', '-'], stdin: `${settings.KONG_DEB_SHA256}  ${DEB}\n` };
  const wrong = await host.send({ records: [check] });
  expect(wrong.ends[0]).toMatchObject({ exit: 1, output: expect.stringContaining(`${DEB}: FAILED\n`) });
  await host.run(curl(DEB, settings.KONG_DEB_URL));
  expect((await host.send({ records: [check] })).ends[0]).toEqual({ outcome: 'changed', exit: 0, output: '' });
  expect((await host.run(install(DEB))).output).toContain('kong : Depends: libpcre3 but it is not installable');
  const installed = await host.run(update, install(DEB));
  expect(installed.output).toMatch(/additional packages will be installed:\n {2}libpcre3 libyaml-0-2 perl\n/);
  expect((await host.run(['systemctl', 'is-active', 'kong'])).output).toBe('inactive\n');
  expect((await host.run(['kong', 'version'])).output).toBe('3.9.3\n');
  expect((await host.run(install(DEB))).output).toContain('kong is already the newest version (3.9.3).');
  expect((await host.run(curl(DEB, 'https://packages.konghq.com/kong_9.9.9_amd64.deb'))).exit).toBe(6);
  expect((await host.run(install('kong=3.9.3'))).exit).toBe(0);
});

test('half_configured: as an earlier installation may have left it; the disk that is full, before it is fetched', async () => {
  const host = await world.boot({ diskGb: 3 });
  await host.setFault({ type: 'half_configured', package: 'kong' });
  expect((await host.run([...query, 'kong'])).output).toBe('iF  3.9.3\n');
  expect((await host.run(['kong', 'version'])).exit).toBe(127);
  await host.clearFaults();
  expect((await host.run(['dpkg', '--audit'])).output).toContain(' kong ');
  expect((await host.run(['dpkg', '--configure', '-a'], [...query, 'kong'])).output).toBe('ii  3.9.3\n');
  await withSource(host);
  expect((await installWith(host, PRIVATE, 'opensearch')).output).toContain("E: You don't have enough free space");
  await expect(host.setFault({ type: 'half_configured', package: 'curl' })).rejects.toThrow(TypeError);
});

test('hosts survive a restart of the sandbox: packages, units, what is held and the journal', async () => {
  const host = await world.boot();
  await withKong(host);
  await host.send({ records: [file('/etc/kong/kong.conf', KONG_CONF), file('/etc/kong/kong.yml', KONG_YML)] });
  await host.run(['apt-mark', 'hold', 'kong'], ['systemctl', 'enable', 'kong'], ['systemctl', 'start', 'kong']);
  const saved = JSON.parse(JSON.stringify(world.hosts.snapshot()));
  await host.stop();
  const sshPort = await freePort();
  const later = createVirtualHosts({ sshPort, timeScale: 0 });
  later.restore(saved);
  const same = testHost(await later.create(host.spec), host.spec, host.publicIp, sshPort);
  await same.start(same.publicIp);
  expect((await same.run(['apt-mark', 'showhold'])).output).toBe('kong\n');
  expect((await same.run(['systemctl', 'is-active', 'kong'])).output).toBe('active\n');
  expect((await same.run(['curl', '--silent', 'http://127.0.0.1:8007/status/ready'])).output).toBe(
    '{"message":"ready"}',
  );
  const lines = ['journalctl', '--unit', 'kong', '--lines', '9', '--no-pager', '--output', 'cat'];
  expect((await same.run(lines)).output.match(/^Started kong.service - Kong.$/gm)).toHaveLength(2);
  await later.close();
});
