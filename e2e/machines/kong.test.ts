import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
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
  real: 'apt, dpkg, systemd, the journal, memory, sockets, the order of things',
  standIn: 'what Kong checks, answers and serves',
};
const SHOW = `dpkg-query --show --showformat='\${db:Status-Abbrev}\${Version}\\n' kong`;
const CONFIG = '/etc/kong/kong.yml';
const folder = mkdtempSync(join(tmpdir(), 'fountain-kong-'));
const KONG_CONFIG = join(folder, 'kong.yml');
const committed = readFileSync(new URL('../../kong/kong.yml', import.meta.url), 'utf8');
const another = committed.replace('storyfactory.fountain.coach', 'factory.fountain.coach').replace('8105', '8305');

describePackages('deploy-kong, apply-kong-config', parts, () => {
  let world: Awaited<ReturnType<typeof openServiceWorld>>;
  let host: ServiceHost;
  let kong: Call;
  let apply: Call;
  const writeConfig = (text: string) => writeFileSync(KONG_CONFIG, text);
  /** MD5 of the file that Kong has loaded. */
  const loaded = async (at = host) =>
    JSON.parse(await at.sudo('curl -s http://127.0.0.1:8001/status')).configuration_hash as string;
  const mainPid = () => host.sudo('systemctl show kong --property=MainPID');

  beforeAll(async () => {
    world = await openServiceWorld(243, { KONG_CONFIG });
    host = await makeServiceHost(world, 'gate', 'micro_3_0');
    kong = host.call('deploy-kong');
    apply = host.call('apply-kong-config');
  });
  beforeEach(() => writeConfig(committed));
  afterAll(async () => {
    await world?.stop();
    rmSync(folder, { recursive: true });
  });

  test('a dry run shows what would happen, and nothing happens', async () => {
    const shown = await kong({}, 'dry run');
    expect(shown.body).toMatchObject({ status: 'success', changed: false, dry_run: true });
    expect(changes(shown)).toEqual(expect.arrayContaining(['Install Kong 3.9.3', 'Start Kong']));
    expect(await host.sudo('ls /etc/kong /usr/local/kong 2>/dev/null || true')).toBe('');
    expectFailure(await apply(), 404, 'app_not_found');
  });

  testStandIns('a package that is not the one pinned is not installed, and does not stay', 'it is pinned', async () => {
    const places = { DATA_DIR: join(world.dataDir, 'exchanged'), SSH_KEY_DIR: dirname(world.keyPath) };
    const api = await world.startApi({ ...places, KONG_DEB_SHA256: '0'.repeat(64) });
    const answer = await callOn(world, host, 'deploy-kong', api)();
    expectFailure(answer, 502, 'step_failed');
    await expect(host.sudo(SHOW)).rejects.toThrow('no packages found');
    expect(await host.sudo('ls /var/cache/fountain')).not.toContain('.deb');
  });

  test('a program on port 80 is named, and nothing is installed', async () => {
    await host.sudo('systemd-run --quiet --unit=squatter python3 -m http.server 80');
    await host.sudo('timeout 20 bash -c "until ss -Hltn sport = :80 | grep -q LISTEN; do sleep 0.1; done"');
    const answer = await kong();
    expectFailure(answer, 409, 'port_taken');
    expect(answer.body.message).toMatch(/port 80 is taken by python3 \(pid \d+\)/);
    await expect(host.sudo(SHOW)).rejects.toThrow('no packages found');
    await host.sudo('systemctl stop squatter');
  });

  test('the first call: installed, enabled, ready, with the configuration loaded', async () => {
    const { answer } = await measured(world, host, 'kong, first install', kong);
    expectSuccess(answer, true);
    expect(await host.sudo(`${SHOW}; systemctl is-enabled kong`)).toBe('ii 3.9.3\nenabled\n');
    expect(await host.sudo(`md5sum < ${CONFIG}`)).toContain(await loaded());
    const { body } = await host.see('status');
    const running = { version: '3.9.3', state: 'active', health: 'ready', configuration: 'as brought' };
    expect(body.kong).toEqual({ ...running, certificates: [] });
    expect((await host.see('logs', { name: 'kong', lines: '50' })).status).toBe(200);
    const open = await host.sudo('ss --no-header --listening --tcp --numeric | tr -s " " | cut -d " " -f 4 | sort -u');
    expect(open).toMatch(/127\.0\.0\.1:8001/);
    expect(open).not.toMatch(/(0\.0\.0\.0|\*|\[::\]):8001/);
  });

  test('the same call again touches nothing, with one connection and one exec; so does apply-kong-config', async () => {
    const before = await fingerprint(host);
    for (const [what, call] of Object.entries({ kong, 'apply-kong-config': apply })) {
      const { answer, connections, execs } = await measured(world, host, `${what}, unchanged repeat`, call);
      expectSuccess(answer, false);
      expect({ connections, execs }).toEqual({ connections: 1, execs: 1 });
    }
    expect(await fingerprint(host)).toBe(before);
  });

  test('another configuration is loaded without a new process; the one before is kept', async () => {
    const pid = await mainPid();
    writeConfig(another);
    const { answer } = await measured(world, host, 'apply-kong-config, another file', apply);
    expectSuccess(answer, true);
    expect(answer.body.result.difference.routes.changed).toEqual(['story-factory-service/story-factory-service.get']);
    expect(await host.sudo(`md5sum < ${CONFIG}`)).toContain(await loaded());
    expect(await host.sudo('cat /etc/kong/kong.previous.yml')).toContain('storyfactory.fountain.coach');
    expect(await mainPid()).toBe(pid);
    expectSuccess(await apply(), false);
  });

  test('one that does not parse is refused by Kong; what runs stays as it is', async () => {
    expectSuccess(await apply(), true);
    const [pid, hash] = [await mainPid(), await loaded()];
    writeConfig(committed.replace('- name: prometheus', '- name: prometheuss'));
    const answer = await apply();
    expectFailure(answer, 422, 'kong_config_invalid');
    expect(answer.body.message).toContain('prometheuss');
    expect([await mainPid(), await loaded()]).toEqual([pid, hash]);
    writeConfig(committed);
    expectSuccess(await apply(), false);
  });

  test('a file that was edited is mended, and Kong started anew', async () => {
    await host.sudo("sed -i 's/^nginx_worker_processes.*/nginx_worker_processes = 7/' /etc/kong/kong.conf");
    expect(await stepsOf(kong)).toContain('Write /etc/kong/kong.conf');
    const pid = await mainPid();
    const { answer } = await measured(world, host, 'kong, one file to mend', kong);
    expectSuccess(answer, true);
    expect(await host.sudo('cat /etc/kong/kong.conf')).not.toContain('= 7');
    expect(await mainPid()).not.toBe(pid);
    expectSuccess(await kong(), false);
  });

  test('a restart with the file before is noticed by status, and put right by the call', async () => {
    writeConfig(another);
    expectSuccess(await apply(), true);
    await host.sudo(`cp /etc/kong/kong.previous.yml ${CONFIG} && systemctl restart kong`);
    await expect.poll(async () => (await host.see('status')).body.kong.health, { timeout: 30_000 }).toBe('ready');
    expect((await host.see('status')).body.kong.configuration).toBe('not as brought last');
    expectSuccess(await apply(), true);
    expect((await host.see('status')).body.kong.configuration).toBe('as brought');
    writeConfig(committed);
    expectSuccess(await apply(), true);
  });

  test('a unit that was disabled and stopped, a configuration that was edited on the host: put right', async () => {
    await host.sudo(`systemctl disable --now kong 2>&1; echo '# by hand' >> ${CONFIG}`);
    expect((await host.see('status')).body.kong).toMatchObject({ state: 'inactive' });
    expectSuccess(await kong(), true);
    expect(await host.sudo('systemctl is-enabled kong; systemctl is-active kong')).toBe('enabled\nactive\n');
    expect(await host.sudo(`md5sum < ${CONFIG}`)).toContain(await loaded());
    expectSuccess(await kong(), false);
  });

  test('after a reboot it is back by itself with its configuration, and the calls find nothing to do', async () => {
    const hash = await loaded();
    await host.reboot();
    await expect.poll(() => loaded().catch(String), { timeout: 60_000 }).toBe(hash);
    expectSuccess(await kong(), false);
    expectSuccess(await apply(), false);
  });

  test('cut off in one step after the other of a first call, which the same call then finishes', async () => {
    const other = await makeServiceHost(world, 'cut', 'micro_3_0');
    const call = other.call('deploy-kong');
    const wanted: [step: RegExp, kill: boolean][] = [
      [/^Fetch the package of Kong/, true],
      [/^Install Kong/, true],
      [/kong\.conf/, false],
      [/^Start Kong at every boot/, true],
      [/^Let Kong check/, true],
      [/^Write the configuration$/, false],
      [/^Start Kong$/, true],
    ];
    for (const [step, kill] of wanted) await cutIn(other, call, step, kill);
    expectSuccess(await insist(call), true);
    expect(await other.sudo(`${SHOW}; systemctl is-enabled kong; dpkg --audit`)).toBe('ii 3.9.3\nenabled\n');
    expectSuccess(await call(), false);
    const applied = other.call('apply-kong-config');
    for (const step of [/^Load the configuration/, /^Ask for story-factory/, /^Write the configuration$/]) {
      writeConfig(another);
      await cutIn(other, applied, step, true);
      // Kong may have loaded it just before the cut.
      expect((await insist(applied)).body).toMatchObject({ status: 'success' });
      expectSuccess(await applied(), false);
      expect(await other.sudo(`md5sum < ${CONFIG}`)).toContain(await loaded(other));
      writeConfig(committed);
      expectSuccess(await applied(), true);
    }
  });
});
