import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { expectFailure, expectSuccess } from '../test/answers.ts';
import { putImage, stepsToRun, type TestHost } from '../test/hosts.ts';
import { cost, type KongCall, type KongHost, makeKongHost } from '../test/kong-host.ts';
import { shareWorld } from '../test/shared-world.ts';

const folder = mkdtempSync(join(tmpdir(), 'fountain-kong-'));
const KONG_CONFIG = join(folder, 'kong.yml');
/** A file of the operator's own. What the manifests make is in gateway.test.ts. */
const committed = readFileSync(new URL('../../kong/kong.yml', import.meta.url), 'utf8');
const another = committed
  .replace('storyfactory.fountain.coach', 'factory.fountain.coach')
  .replace('8105', '8305')
  .replace(/$/, '# voilà\n');

const world = shareWorld({ env: { KONG_CONFIG } });
const writeConfig = (text: string) => writeFileSync(KONG_CONFIG, text);
beforeEach(() => writeConfig(committed));
afterAll(() => rmSync(folder, { recursive: true }));

const kongHost = (name: string, more: object = {}) => makeKongHost(world(), name, more);
const seen = ({ name }: TestHost) => world().sandbox.control.observed(name);
const ranOn = (host: TestHost) => seen(host)?.commandLines.join('\n') ?? '';

async function served(name: string): Promise<KongHost> {
  const host = await kongHost(name);
  expectSuccess(await host.kong(), true);
  return host;
}

describe('deploy-kong', () => {
  test('shows what it would do, does it on a nano, and finds nothing to do afterwards', async () => {
    const host = await kongHost('first');
    const shown = await host.kong({}, 'dry run');
    expect(shown.body).toMatchObject({ status: 'success', dry_run: true, changed: false });
    expect(shown.body.result.difference.services.added).toHaveLength(5);
    expect(ranOn(host)).not.toMatch(/apt-get|curl .*--output \/var|systemctl (restart|enable)/);
    const answer = await host.kong();
    expectSuccess(answer, true);
    expect(answer.body.result).toEqual({
      version: '3.9.3',
      proxy_urls: [`http://${host.ip}`, `https://${host.ip}`],
      config_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      difference: shown.body.result.difference,
      apps_ip: null,
      apps_ip_from: 'KONG_CONFIG',
    });
    expect(answer.body.plan_hash).toBe(shown.body.plan_hash);
    const status = await host.see('status');
    const running = { version: '3.9.3', state: 'active', health: 'ready', configuration: 'as brought' };
    expect(status.body.kong).toEqual({ ...running, certificates: [] });
    for (const call of [host.kong, host.apply]) {
      const again = await cost(world(), host, call);
      expectSuccess(again.answer, false);
      expect(again.answer.body.result.difference).toEqual({});
      expect(again).toMatchObject({ connections: 1, execs: 1 });
    }
  });

  test('a package that is not the one pinned is not installed, and does not stay', async () => {
    const host = await kongHost('exchanged');
    const steps = stepsToRun(await host.kong({}, 'dry run')).map(({ name }) => name);
    const step = steps.findIndex((name) => name.includes('pinned SHA-256'));
    await host.play({ type: 'fail_step', step, exit: 1, output: 'kong_3.9.3.deb: FAILED', times: 1 });
    const answer = await host.kong();
    expectFailure(answer, 502, 'step_failed');
    expect(answer.body.message).toContain('nothing was installed');
    expect(ranOn(host)).not.toMatch(/apt-get .*kong/);
    expectSuccess(await host.kong(), true);
  });

  test('on ubuntu_20_04 is refused before anything is installed', async () => {
    const host = await kongHost('focal', { blueprint_id: 'ubuntu_20_04' });
    const answer = await host.kong();
    expectFailure(answer, 422, 'unsupported_os');
    expect(answer.body.details.map(({ message }: { message: string }) => message)).toEqual([
      'debian 12 (amd64)',
      'ubuntu 24.04 (amd64, arm64)',
    ]);
    expect(ranOn(host)).not.toMatch(/apt-get|fallocate/);
  });

  test('on ubuntu_24_04 works', async () => {
    const host = await kongHost('noble', { blueprint_id: 'ubuntu_24_04' });
    expectSuccess(await host.kong(), true);
    expectSuccess(await host.kong(), false);
  });

  test('of a version that there is no package of', async () => {
    const host = await kongHost('unknown-version');
    const answer = await host.kong({ version: '3.10.0' });
    expectFailure(answer, 422, 'version_unknown');
    expect(answer.body.message).toContain('known: 3.9.3');
    expect(seen(host)?.execs).toBe(0);
    expectFailure(await host.kong({ version: 'latest' }), 400, 'invalid_request');
  });

  test('beside a program on port 80: named, and nothing is installed', async () => {
    const host = await kongHost('taken', { bundle_id: 'micro_3_0' });
    const web = { docker_image: putImage(world(), 'web:1'), name: 'web', ports: [80], publish: 'public' };
    expectSuccess(await host.deploy(web), true);
    const answer = await host.kong();
    expectFailure(answer, 409, 'port_taken');
    expect(answer.body.message).toMatch(/port 80 is taken by \S+ \(pid \d+\)/);
    expect(ranOn(host)).not.toMatch(/apt-get .*kong|kong_/);
    expectSuccess(await host.act('remove', { name: 'web', confirm: 'web' }), true);
    expectSuccess(await host.kong(), true);
  });
});

describe('apply-kong-config', () => {
  test('on a host without Kong', async () => {
    const host = await kongHost('without');
    const answer = await host.apply();
    expectFailure(answer, 404, 'app_not_found');
    expect(answer.body.hint).toContain('deploy-kong first');
  });

  test('brings a changed file, tells what differs, and keeps the one before', async () => {
    const host = await served('changed');
    writeConfig(another);
    const shown = await host.apply({}, 'dry run');
    const difference = {
      routes: { added: [], removed: [], changed: ['story-factory-service/story-factory-service.get'] },
      targets: {
        added: ['story-factory-service.upstream/127.0.0.1:8305'],
        removed: ['story-factory-service.upstream/127.0.0.1:8105'],
        changed: [],
      },
    };
    expect(shown.body).toMatchObject({ changed: false, result: { difference } });
    const answer = await host.apply();
    expectSuccess(answer, true);
    expect(answer.body.result).toMatchObject({ difference });
    expect(answer.body.steps).toContainEqual(
      expect.objectContaining({ name: 'Load the configuration', outcome: 'changed' }),
    );
    expect(stepsToRun(shown).map(({ name }) => name)).toContain('Keep the previous configuration');
    expect(ranOn(host).match(/systemctl restart kong/g)).toHaveLength(1);
    expectSuccess(await host.apply(), false);
    expectSuccess(await host.kong(), false);
    writeConfig(committed);
    const back = await host.kong();
    expectSuccess(back, true);
    expect(back.body.result.difference.targets.removed).toEqual(difference.targets.added);
  });

  test('sends requests to apps_ip, and back again', async () => {
    const host = await served('moved');
    const answer = await host.apply({ apps_ip: '172.26.0.9' });
    expectSuccess(answer, true);
    expect(answer.body.result.apps_ip).toBe('172.26.0.9');
    expect(answer.body.result.difference.targets.added).toContain('story-factory-service.upstream/172.26.0.9:8105');
    expectSuccess(await host.apply({ apps_ip: '172.26.0.9' }), false);
    expectSuccess(await host.kong({ apps_ip: '172.26.0.9' }), false);
    expectSuccess(await host.kong(), true);
    expectFailure(await host.apply({ apps_ip: 'apps' }), 400, 'invalid_request');
  });

  test('with If-Match refuses what is not the plan that was shown', async () => {
    const host = await served('matched');
    writeConfig(another);
    const { plan_hash } = (await host.apply({}, 'dry run')).body;
    writeConfig(another.replace('8305', '8405'));
    const call = (text: string) => {
      writeConfig(text);
      return world().api.post('/services/apply-kong-config', host.naming, { 'if-match': `"${plan_hash}"` });
    };
    expectFailure(await call(another.replace('8305', '8405')), 412, 'plan_changed');
    expectSuccess(await call(another), true);
  });
});

describe('a configuration that is none is refused, and the one that is served is not touched', () => {
  let host: KongHost | undefined;

  test.each<[what: string, text: string, says: string]>([
    ['no YAML', committed.replace('services:\n', 'services: [\n'), 'line'],
    ['an unknown plugin', committed.replace('- name: prometheus', '- name: prometheuss'), 'prometheuss'],
    ['an unknown field', committed.replaceAll('connect_timeout', 'connection_timeout'), 'connection_timeout'],
    [
      'the same name twice',
      committed.replace('story-factory-service\n', 'central-sequence-service\n'),
      'central-sequence',
    ],
  ])('%s', async (_, text, says) => {
    host ??= await served('refusing');
    for (const call of [host.apply, host.kong]) {
      writeConfig(text);
      const answer = await call();
      expectFailure(answer, 422, 'kong_config_invalid');
      expect(answer.body.message).toContain(says);
      writeConfig(committed);
      expectSuccess(await host.kong(), false);
    }
    expect(ranOn(host).match(/systemctl (restart|reload) kong/g)).toHaveLength(1);
  });

  test('a file that is not there', async () => {
    const host = await kongHost('no-file');
    rmSync(KONG_CONFIG);
    const answer = await host.kong();
    expectFailure(answer, 422, 'kong_config_invalid');
    expect(answer.body.message).toContain(`${KONG_CONFIG} cannot be read: there is no such file`);
    expect(answer.body.hint).toContain('KONG_CONFIG');
    expect(seen(host)?.execs).toBe(0);
  });

  test('on a fresh host it is known only once Kong is there; the next call with a good one finishes', async () => {
    const host = await kongHost('fresh-and-broken');
    writeConfig(committed.replace('- name: prometheus', '- name: prometheuss'));
    expectFailure(await host.kong(), 422, 'kong_config_invalid');
    writeConfig(committed);
    expectSuccess(await host.kong(), true);
    expectSuccess(await host.kong(), false);
  });

  test('one that Kong will not load is taken back', async () => {
    const host = await served('not-loaded');
    writeConfig(another);
    const step = stepsToRun(await host.apply({}, 'dry run')).findIndex(({ name }) => name === 'Load the configuration');
    await host.play({ type: 'fail_step', step, exit: 1, output: '400', times: 1 });
    const answer = await host.apply();
    expectFailure(answer, 422, 'kong_config_invalid');
    expect(answer.body.message).toContain('The previous one was put back and is loaded.');
    writeConfig(committed);
    expectSuccess(await host.kong(), false);
  });
});

describe('cut off in the midst of a step', () => {
  async function interrupt(host: TestHost, step: number, kill: boolean, call: KongCall): Promise<void> {
    await host.play({ type: 'hang_up', step, kill });
    const cut = await call();
    expectFailure(cut, 502, 'connection_lost');
    const where = `${kill ? 'killed' : 'cut'} in ${cut.body.steps.at(-1)?.name}`;
    expect(await call(), where).toMatchObject({ status: 200, body: { status: 'success' } });
    const third = await call();
    expect(third, where).toMatchObject({ status: 200, body: { status: 'success', changed: false } });
    expect(stepsToRun(third), where).toEqual([]);
  }

  test('deploy-kong: the same call finishes', async () => {
    const shown = await (await kongHost('to-be-cut')).kong({}, 'dry run');
    const names = stepsToRun(shown).map(({ name }) => name);
    for (const [turn, wanted] of [
      /^Install Kong/,
      /kong\.conf/,
      /^Write the configuration$/,
      /^Start Kong$/,
    ].entries()) {
      const host = await kongHost(`cut-${turn}`);
      const step = names.findIndex((name) => wanted.test(name));
      expect(step).toBeGreaterThan(0);
      await interrupt(host, step, turn % 2 === 0, host.kong);
    }
  });

  test('apply-kong-config: the same call finishes, at every step', async () => {
    const host = await served('cut-while-applied');
    const texts = [another, committed];
    writeConfig(another);
    const names = stepsToRun(await host.apply({}, 'dry run')).map(({ name }) => name);
    // Of the five routes that are asked for, one will do.
    const first = names.findIndex((name) => name.startsWith('Ask for '));
    const steps = [...names.keys()].filter((step) => step <= first || !names[step]?.startsWith('Ask for '));
    expect(steps.length).toBeGreaterThanOrEqual(7);
    for (const [turn, step] of steps.entries()) {
      writeConfig(texts[turn % 2] as string);
      await interrupt(host, step, turn % 2 === 0, host.apply);
    }
  });
});
