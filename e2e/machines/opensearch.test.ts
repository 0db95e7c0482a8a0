import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectFailure, expectSuccess } from '../test/answers.ts';
import { changes } from './rollout-world.ts';
import {
  type Call,
  callOn,
  cutIn,
  fingerprint,
  insist,
  makeServiceHost,
  measured,
  openServiceWorld,
  type ServiceHost,
  stepsOf,
} from './service-host.ts';
import { describePackages, testStandIns } from './vendor-packages.ts';

const parts = {
  real: 'apt, its signatures, dpkg, conffiles, systemd, the journal, memory, sockets',
  standIn: 'what the node answers, its refusals, what it needs beside its heap',
};
const SHOW = `dpkg-query --show --showformat='\${db:Status-Abbrev}\${Version}\\n' opensearch`;

describePackages('deploy-opensearch', parts, () => {
  let world: Awaited<ReturnType<typeof openServiceWorld>>;
  let host: ServiceHost;
  let search: Call;
  const health = async () => JSON.parse(await host.sudo('curl -s http://127.0.0.1:9200/_cluster/health')).status;

  beforeAll(async () => {
    world = await openServiceWorld(242);
    host = await makeServiceHost(world, 'search', 'small_3_0');
    search = host.call('deploy-opensearch');
  });
  afterAll(() => world?.stop());

  /** The call by a control API that has other settings. */
  async function searchWith(env: Record<string, string>): Promise<Call> {
    const DATA_DIR = join(world.dataDir, `other-${Object.keys(env)[0]}`);
    const SSH_KEY_DIR = dirname(world.keyPath);
    return callOn(world, host, 'deploy-opensearch', await world.startApi({ DATA_DIR, SSH_KEY_DIR, ...env }));
  }

  test('a dry run shows what would happen, and nothing happens', async () => {
    const shown = await search({ version: '3.7.0' }, 'dry run');
    expect(shown.body).toMatchObject({ status: 'success', changed: false, dry_run: true });
    expect(changes(shown)).toEqual(expect.arrayContaining(['Install OpenSearch 3.7.0', 'Start OpenSearch']));
    expect(await host.sudo('ls /etc/opensearch /var/lib/fountain /etc/apt/keyrings 2>/dev/null || true')).not.toMatch(
      /opensearch/,
    );
  });

  testStandIns(
    'a key that is not the one pinned: nothing is installed, and it does not stay',
    'none is pinned',
    async () => {
      const call = await searchWith({ OPENSEARCH_APT_KEY_SHA256: '0'.repeat(64) });
      const answer = await call();
      expectFailure(answer, 502, 'step_failed');
      expect(answer.body.message).toContain('has not the SHA-256');
      await expect(host.sudo('ls /etc/apt/keyrings/opensearch.asc')).rejects.toThrow('No such file');
      await expect(host.sudo(SHOW)).rejects.toThrow('no packages found');
    },
  );

  testStandIns(
    'a repository signed by a stranger: apt refuses it, nothing is installed',
    'nobody else has one',
    async () => {
      const { OPENSEARCH_APT_URL } = world.sandbox.vendorSettings;
      const call = await searchWith({ OPENSEARCH_APT_URL: `${OPENSEARCH_APT_URL}-of-a-stranger` });
      const answer = await call();
      expectFailure(answer, 502, 'step_failed');
      expect(answer.body.message).toMatch(/signed with another key.*NO_PUBKEY [0-9A-F]{16}/s);
      await expect(host.sudo(SHOW)).rejects.toThrow('no packages found');
    },
  );

  test('the first call: installed and held, trimmed, enabled, healthy on its private address and on loopback', async () => {
    const { answer } = await measured(world, host, 'opensearch, first install', () => search({ version: '3.7.0' }));
    expectSuccess(answer, true);
    expect(answer.body.result).toMatchObject({ version: '3.7.0', heap_mb: 512, security: 'private' });
    expect(await host.sudo(`${SHOW}; apt-mark showhold; systemctl is-enabled opensearch`)).toBe(
      'hi 3.7.0\nopensearch\nenabled\n',
    );
    expect(await host.sudo('ls /usr/share/opensearch/plugins')).toBe('opensearch-security\n');
    expect(await health()).toMatch(/green|yellow/);
    const listening = await host.sudo('ss --no-header --listening --tcp --numeric sport = :9200');
    const at = (address: string) => expect.stringContaining(`${address}:9200`);
    expect(listening.trim().split('\n').sort()).toEqual([
      at('127.0.0.1'),
      at(new URL(answer.body.result.url).hostname),
    ]);
    expect(Number(await host.sudo('cat /proc/sys/vm/max_map_count'))).toBeGreaterThanOrEqual(262_144);
    const { body } = await host.see('status');
    expect(body.opensearch).toMatchObject({ version: '3.7.0', state: 'active' });
    expect((await host.see('logs', { name: 'opensearch', lines: '50' })).status).toBe(200);
  });

  test('the same call again touches nothing, with one connection and one exec', async () => {
    const before = await fingerprint(host);
    const { answer, connections, execs } = await measured(world, host, 'opensearch, unchanged repeat', search);
    expectSuccess(answer, false);
    expect({ connections, execs }).toEqual({ connections: 1, execs: 1 });
    expect(await fingerprint(host)).toBe(before);
  });

  test('a file that was edited is mended, and OpenSearch started anew', async () => {
    await host.sudo("sed -i 's/512m/300m/' /etc/opensearch/jvm.options.d/fountain.options");
    const pid = await host.sudo('systemctl show opensearch --property=MainPID');
    expect(await stepsOf(search)).toContain('Write /etc/opensearch/jvm.options.d/fountain.options');
    const { answer } = await measured(world, host, 'opensearch, one file to mend', search);
    expectSuccess(answer, true);
    expect(await host.sudo('cat /etc/opensearch/jvm.options.d/fountain.options')).toBe('-Xms512m\n-Xmx512m\n');
    expect(await host.sudo('systemctl show opensearch --property=MainPID')).not.toBe(pid);
    expectSuccess(await search(), false);
  });

  test('a plugin that came back, a unit that was disabled and stopped: each is put right', async () => {
    await host.sudo('mkdir /usr/share/opensearch/plugins/opensearch-ltr; systemctl disable --now opensearch 2>&1');
    expectSuccess(await search(), true);
    expect(await host.sudo('ls /usr/share/opensearch/plugins; systemctl is-enabled opensearch')).toBe(
      'opensearch-security\nenabled\n',
    );
    expect(await health()).toMatch(/green|yellow/);
    expectSuccess(await search(), false);
  });

  test('an upgrade: our files stay, its plugins go again, and it starts once, not by the package', async () => {
    const settings = await host.sudo('cat /etc/opensearch/opensearch.yml');
    const since = (await host.sudo('date +%s')).trim();
    const { answer } = await measured(world, host, 'opensearch, upgrade', () => search({ version: '3.8.0' }));
    expectSuccess(answer, true);
    expect(await host.sudo(`${SHOW}; apt-mark showhold; systemctl is-enabled opensearch`)).toBe(
      'hi 3.8.0\nopensearch\nenabled\n',
    );
    expect(await host.sudo('cat /etc/opensearch/opensearch.yml')).toBe(settings);
    expect(await host.sudo('ls /usr/share/opensearch/plugins')).toBe('opensearch-security\n');
    const starts = await host.sudo(
      `journalctl --since @${since} --output cat _PID=1 | grep -c '^Started opensearch' || true`,
    );
    expect(starts).toBe('1\n');
    expectSuccess(await search({ version: '3.8.0' }), false);
  });

  test('it dies for want of memory: told as such, with the heap that was asked; a smaller one runs', async () => {
    // A limit of the unit alone: where the whole machine is short of memory, its sshd answers no more than OpenSearch does.
    const limit = '/etc/systemd/system/opensearch.service.d/limit.conf';
    await host.sudo(
      `mkdir -p ${limit.replace(/\/[^/]+$/, '')}; printf '[Service]\nMemoryMax=900M\n' >${limit}; systemctl daemon-reload`,
    );
    const answer = await search({ heap_mb: 1100 });
    expectFailure(answer, 502, 'step_failed');
    expect(answer.body.message).toContain('died for want of memory, with a heap of 1100 MB');
    // With version 1 of cgroups systemd does not learn who killed.
    expect(answer.body.message).toMatch(/oom-kill|status=9\/KILL/);
    expect(answer.body.message).toContain('medium_3_0');
    expect(await host.sudo('systemctl is-active opensearch || true')).toMatch(/^(failed|inactive)\n$/);
    expectSuccess(await search(), true);
    expectSuccess(await search(), false);
    await host.sudo(`rm ${limit}; systemctl daemon-reload`);
  });

  test('after a reboot it is back by itself, and the call finds nothing to do', async () => {
    await host.reboot();
    await expect.poll(health, { timeout: 60_000 }).toMatch(/green|yellow/);
    expectSuccess(await search(), false);
  });

  test('a package that somebody left half configured is finished by the call', async () => {
    const other = await makeServiceHost(world, 'half', 'small_3_0');
    // Everything up to the installation by the call; that one by hand, without what the package's script asks for.
    await cutIn(other, other.call('deploy-opensearch'), /^Look for OpenSearch/, false);
    const left = await other.sudo(`apt-get -qy install opensearch >/dev/null 2>&1 || true; ${SHOW}`);
    expect(left).toBe('iF 3.8.0\n');
    const call = other.call('deploy-opensearch');
    expect(await stepsOf(call)).toContain('Finish the interrupted installation of packages');
    expectSuccess(await insist(call), true);
    expect(await other.sudo(`${SHOW}; dpkg --audit`)).toBe('hi 3.8.0\n');
    expectSuccess(await call(), false);
  });

  test('cut off in one step after the other of a first call, which the same call then finishes', async () => {
    const other = await makeServiceHost(world, 'cut', 'small_3_0');
    const call = other.call('deploy-opensearch');
    const wanted: [step: RegExp, kill: boolean][] = [
      [/^Add OpenSearch's repository/, true],
      [/^Read the lists/, false],
      [/^Install OpenSearch/, true],
      [/^Remove the plugin opensearch-ml/, true],
      [/^Write .*opensearch\.yml/, false],
      [/^Start OpenSearch at every boot/, true],
      [/^Start OpenSearch$/, true],
      [/^Wait until OpenSearch/, false],
    ];
    for (const [step, kill] of wanted) await cutIn(other, call, step, kill);
    expectSuccess(await insist(call), true);
    expect(await other.sudo(`${SHOW}; systemctl is-enabled opensearch; dpkg --audit`)).toBe('hi 3.8.0\nenabled\n');
    expectSuccess(await call(), false);
  });
});
