import { describe, expect, test } from 'vitest';
import { expectFailure, expectSuccess } from '../test/answers.ts';
import type { TestHost } from '../test/hosts.ts';
import { makeKongHost } from '../test/kong-host.ts';
import { makeSearchHost } from '../test/search-host.ts';
import { shareWorld } from '../test/shared-world.ts';

/** What a host itself does to OpenSearch and Kong; that it is over lets the same call finish. */
const world = shareWorld();
const searchHost = (name: string) => makeSearchHost(world(), name, { bundle_id: 'small_3_0' });
const kongHost = (name: string) => makeKongHost(world(), name);
const ranOn = ({ name }: TestHost) => world().sandbox.control.observed(name)?.commandLines.join('\n') ?? '';

describe('OpenSearch', () => {
  test('that the kernel kills at each start: told as want of memory, with the next bundle, and not left trying', async () => {
    const host = await searchHost('killed');
    await host.play({ type: 'oom_kill', unit: 'opensearch' });
    const answer = await host.search();
    expectFailure(answer, 502, 'step_failed');
    expect(answer.body.message).toMatch(/died for want of memory, with a heap of 512 MB: .*Result=oom-kill/);
    expect(answer.body.message).toContain('medium_3_0 (24 USD a month)');
    expect((await host.see('status')).body.opensearch).toMatchObject({ version: '3.8.0', health: null });
    expect(ranOn(host)).toMatch(/systemctl stop opensearch/);
    await host.play();
    expectSuccess(await host.search(), true);
    expectSuccess(await host.search(), false);
  });

  test('that was killed after it had been healthy: status says so, and the same call starts it', async () => {
    const host = await searchHost('killed-later');
    expectSuccess(await host.search(), true);
    await host.play({ type: 'oom_kill', unit: 'opensearch' });
    expect((await host.see('status')).body.opensearch.state).not.toBe('active');
    await host.play();
    const answer = await host.search();
    expectSuccess(answer, true);
    expect(ranOn(host).match(/apt-get .*install .*opensearch=/g)).toHaveLength(2);
    expect((await host.see('status')).body.opensearch).toMatchObject({ state: 'active', health: 'green' });
  });

  test('that somebody else installed without a password and left half configured is finished, and then as asked', async () => {
    const host = await searchHost('half-configured');
    await host.play({ type: 'half_configured', package: 'opensearch' });
    expect((await host.see('status')).body.opensearch).toMatchObject({ state: 'half installed' });
    expectSuccess(await host.search(), true);
    expect(ranOn(host)).toContain('dpkg --configure -a');
    expectSuccess(await host.search(), false);
  });

  test('beside another program on its port: named by the port', async () => {
    const host = await searchHost('port-taken');
    await host.play({ type: 'port_taken', port: 9200, program: 'elastic' });
    const answer = await host.search();
    expectFailure(answer, 409, 'port_taken');
    expect(answer.body.message).toContain('port 9200');
    await host.play();
    expectSuccess(await host.search(), true);
  });

  test('that does not start: what it said last is told', async () => {
    const host = await searchHost('unwilling');
    await host.play({ type: 'unit_fails', unit: 'opensearch', lines: ['java.lang.IllegalStateException: no'] });
    const answer = await host.search();
    expectFailure(answer, 502, 'step_failed');
    expect(answer.body.message).toContain('java.lang.IllegalStateException: no');
    await host.play();
    expectSuccess(await host.search(), true);
  });
});

describe('Kong', () => {
  test('that the kernel kills at each start: told as want of memory', async () => {
    const host = await kongHost('kong-killed');
    await host.play({ type: 'oom_kill', unit: 'kong' });
    const answer = await host.kong();
    expectFailure(answer, 422, 'insufficient_memory');
    expect(answer.body.message).toMatch(/killed for want of memory: .*OOM killer/);
    await host.play();
    expectSuccess(await host.kong(), true);
    expectSuccess(await host.kong(), false);
  });

  test.each([80, 443])('beside another program on port %i: named before anything is installed', async (port) => {
    const host = await kongHost(`kong-port-${port}`);
    await host.play({ type: 'port_taken', port, program: 'apache2' });
    for (const dryRun of ['dry run', undefined] as const) {
      const answer = await host.kong({}, dryRun);
      expectFailure(answer, 409, 'port_taken');
      expect(answer.body.message).toMatch(new RegExp(`port ${port} is taken by apache2 \\(pid \\d+\\)`));
    }
    expect(ranOn(host)).not.toMatch(/apt-get/);
    await host.play();
    expectSuccess(await host.kong(), true);
  });

  test('half configured is finished', async () => {
    const host = await kongHost('kong-half');
    await host.play({ type: 'half_configured', package: 'kong' });
    expectSuccess(await host.kong(), true);
    expect(ranOn(host)).toContain('dpkg --configure -a');
    expectSuccess(await host.kong(), false);
  });

  test('that does not start: what it said last is told', async () => {
    const host = await kongHost('kong-unwilling');
    await host.play({ type: 'unit_fails', unit: 'kong', lines: ['nginx: [emerg] no'] });
    const answer = await host.kong();
    expectFailure(answer, 502, 'step_failed');
    expect(answer.body.message).toContain('nginx: [emerg] no');
    await host.play();
    expectSuccess(await host.kong(), true);
  });

  test('stopped by somebody: apply-kong-config starts it again', async () => {
    const host = await kongHost('kong-stopped');
    expectSuccess(await host.kong(), true);
    await host.play({ type: 'oom_kill', unit: 'kong' });
    await host.play();
    const answer = await host.apply();
    expect(answer).toMatchObject({ status: 200, body: { status: 'success' } });
    expect((await host.see('status')).body.kong).toMatchObject({ state: 'active', health: 'ready' });
    expectSuccess(await host.apply(), false);
  });
});
