import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Machine } from '../../sandbox/src/machines/index.ts';
import { describeMachines, login, on, openMachines, type TestMachines } from './machines-sandbox.ts';

const address = '127.0.230.31';

describeMachines('faults of a machine', () => {
  let world: TestMachines;
  let machine: Machine;

  beforeAll(async () => {
    world = await openMachines();
    machine = await world.create('faulty');
    await machine.setFault({ type: 'slow', delayMs: 1 });
    await machine.start(address);
    await on(address, 'cloud-init status --wait');
    await on(address, 'sudo apt-get -q update');
  });
  afterEach(async () => {
    await machine?.clearFaults();
    expect(await on(address, 'echo well')).toBe('well\n');
  });
  afterAll(() => world?.machines.close());

  test('one that it cannot have is refused with those that it can', async () => {
    await expect(machine.setFault({ type: 'fail_step', step: 0, exit: 1, output: '' })).rejects.toThrow(/hang_up/);
  });

  test('slow', async () => {
    await machine.setFault({ type: 'slow', delayMs: 100 });
    const started = performance.now();
    await on(address, 'true');
    expect(performance.now() - started).toBeGreaterThan(800);
  });

  test('refuse', async () => {
    await machine.setFault({ type: 'refuse' });
    await expect(login(address)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('unreachable', async () => {
    await machine.setFault({ type: 'unreachable' });
    await expect(login(address)).rejects.toThrow('Timed out');
  });

  test('dpkg_locked', async () => {
    await machine.setFault({ type: 'dpkg_locked', forMs: 60_000 });
    const install = 'sudo apt-get -qy -o DPkg::Lock::Timeout=1 install less';
    await expect(on(address, install)).rejects.toThrow('Unable to acquire the dpkg frontend lock');
    await machine.clearFaults();
    await on(address, install);
  });

  test('disk_full', async () => {
    await machine.setFault({ type: 'disk_full' });
    const full = 'No space left on device';
    await expect(on(address, 'sudo touch /usr/local/x')).rejects.toThrow(full);
    await expect(on(address, 'sudo touch /var/lib/fountain/x')).rejects.toThrow(full);
    await expect(on(address, 'sudo apt-get -qy install tree')).rejects.toThrow(full);
    await machine.clearFaults();
    await on(address, 'sudo apt-get -qy install tree && sudo dpkg --audit');
    expect(await on(address, 'ls -d /var/lib/fountain || true')).toBe('');
  });

  test('host_key_changed', async () => {
    const before = await machine.hostKeys();
    await machine.setFault({ type: 'host_key_changed' });
    const { hostKey, end } = await login(address);
    end();
    expect(before.map(({ publicKey }) => publicKey)).not.toContain(hostKey);
    await machine.clearFaults();
    expect(await machine.hostKeys()).toEqual(before);
  });

  test('sshd_restart: one session is cut, then nobody is let in for a while', async () => {
    await machine.setFault({ type: 'sshd_restart', downMs: 1000 });
    const session = await login(address);
    expect(await session.run('echo hello')).toMatchObject({ code: undefined, stdout: '' });
    await expect(login(address)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await expect.poll(() => on(address, 'echo back').catch(String), { timeout: 10_000 }).toBe('back\n');
  });

  for (const kill of [false, true]) {
    test(`hang_up: the connection is cut in a step that ${kill ? 'dies with it' : 'still ends'}`, async () => {
      await machine.setFault({ type: 'hang_up', step: 1, kill });
      const session = await login(address);
      const input = runnerInput([
        ['fact', 'true'],
        ['step', 'touch', '/root/first'],
        ['step', 'bash', '-c', 'sleep 1; touch /root/second'],
        ['step', 'touch', '/root/third'],
      ]);
      const { code, stdout } = await session.run('sudo -n bash -s', input);
      expect(code).toBeUndefined();
      expect(stdout.match(/(begin|end) \d/g)).toEqual(['begin 1', 'end 1', 'begin 2']);
      await on(address, 'while pgrep -x sleep; do sleep 0.1; done; sleep 0.5');
      const kept = kill ? '/root/first\n' : '/root/first\n/root/second\n';
      expect(await on(address, 'sudo find /root -name "first" -o -name "second" -o -name "third" | sort')).toBe(kept);
      // Played once: the same input now runs to its end.
      expect((await (await login(address)).run('sudo -n bash -s', input)).stdout).toContain('done ok');
      await on(address, 'sudo rm /root/first /root/second /root/third');
    });
  }
});

/** What the host's runner is fed with; its head documents the fields. */
function runnerInput(records: string[][]): string {
  const script = readFileSync(new URL('../../control-api/src/host-runner.sh', import.meta.url), 'utf8');
  const body = records.flatMap(([role = '', ...argv]) => [
    role,
    'name',
    '60',
    'run',
    '0',
    '0',
    String(argv.length),
    ...argv,
    '0',
  ]);
  const head = ['FOUNTAIN/1', 'nonce', 'steps', '/run/fountain.lock', 'the tests', ''];
  const fields = [...head, String(head.length + 2 + body.length), ...body, 'END'];
  return script + fields.map((field) => `${field}\0`).join('');
}
