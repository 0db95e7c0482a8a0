import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { expectFailure, expectSuccess } from '../test/answers.ts';
import { makeHost, stepsToRun, type TestHost } from '../test/hosts.ts';
import { makeSearchHost, type SearchHost, statusOf } from '../test/search-host.ts';
import { shareWorld } from '../test/shared-world.ts';

const world = shareWorld();
const SMALL = { bundle_id: 'small_3_0' };
const PASSWORD = 'correct-Horse7-battery';

const searchHost = (name: string, more: object = SMALL) => makeSearchHost(world(), name, more);

async function deployed(name: string, fields: object = {}): Promise<SearchHost> {
  const host = await searchHost(name);
  expectSuccess(await host.search(fields), true);
  return host;
}

const ranOn = ({ name }: TestHost) => world().sandbox.control.observed(name)?.commandLines.join('\n') ?? '';
/** Makes the same call again: it changes nothing, and costs one connection and one exec. */
async function expectSettled(host: SearchHost, fields: object = {}): Promise<void> {
  const seen = () => world().sandbox.control.observed(host.name);
  const before = seen();
  const answer = await host.search(fields);
  expectSuccess(answer, false);
  expect(stepsToRun(answer)).toEqual([]);
  expect((seen()?.connections ?? 0) - (before?.connections ?? 0)).toBe(1);
  expect((seen()?.execs ?? 0) - (before?.execs ?? 0)).toBe(1);
}

const stepNames = async (host: SearchHost, fields: object = {}) =>
  stepsToRun(await host.search(fields, 'dry run')).map(({ name }) => name);

describe('deploy-opensearch', () => {
  test('shows what it would do, does it on a small_3_0, and finds nothing to do afterwards', async () => {
    const host = await searchHost('first');
    const shown = await host.search({}, 'dry run');
    expect(shown.body).toMatchObject({ status: 'success', dry_run: true, changed: false });
    expect(ranOn(host)).not.toMatch(/apt-get|curl .*--output|fallocate|systemctl (restart|enable)/);
    const answer = await host.search();
    expectSuccess(answer, true);
    expect(answer.body.plan_hash).toBe(shown.body.plan_hash);
    expect(answer.body.result).toEqual(shown.body.result);
    expect(answer.body.result).toMatchObject({ version: '3.8.0', heap_mb: 512, security: 'private' });
    expect(answer.body.result.removed_plugins).toContain('opensearch-ml');
    const { url } = answer.body.result;
    expect(url).toMatch(/^http:\/\/[0-9.]+:9200$/);
    expect((await fetch(`${url}/_cluster/health`)).status).toBe(200);
    await expect(fetch(`http://${host.ip}:9200`), 'the world cannot reach it').rejects.toThrow();
    const status = await host.see('status');
    expect(status.body.opensearch).toMatchObject({ version: '3.8.0', state: 'active', health: 'green' });
    await expectSettled(host);
  });

  test('on ubuntu_24_04, and on one with room for every plugin', async () => {
    const host = await searchHost('noble', { blueprint_id: 'ubuntu_24_04', bundle_id: 'medium_3_0' });
    const answer = await host.search();
    expectSuccess(answer, true);
    expect(answer.body.result).toMatchObject({ heap_mb: 1792, removed_plugins: [] });
    expectSuccess(await host.search(), false);
  });

  test('against the nano of the source document: what would do, and its price, before anything is installed', async () => {
    const host = await searchHost('nano', { bundle_id: 'nano_3_0' });
    const answer = await host.search();
    expectFailure(answer, 422, 'insufficient_memory');
    expect(answer.body.message).toMatch(/needs 1700 MB of RAM, and the host has 4\d\d MB/);
    expect(answer.body.message).toContain('small_3_0 (12 USD a month)');
    expect(answer.body.hint).toContain('bundle_id small_3_0');
    expect(answer.body.details).toMatchObject([{ needed_mb: 1700, bundle_id: 'small_3_0', price_usd_month: 12 }]);
    expect(ranOn(host)).not.toMatch(/apt-get|fallocate/);
  });

  test('with a heap larger than the RAM: what would do for that heap', async () => {
    const host = await searchHost('greedy');
    const answer = await host.search({ heap_mb: 6000 });
    expectFailure(answer, 422, 'insufficient_memory');
    expect(answer.body.message).toContain('a heap of 6000 MB needs 6900 MB');
    expect(answer.body.message).toContain('large_3_0 (44 USD a month)');
  });

  test('with a full disk', async () => {
    const host = await searchHost('full');
    await host.play({ type: 'disk_full' });
    const answer = await host.search();
    expectFailure(answer, 422, 'insufficient_disk');
    expect(answer.body.message).toMatch(/smallest bundle that would do is \w+_3_0/);
    expect(ranOn(host)).not.toMatch(/apt-get/);
  });

  test('on ubuntu_20_04 is refused before anything is installed', async () => {
    const host = await searchHost('focal', { ...SMALL, blueprint_id: 'ubuntu_20_04' });
    const answer = await host.search();
    expectFailure(answer, 422, 'unsupported_os');
    expect(answer.body.details.map(({ message }: { message: string }) => message)).toEqual([
      'debian 12',
      'ubuntu 22.04',
      'ubuntu 24.04',
    ]);
    expect(ranOn(host)).not.toMatch(/apt-get|fallocate/);
  });

  test('another heap: the file and its difference are shown, only it is written, and OpenSearch started anew', async () => {
    const host = await deployed('another-heap', { heap_mb: 768 });
    const shown = await host.search({}, 'dry run');
    const [written] = stepsToRun(shown).filter(({ name }) => name.startsWith('Write ')) as { action?: object }[];
    expect(written).toMatchObject({ action: { diff: expect.stringMatching(/-Xms768m[\s\S]*\+-Xms512m/) } });
    expect(stepsToRun(shown).filter(({ name }) => name.startsWith('Write '))).toHaveLength(1);
    expectSuccess(await host.search(), true);
    expect(ranOn(host).match(/systemctl restart opensearch/g)).toHaveLength(2);
    expect(ranOn(host).match(/apt-get .*install .*opensearch=/g)).toHaveLength(2);
    expectSuccess(await host.search(), false);
  });
});

describe('versions', () => {
  test('an upgrade keeps what is asked; a step back is refused; without version the one that is there stays', async () => {
    const host = await deployed('upgraded', { version: '3.7.0' });
    const same = await host.search();
    expectSuccess(same, false);
    expect(same.body.result.version).toBe('3.7.0');
    const answer = await host.search({ version: '3.8.0' });
    expectSuccess(answer, true);
    expect(answer.body.result.version).toBe('3.8.0');
    expectSuccess(await host.search({ version: '3.8.0' }), false);
    const back = await host.search({ version: '3.7.0' });
    expectFailure(back, 400, 'invalid_request');
    expect(back.body.details).toMatchObject([{ path: '/version' }]);
    expect(back.body.hint).toContain('fresh instance');
    expect((await host.see('status')).body.opensearch).toMatchObject({ version: '3.8.0', health: 'green' });
  });

  test('the line before, and the way to the next one', async () => {
    const host = await deployed('older-line', { version: '2.19.6' });
    expectSuccess(await host.search({ version: '3.8.0' }), true);
    expectSuccess(await host.search(), false);
  });

  test('one that there is no package of: apt’s words, and those that there are; nothing is stopped for it', async () => {
    const host = await deployed('unknown-version', { version: '3.7.0' });
    const answer = await host.search({ version: '3.99.0' });
    expectFailure(answer, 422, 'version_unknown');
    expect(answer.body.message).toContain("Version '3.99.0' for 'opensearch' was not found");
    expect(answer.body.message).toContain('3.8.0');
    expectFailure(await host.search({ version: '7.10.2' }), 422, 'version_unknown');
    expect((await host.see('status')).body.opensearch).toMatchObject({ state: 'active', health: 'green' });
    expectSuccess(await host.search(), false);
  });
});

describe('with TLS and a login', () => {
  test('the password is made, kept in a file of the owner alone, and shown nowhere', async () => {
    const host = await searchHost('login');
    const { dataDir, api } = world();
    const answer = await host.search({ security: 'tls' });
    expectSuccess(answer, true);
    const path = answer.body.result.admin_password_file;
    expect(path).toBe(join(dataDir, 'passwords/opensearch-eu-central-1-login'));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const password = readFileSync(path, 'utf8').trim();
    expect(password).toMatch(/^\S{24,}$/);
    const { url } = answer.body.result;
    expect(url).toMatch(/^https:/);
    expect(await statusOf(url, `admin:${password}`)).toBe(200);
    for (const login of ['admin:admin', 'kibanaserver:kibanaserver', undefined])
      expect(await statusOf(url, login)).toBe(401);
    await expectSettled(host, { security: 'tls' });
    const journal = await api.get(`/operations/${answer.body.operation_id}`);
    const events = await api.get(`/operations/${answer.body.operation_id}/events`);
    const everything = [answer, journal, events].map(({ body }) => JSON.stringify(body));
    for (const text of [...everything, ranOn(host), api.output()]) expect(text).not.toContain(password);
    expect(ranOn(host)).not.toMatch(/\$2b\$10\$/);
  });

  test('another password is set in the running cluster', async () => {
    const host = await deployed('own-password', { security: 'tls', admin_password: PASSWORD });
    const other = { security: 'tls', admin_password: 'battery-Horse8-correct' };
    expectSuccess(await host.search(other), true);
    await expectSettled(host, other);
    expect(ranOn(host).match(/systemctl restart opensearch/g)).toHaveLength(1);
    expect(ranOn(host)).not.toMatch(/Horse/);
    expectSuccess(await host.search(), true);
  });

  test.each(['Password1!', 'aB3$xyz', 'correct-horse7-battery'])('%s is too weak', async (admin_password) => {
    const { naming } = await makeHost(world(), `weak-${admin_password.length}`);
    const body = { ...naming, security: 'tls', admin_password };
    const answer = await world().api.post('/services/deploy-opensearch', body);
    expectFailure(answer, 400, 'invalid_request');
    expect(answer.body.details).toMatchObject([
      { path: '/admin_password', message: expect.stringContaining('password too weak') },
    ]);
    expect(JSON.stringify(answer.body)).not.toContain(admin_password);
  });
});

describe('when it goes wrong', () => {
  test('a package that an earlier installation left half configured is repaired', async () => {
    const host = await searchHost('half');
    const step = (await stepNames(host)).findIndex((name) => /^Install OpenSearch/.test(name));
    await host.play({ type: 'hang_up', step, kill: true });
    expectFailure(await host.search(), 502, 'connection_lost');
    expect((await host.see('status')).body.opensearch).toMatchObject({ state: 'half installed' });
    const answer = await host.search();
    expectSuccess(answer, true);
    expect(ranOn(host)).toContain('dpkg --configure -a');
    expectSuccess(await host.search(), false);
  });

  test('that it dies for want of memory is told, with what to do', async () => {
    const host = await searchHost('oom');
    const step = (await stepNames(host)).indexOf('Start OpenSearch');
    // What the arithmetic lets through fits: only the kernel of a host with other programs kills it.
    const output = 'Job for opensearch.service failed because a fatal signal was delivered.\nResult=oom-kill';
    await host.play({ type: 'fail_step', step, exit: 1, output, times: 1 });
    const answer = await host.search({ heap_mb: 1000 });
    expectFailure(answer, 502, 'step_failed');
    expect(answer.body.message).toMatch(/died for want of memory, with a heap of 1000 MB/);
    expect(answer.body.message).toContain('medium_3_0 (24 USD a month)');
    expect(answer.body.hint).toContain('smaller heap_mb');
    expect(ranOn(host)).toMatch(
      /systemctl show opensearch .*\njournalctl --unit opensearch .*\nsystemctl stop opensearch/,
    );
    expectSuccess(await host.search(), true);
  });

  test('that dpkg is locked is told', async () => {
    const host = await searchHost('locked');
    await host.play({ type: 'dpkg_locked', forMs: 24 * 3_600_000 });
    const answer = await host.search();
    expectFailure(answer, 502, 'step_failed');
    expect(answer.body.message).toContain('kept the package system locked');
    await host.play();
    expectSuccess(await host.search(), true);
  });

  test.each([
    ['unsigned', 'NO_PUBKEY 4E9275EE6BA2427F', 'signed with another key'],
    [
      'away',
      "E: Failed to fetch https://artifacts.opensearch.org/x  Could not resolve 'artifacts.opensearch.org'",
      'cannot reach',
    ],
  ])('that the repository is %s is told', async (name, output, says) => {
    const host = await searchHost(`repository-${name}`);
    const step = (await stepNames(host)).findIndex((one) => /^Read the lists/.test(one));
    await host.play({ type: 'fail_step', step, exit: 124, output, times: 1 });
    const answer = await host.search();
    expectFailure(answer, 502, 'step_failed');
    expect(answer.body.message).toContain(says);
    expect(ranOn(host)).not.toMatch(/install .*opensearch=/);
    expectSuccess(await host.search(), true);
  });
});

describe('cut off in the midst of a step', () => {
  test.each<[kind: string, fields: object, steps: RegExp]>([
    ['private', {}, /^(Add|Install|Remove the plugin opensearch-ml|Write .*yml|Start OpenSearch$|Remember)/],
    ['tls', { security: 'tls' }, /^(Make .*node|Set the pass)/],
  ])('%s: the same call finishes', async (kind, fields, wanted) => {
    const names = await stepNames(await searchHost(`to-be-cut-${kind}`), fields);
    const at = names.flatMap((name, step) => (wanted.test(name) ? [step] : []));
    expect(at).toHaveLength(kind === 'tls' ? 2 : 6);
    await Promise.all(
      at.map(async (step, turn) => {
        const host = await searchHost(`cut-${kind}-${step}`);
        const kill = turn % 2 === 0;
        await host.play({ type: 'hang_up', step, kill });
        const where = `${kill ? 'killed' : 'cut'} in ${names[step]}`;
        const cut = await host.search(fields);
        expectFailure(cut, 502, 'connection_lost');
        const again = await host.search(fields);
        expect(again, `${where}: ${again.body.message}`).toMatchObject({ status: 200, body: { status: 'success' } });
        const third = await host.search(fields);
        expect(third, where).toMatchObject({ status: 200, body: { status: 'success', changed: false } });
        expect(stepsToRun(third), where).toEqual([]);
      }),
    );
  });
});
