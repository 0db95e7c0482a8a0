import type { HostFault } from '@fountainai/sandbox';
import { describe, expect, test } from 'vitest';
import { expectFailure, expectSuccess } from '../test/answers.ts';
import { makeHost, putImage, stepsToRun } from '../test/hosts.ts';
import { shareWorld } from '../test/shared-world.ts';
import type { Answer } from '../world.ts';

const world = shareWorld();
const seenBy = (name: string) => world().sandbox.control.observed(name);
const outcomes = ({ body }: Answer) => body.steps.map(({ outcome }: { outcome: string }) => outcome);
const stepAt = (steps: { name: string }[], name: RegExp) => steps.findIndex((step) => name.test(step.name));

// A host that does not answer is tried again for 20 s, since a fresh one's server restarts: all tests run side by side.
describe.concurrent('a host that cannot be reached', () => {
  test.each<[fault: HostFault, code: string]>([
    [{ type: 'unreachable' }, 'host_unreachable'],
    [{ type: 'refuse' }, 'host_unreachable'],
  ])('$type', async (fault, code) => {
    const host = await makeHost(world(), `cannot-${fault.type}`);
    await host.play(fault);
    const answer = await host.deploy({ docker_image: 'ghcr.io/user/repo/my-app:latest' });
    expectFailure(answer, 503, code);
    expect(answer.body.message).toContain(host.ip);
    expect(answer.body.hint).toContain('readiness');
    expect(seenBy(host.name)?.commandLines).toEqual([]);
    await host.play();
    expectSuccess(await host.deploy({ docker_image: 'ghcr.io/user/repo/my-app:latest' }), true);
  });

  test('sshd restarts after its first answer: the call goes through', async () => {
    const host = await makeHost(world(), 'restarting');
    await host.play({ type: 'sshd_restart', downMs: 300 });
    expectSuccess(await host.deploy({ docker_image: 'ghcr.io/user/repo/my-app:latest' }), true);
  });

  test('slow: it is waited for', async () => {
    const host = await makeHost(world(), 'slow');
    await host.play({ type: 'slow', delayMs: 300 });
    expect((await host.see('status')).status).toBe(200);
  });
});

describe.concurrent('a login', () => {
  test('with a key that the host does not know', async () => {
    const host = await makeHost(world(), 'refusing');
    const pair = { key_pair_name: 'other-key', region: 'eu-central-1' };
    const { body } = await world().api.post('/aws/lightsail/create-key-pair', pair);
    const answer = await host.deploy({
      docker_image: 'ghcr.io/user/repo/my-app:latest',
      ssh_key_path: body.result.ssh_key_path,
    });
    expectFailure(answer, 503, 'host_unreachable');
    expect(answer.body.message).toContain('refuses admin');
    expect(answer.body.hint).toContain('ssh_key_path');
    expect(seenBy('refusing')?.execs).toBe(0);
  });

  test('to a host that shows another key: nobody tries to log in', async () => {
    const host = await makeHost(world(), 'other-key-shown');
    await host.play({ type: 'host_key_changed' });
    const before = seenBy(host.name)?.authAttempts;
    const answer = await host.deploy({ docker_image: 'ghcr.io/user/repo/my-app:latest' });
    expectFailure(answer, 409, 'host_key_changed');
    expect(answer.body.message.match(/SHA256:/g)?.length).toBeGreaterThan(1);
    expect(seenBy(host.name)).toMatchObject({ authAttempts: before, execs: 0 });
  });
});

describe.concurrent('a step', () => {
  test('that exits non-zero: exit code and last lines are told, nothing after it runs, the same call finishes', async () => {
    const host = await makeHost(world(), 'failing');
    const deploy = { docker_image: 'ghcr.io/user/repo/my-app:latest' };
    const steps = stepsToRun(await host.deploy(deploy, 'dry run'));
    const step = stepAt(steps, /^Install docker/);
    const output = `${'noise\n'.repeat(40)}E: Sub-process /usr/bin/dpkg returned an error code (1)`;
    await host.play({ type: 'fail_step', step, exit: 100, output, times: 1 });
    const answer = await host.deploy(deploy);
    expectFailure(answer, 502, 'step_failed');
    expect(answer.body.message).toContain('100');
    expect(answer.body.message).toContain('Sub-process /usr/bin/dpkg returned an error code');
    expect(outcomes(answer).filter((outcome: string) => outcome === 'failed')).toHaveLength(1);
    expect(answer.body.steps.at(-1).name).toBe(steps[step]?.name);
    const { body } = await world().api.get(`/operations/${answer.body.operation_id}`);
    expect(body).toMatchObject({ status: 'failed', changed: true, error: { code: 'step_failed' } });
    expectSuccess(await host.deploy(deploy), true);
    expectSuccess(await host.deploy(deploy), false);
  });

  test('that waits for dpkg’s lock: it waits its time', async () => {
    const host = await makeHost(world(), 'locked-shortly');
    await host.play({ type: 'dpkg_locked', forMs: 60_000 });
    expectSuccess(await host.deploy({ docker_image: 'ghcr.io/user/repo/my-app:latest' }), true);
  });

  test('that waits for dpkg’s lock for too long: who holds it is told', async () => {
    const host = await makeHost(world(), 'locked-for-long');
    await host.play({ type: 'dpkg_locked', forMs: 24 * 3_600_000 });
    const answer = await host.deploy({ docker_image: 'ghcr.io/user/repo/my-app:latest' });
    expectFailure(answer, 502, 'step_failed');
    expect(answer.body.message).toMatch(/lock/);
    await host.play();
    expectSuccess(await host.deploy({ docker_image: 'ghcr.io/user/repo/my-app:latest' }), true);
  });

  test('that finds the disk full: refused before anything is installed', async () => {
    const host = await makeHost(world(), 'full');
    await host.play({ type: 'disk_full' });
    const answer = await host.deploy({ docker_image: 'ghcr.io/user/repo/my-app:latest' });
    expectFailure(answer, 422, 'insufficient_disk');
    expect(seenBy('full')?.commandLines.join('\n')).not.toMatch(/apt-get|docker pull/);
    await host.play();
    expectSuccess(await host.deploy({ docker_image: 'ghcr.io/user/repo/my-app:latest' }), true);
  });
});

describe.concurrent('an app', () => {
  test('that never gets healthy: the one before serves again', async () => {
    const host = await makeHost(world(), 'sick');
    const good = putImage(world(), 'health:good', { healthcheck: true });
    const bad = putImage(world(), 'health:bad', { healthcheck: true, behaviour: { type: 'never_healthy' } });
    expectSuccess(await host.deploy({ docker_image: good, name: 'web', ports: [8080] }), true);
    const answer = await host.deploy({ docker_image: bad, name: 'web', ports: [8080] });
    expectFailure(answer, 502, 'step_failed');
    expect(answer.body.message).toMatch(/healthy/);
    const { body } = await host.see('docker-apps');
    const running = body.apps[0].releases.filter((release: { running: boolean }) => release.running);
    expect(body.apps).toMatchObject([{ name: 'web', state: 'running' }]);
    expect(running).toMatchObject([{ image: good }]);
    const restore = await host.deploy({ docker_image: good, name: 'web', ports: [8080] });
    expect(restore.body.steps).toContainEqual(expect.objectContaining({ name: 'Container web', outcome: 'unchanged' }));
    expectSuccess(await host.deploy({ docker_image: good, name: 'web', ports: [8080] }), false);
  });

  test('that crashes at its start: its last log lines are told, and nothing is left', async () => {
    const host = await makeHost(world(), 'crashing');
    const behaviour = { type: 'crashes', logs: ['Error: DATABASE_URL is not set'] };
    const answer = await host.deploy({ docker_image: putImage(world(), 'crashing:1', { behaviour }) });
    expectFailure(answer, 502, 'step_failed');
    expect(answer.body.message).toContain('DATABASE_URL is not set');
    const { body } = await host.see('docker-apps');
    expect(body.apps.map(({ state }: { state: string }) => state)).not.toContain('running');
  });

  test('that is killed for want of memory: that is told', async () => {
    const host = await makeHost(world(), 'greedy');
    const answer = await host.deploy({ docker_image: putImage(world(), 'greedy:1', { behaviour: { type: 'oom' } }) });
    expectFailure(answer, 502, 'step_failed');
    expect(answer.body.message).toMatch(/memory/);
    expect(answer.body.hint).toContain('memory_mb');
  });

  test('whose port another app has: the port is told, the other app serves on', async () => {
    const host = await makeHost(world(), 'crowded');
    const image = putImage(world(), 'crowded:1');
    expectSuccess(await host.deploy({ docker_image: image, name: 'first', ports: [8080] }), true);
    const answer = await host.deploy({ docker_image: image, name: 'second', ports: [8080] });
    expectFailure(answer, 409, 'port_taken');
    expect(answer.body.message).toContain('8080');
    expectSuccess(await host.deploy({ docker_image: image, name: 'first', ports: [8080] }), false);
    expectSuccess(await host.deploy({ docker_image: image, name: 'second', ports: [8081] }), true);
  });

  test('that asks for more memory than the host has: refused before anything is done', async () => {
    const host = await makeHost(world(), 'small');
    const answer = await host.deploy({ docker_image: 'ghcr.io/user/repo/my-app:latest', memory_mb: 4096 });
    expectFailure(answer, 422, 'insufficient_memory');
    expect(answer.body.message).toMatch(/[a-z]+_3_0/);
    expect(seenBy('small')?.commandLines.join('\n')).not.toMatch(/apt-get/);
  });
});
