import { Agent, get as getHttps } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { hashSync } from 'bcryptjs';
import { expect, test } from 'vitest';
import { type TestHost, virtualWorld } from './world.ts';
import { file, OPENSEARCH_YML, withOpensearch } from './world-packages.ts';

const world = virtualWorld();
const SEARCH = { ramMb: 2048, diskGb: 60 };
const ETC = '/etc/opensearch';
const restart = ['systemctl', 'restart', 'opensearch'];
const isActive = ['systemctl', 'is-active', 'opensearch'];
const show = ['systemctl', 'show', 'opensearch', '--property=ActiveState,SubState,Result,ExecMainStatus'];
const journal = ['journalctl', '--unit', 'opensearch', '--lines', '20', '--no-pager', '--output', 'cat'];
const health = (...more: string[]) => [
  ...['curl', '--silent', '--max-time', '10', '--write-out', '\\n%{http_code}', ...more],
  'http://127.0.0.1:9200/_cluster/health?wait_for_status=yellow&timeout=5s',
];

async function searchHost(more = {}, heap = 512): Promise<TestHost> {
  const host = await world.boot({ ...SEARCH, ...more });
  await withOpensearch(host);
  const { done } = await host.send({
    records: [
      file(`${ETC}/opensearch.yml`, OPENSEARCH_YML(host.privateIp)),
      file(`${ETC}/jvm.options.d/fountain.options`, `-Xms${heap}m\n-Xmx${heap}m\n`),
    ],
  });
  expect(done).toBe('ok');
  return host;
}

const write = (host: TestHost, path: string, text: string, mode?: string) =>
  host.send({ records: [file(path, text, mode)] });

test('started, it answers on the host itself and on the private address, and after a reboot when enabled', async () => {
  const host = await searchHost();
  expect((await host.run(health())).output).toBe('\n000');
  expect((await host.run(restart, isActive)).output).toBe('active\n');
  const { output } = await host.run(health());
  expect(output).toMatch(/^\{.*"status":"green".*\}\n200$/);
  const url = `http://${host.privateIp}:9200`;
  expect(await (await fetch(url)).json()).toMatchObject({ cluster_name: 'fountain', version: { number: '3.8.0' } });
  await expect(fetch(`http://${host.publicIp}:9200`)).rejects.toThrow();
  expect((await host.run(show)).output).toBe(
    'Result=success\nExecMainStatus=0\nActiveState=active\nSubState=running\n',
  );
  expect((await host.run(journal)).output).toBe(
    'Starting opensearch.service - OpenSearch...\nStarted opensearch.service - OpenSearch.\n',
  );
  await host.reboot();
  expect((await host.run(isActive)).output).toBe('inactive\n');
  expect((await host.run(['systemctl', 'enable', 'opensearch'])).output).toBe(
    'Created symlink /etc/systemd/system/multi-user.target.wants/opensearch.service → /lib/systemd/system/opensearch.service.\n',
  );
  await host.reboot();
  expect((await fetch(url)).status).toBe(200);
  expect((await host.run(['systemctl', 'stop', 'opensearch'], show)).output).toContain(
    'ActiveState=inactive\nSubState=dead\n',
  );
  await expect(fetch(url)).rejects.toThrow();
});

test('two hosts have one each, on the same ports', async () => {
  const [one, other] = [await searchHost(), await searchHost()];
  await Promise.all([one, other].map((host) => host.run(restart)));
  await write(other, `${ETC}/opensearch.yml`, OPENSEARCH_YML(other.privateIp).replace('fountain-1', 'other'));
  await other.run(restart);
  const nameAt = async (ip: string) => ((await (await fetch(`http://${ip}:9200`)).json()) as { name: string }).name;
  expect([await nameAt(one.privateIp), await nameAt(other.privateIp)]).toEqual(['fountain-1', 'other']);
  expect((await one.run(['curl', '--silent', `http://${other.privateIp}:9200/`])).output).toContain('"name":"other"');
});

test('a configuration that it does not take: the job fails, and the journal says why', async () => {
  const host = await searchHost();
  await write(host, `${ETC}/opensearch.yml`, OPENSEARCH_YML(host.privateIp, 'clustr.name: x\n'));
  const failed = await host.run(restart);
  expect(failed.exit).toBe(1);
  expect(failed.output).toBe(
    'Job for opensearch.service failed because the control process exited with error code.\n' +
      'See "systemctl status opensearch.service" and "journalctl -xeu opensearch.service" for details.\n',
  );
  expect((await host.run(show)).output).toBe(
    'Result=exit-code\nExecMainStatus=1\nActiveState=failed\nSubState=failed\n',
  );
  const said = (await host.run(journal)).output;
  expect(said).toContain(
    'java.lang.IllegalArgumentException: unknown setting [clustr.name] did you mean [cluster.name]?\n',
  );
  expect(said).toContain(
    "opensearch.service: Failed with result 'exit-code'.\nFailed to start opensearch.service - OpenSearch.\n",
  );
  await write(host, `${ETC}/opensearch.yml`, 'transport.host: 10.9.8.7\nplugins.security.disabled: true\n');
  await host.run(restart);
  expect((await host.run(show)).output).toContain('ExecMainStatus=78\n');
  expect((await host.run(journal)).output).toContain('ERROR: [1] bootstrap checks failed\n[1]: the default discovery');
  await write(host, `${ETC}/jvm.options.d/fountain.options`, '-Xms2g\n-Xmx1g\n');
  await host.run(restart);
  expect((await host.run(journal)).output).toContain(
    'Initial heap size set to a larger value than the maximum heap size',
  );
});

test('the journal in the form for reading, with the time zone of the system', async () => {
  const lines = ['journalctl', '--unit', 'opensearch', '--lines', '1', '--no-pager', '--output', 'short-iso'];
  const [bookworm, noble] = [await searchHost(), await searchHost({ blueprintId: 'ubuntu_24_04' })];
  expect((await bookworm.run(lines)).output).toBe('-- No entries --\n');
  const last = async (host: TestHost) => (await host.run(restart, lines)).output;
  expect(await last(bookworm)).toMatch(
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0000 host-\d+ systemd\[1\]: Started opensearch.service/,
  );
  expect(await last(noble)).toMatch(/^\S+\+00:00 host-\d+ systemd\[1\]: Started/);
});

test('more heap than there is memory: the kernel kills it; swap helps', async () => {
  const host = await searchHost({}, 1800);
  const failed = await host.run(restart);
  expect(failed.output).toContain('Job for opensearch.service failed because of an out-of-memory (OOM) situation.');
  expect((await host.run(show)).output).toContain('Result=oom-kill\nExecMainStatus=9\n');
  expect((await host.run(journal)).output).toContain('A process of this unit has been killed by the OOM killer.');
  await host.run(
    ['fallocate', '--length', '1GiB', '/swapfile'],
    ['chmod', '600', '/swapfile'],
    ['mkswap', '/swapfile'],
  );
  expect((await host.run(['swapon', '/swapfile'], restart, isActive)).output).toBe('active\n');
});

test('oom_kill: at once and at every start, until it is cleared; systemd starts it again by its drop-in', async () => {
  const host = await searchHost();
  const dropIn = '/etc/systemd/system/opensearch.service.d/fountain.conf';
  await write(host, dropIn, '[Service]\nTimeoutStartSec=600\nRestart=on-failure\nRestartSec=30\n');
  expect((await host.run(restart)).output).toMatch(
    /^Warning: The unit file, .* drop-ins of opensearch.service changed on disk/,
  );
  expect((await host.run(['systemctl', 'daemon-reload'], restart)).output).toBe('');
  await host.setFault({ type: 'oom_kill', unit: 'opensearch' });
  expect((await host.run(show)).output).toBe(
    'Result=oom-kill\nExecMainStatus=9\nActiveState=activating\nSubState=auto-restart\n',
  );
  expect(await host.run(isActive)).toEqual({ exit: 3, output: 'activating\n' });
  const waitFor = (wanted: string) => ({
    verb: 'wait_until',
    words: ['1', '1', wanted, '', ...isActive],
    timeoutS: 100,
  });
  const waited = await host.send({ records: [waitFor('active')] });
  expect(waited.done).toBe('failed');
  expect((await host.run(journal)).output).toMatch(/Scheduled restart job, restart counter is at 3\./);
  expect((await host.run(['systemctl', 'stop', 'opensearch'], isActive)).output).toBe('inactive\n');
  expect((await host.run(restart)).exit).toBe(1);
  await host.clearFaults();
  expect(
    (
      await host.send({
        records: [{ verb: 'wait_until', words: ['1', '1', 'active', '', ...isActive], timeoutS: 100 }],
      })
    ).done,
  ).toBe('ok');
  expect((await host.run(health())).output).toMatch(/\n200$/);
});

test('on a small machine it takes longer than the package allows: TimeoutStartSec', async () => {
  const host = await searchHost({ ramMb: 1024, diskGb: 40 }, 400);
  expect((await host.run(restart)).output).toContain(
    'Job for opensearch.service failed because a timeout was exceeded.',
  );
  await write(host, '/etc/systemd/system/opensearch.service.d/fountain.conf', '[Service]\nTimeoutStartSec=600\n');
  expect((await host.run(['systemctl', 'daemon-reload'], restart, isActive)).output).toBe('active\n');
});

test('a port that another program has, and an address that is not the host’s', async () => {
  const host = await searchHost();
  await host.setFault({ type: 'port_taken', port: 9200, program: 'java' });
  expect((await host.run(restart)).exit).toBe(1);
  expect((await host.run(journal)).output).toContain(
    'Failed to bind to 127.0.0.1:9200]; nested: BindException[Address already in use]',
  );
  await host.clearFaults();
  await write(host, `${ETC}/opensearch.yml`, OPENSEARCH_YML('10.9.8.7'));
  await host.run(restart);
  expect((await host.run(journal)).output).toContain(
    'Failed to bind to 10.9.8.7:9200]; nested: BindException[Cannot assign',
  );
});

test('unit_fails: its own words, and no other unit’s', async () => {
  const host = await searchHost();
  await host.setFault({
    type: 'unit_fails',
    unit: 'opensearch',
    lines: ['java.lang.OutOfMemoryError: Java heap space'],
  });
  expect((await host.run(restart)).exit).toBe(1);
  expect((await host.run(journal)).output).toContain('java.lang.OutOfMemoryError: Java heap space\n');
  await host.clearFaults();
  expect((await host.run(restart)).exit).toBe(0);
  await expect(host.setFault({ type: 'unit_fails', unit: 'cron', lines: ['x'] })).rejects.toThrow(TypeError);
});

test('plugins: removed in the order of who extends whom', async () => {
  const host = await searchHost();
  const plugin = (...words: string[]) => ['/usr/share/opensearch/bin/opensearch-plugin', ...words];
  expect(await host.run(plugin('remove', 'opensearch-alerting'))).toMatchObject({
    exit: 11,
    output: expect.stringContaining(
      'cannot be removed because it is extended by other plugins: [opensearch-security-analytics]',
    ),
  });
  expect((await host.run(plugin('remove', 'opensearch-security-analytics'))).output).toBe(
    '-> removing [opensearch-security-analytics]...\n',
  );
  expect((await host.run(plugin('remove', 'opensearch-alerting'))).exit).toBe(0);
  expect((await host.run(['test', '!', '-e', '/usr/share/opensearch/plugins/opensearch-alerting'])).exit).toBe(0);
  expect((await host.run(plugin('remove', 'opensearch-alerting'))).exit).toBe(78);
  // Without the security plugin its settings are unknown.
  expect((await host.run(plugin('remove', 'opensearch-security'), restart)).exit).toBe(1);
});

test('vm.max_map_count: by the package, by a file, and what a reboot makes of it', async () => {
  const host = await world.boot(SEARCH);
  const maps = ['cat', '/proc/sys/vm/max_map_count'];
  expect((await host.run(maps)).output).toBe('65530\n');
  await withOpensearch(host);
  expect((await host.run(maps)).output).toBe('262144\n');
  await write(host, '/etc/sysctl.d/60-x.conf', 'vm.max_map_count = 300000\n');
  expect((await host.run(['sysctl', '--load', '/etc/sysctl.d/60-x.conf'])).output).toBe('vm.max_map_count = 300000\n');
  expect((await host.run(['sysctl', 'vm.max_map_count'])).output).toBe('vm.max_map_count = 300000\n');
  await host.reboot();
  expect((await host.run(maps)).output).toBe('262144\n');
  expect((await host.run(['sysctl', '--load', '/none'])).exit).toBe(255);
});

const TLS = `${['transport', 'http']
  .flatMap((layer) =>
    ['pemcert_filepath: node.pem', 'pemkey_filepath: node-key.pem', 'pemtrustedcas_filepath: admin.pem'].map(
      (line) => `plugins.security.ssl.${layer}.${line}\n`,
    ),
  )
  .join('')}plugins.security.ssl.http.enabled: true\nplugins.security.authcz.admin_dn: ["CN=fountain-admin"]\n`;

test('TLS: a real certificate, files that its own user can read, the login of the users’ file, the super admin', async () => {
  const host = await searchHost();
  const openssl = (name: string, ...more: string[]) => [
    ...['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '3650', ...more],
    ...['-keyout', `${ETC}/${name}-key.pem`, '-out', `${ETC}/${name}.pem`],
  ];
  const names = `subjectAltName=IP:127.0.0.1,IP:${host.privateIp}`;
  const users = `---\nadmin:\n  hash: "${hashSync('correct-Horse7', 4)}"\n`;
  await host.send({
    records: [
      { words: openssl('node', '-subj', '/CN=opensearch', '-addext', names) },
      { words: openssl('admin', '-subj', '/CN=fountain-admin') },
      file(`${ETC}/opensearch.yml`, OPENSEARCH_YML(host.privateIp, TLS)),
      file(`${ETC}/opensearch-security/internal_users.yml`, users, '600'),
    ],
  });
  // The key is root's alone.
  expect((await host.run(restart)).exit).toBe(1);
  expect((await host.run(journal)).output).toContain('Unable to read the file node-key.pem. Please make sure');
  const owned = ['node-key.pem', 'node.pem', 'opensearch-security/internal_users.yml'].map((name) => `${ETC}/${name}`);
  expect((await host.run(['chown', 'opensearch:opensearch', ...owned], restart)).exit).toBe(0);

  const url = 'https://127.0.0.1:9200/_cluster/health';
  const ask = async (words: string[], stdin = '') => {
    const curl = [
      'curl',
      '--silent',
      '--show-error',
      '--output',
      '/dev/null',
      '--write-out',
      '%{http_code}',
      ...words,
      url,
    ];
    const { ends } = await host.send({ records: [{ words: curl, stdin, verb: 'run_merged' }] });
    return ends[0]?.output;
  };
  const ca = ['--cacert', `${ETC}/node.pem`];
  const admin = ['--cert', `${ETC}/admin.pem`, '--key', `${ETC}/admin-key.pem`];
  expect(await ask([])).toBe('000curl: (60) SSL certificate problem: self-signed certificate\n');
  expect(await ask(['--cacert', '/none'])).toContain('curl: (77)');
  expect(await ask([...ca])).toBe('401');
  expect(await ask(['--insecure'])).toBe('401');
  expect(await ask([...ca, '--config', '-'], 'user = "admin:correct-Horse7"\n')).toBe('200');
  expect(await ask([...ca, '--config', '-'], 'user = "admin:wrong"\n')).toBe('401');
  expect(await ask([...ca, ...admin])).toBe('200');

  const hash = hashSync('another-Horse7', 4);
  const put = [
    ...['curl', '--silent', '--fail', ...ca, ...admin, '--request', 'PUT'],
    '--header',
    'Content-Type: application/json',
  ];
  const body = `data = "${JSON.stringify({ hash, backend_roles: ['admin'] }).replaceAll('"', '\\"')}"\n`;
  const users2 = 'https://127.0.0.1:9200/_plugins/_security/api/internalusers/admin';
  const set = await host.send({ records: [{ words: [...put, '--config', '-', users2], stdin: body }] });
  expect(set.ends[0]).toMatchObject({ exit: 0, output: expect.stringContaining("'admin' updated.") });
  // The users' file counts at the very first start only.
  await host.run(restart);
  expect(await ask([...ca, '--config', '-'], 'user = "admin:another-Horse7"\n')).toBe('200');
  expect(await ask([...ca, '--config', '-'], 'user = "admin:correct-Horse7"\n')).toBe('401');
  expect(await certificateAt(host.privateIp)).toMatchObject({
    subject: { CN: 'opensearch' },
    subjectaltname: `IP Address:127.0.0.1, IP Address:${host.privateIp}`,
  });
});

function certificateAt(ip: string): Promise<{ subject: object; subjectaltname?: string }> {
  return new Promise((resolve, reject) => {
    const agent = new Agent({ rejectUnauthorized: false });
    const asked = getHttps({ host: ip, port: 9200, path: '/', agent }, (response) => {
      const { subject, subjectaltname } = (response.socket as TLSSocket).getPeerCertificate();
      response.resume().on('end', () => resolve({ subject, ...(subjectaltname ? { subjectaltname } : {}) }));
    });
    asked.on('error', reject);
  });
}
