import { spawnSync } from 'node:child_process';
import { utils } from 'ssh2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Machine } from '../../sandbox/src/machines/index.ts';
import { describeMachines, login, on, openMachines, say, type TestMachines } from './machines-sandbox.ts';

const address = '127.0.230.11';
const other = '127.0.230.12';
const third = '127.0.230.13';

describeMachines('a machine', () => {
  let world: TestMachines;
  let machine: Machine;

  beforeAll(async () => {
    let started = performance.now();
    const lap = (what: string) => {
      say(`${what}: ${((performance.now() - started) / 1000).toFixed(1)} s`);
      started = performance.now();
    };
    world = await openMachines();
    lap('network, registry and, if need be, the base image');
    machine = await world.create('nano', { userData: 'echo "$(id -un)" > /root/launched' });
    expect(await machine.hostKeys()).toEqual([]);
    await machine.start(address);
    lap('create and boot until sshd answers');
  });
  afterAll(() => world?.machines.close());

  test('is a Debian 12 with systemd, where our key and sudo without a password work', async () => {
    expect(await on(address, 'cat /etc/os-release')).toContain('VERSION_ID="12"');
    expect(await on(address, 'sudo -n id -un; ps -p 1 -o comm=')).toBe('root\nsystemd\n');
    expect(await on(address, 'cloud-init status --wait')).toContain('status: done');
    expect(await on(address, 'systemctl is-system-running --wait; systemctl --failed --no-legend')).toBe('running\n');
    expect(await on(address, 'sudo cat /root/launched')).toBe('root\n');
    const stranger = utils.generateKeyPairSync('ed25519').private;
    await expect(login(address, stranger)).rejects.toMatchObject({ level: 'client-authentication' });
  });

  test('reports the host keys that it shows', async () => {
    const keys = await machine.hostKeys();
    expect(keys.map(({ algorithm }) => algorithm).sort()).toEqual(['ecdsa-sha2-nistp256', 'ssh-ed25519', 'ssh-rsa']);
    const session = await login(address);
    session.end();
    expect(keys.map(({ publicKey }) => publicKey)).toContain(session.hostKey);
  });

  test('shows the memory of its bundle and swap that is there already', async () => {
    const lines = await on(address, 'grep -E "^(MemTotal|SwapTotal):" /proc/meminfo');
    expect(lines.match(/\d+/g)).toEqual(['524288', '524288']);
  });

  test('counts what it has seen', async () => {
    const before = machine.observed();
    await on(address, 'sudo -n true');
    const { connections, authAttempts, execs, bytesIn, commandLines } = machine.observed();
    expect([connections, authAttempts, execs]).toEqual([
      before.connections + 1,
      before.authAttempts + 1,
      before.execs + 1,
    ]);
    expect(bytesIn).toBeGreaterThan(before.bytesIn);
    expect(commandLines.at(-1)).toBe('/usr/bin/true');
  });

  test('reboots: another boot, the same disk, keys and address', async () => {
    const keys = await machine.hostKeys();
    await on(address, 'sudo touch /run/until-reboot /root/for-good');
    await machine.reboot();
    expect(await on(address, 'ls /run/until-reboot 2>&1 || true; sudo ls /root/for-good')).toMatch(
      /cannot access.*\n\/root\/for-good\n/,
    );
    expect(await machine.hostKeys()).toEqual(keys);
  });

  test('comes back by itself when somebody types reboot in it', async () => {
    const boots = () =>
      spawnSync('docker', ['inspect', '--format', '{{.RestartCount}}', machine.container], {
        encoding: 'utf8',
      }).stdout.trim();
    const before = Number(boots());
    const session = await login(address);
    await session.run('sudo systemctl reboot');
    session.end();
    await expect.poll(() => Number(boots()), { timeout: 30_000 }).toBe(before + 1);
    await expect.poll(() => on(address, 'echo back').catch(String), { timeout: 30_000 }).toBe('back\n');
  });

  test('stops and starts on another address, where nothing is left on the old one', async () => {
    await machine.stop();
    await expect(login(address)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await machine.start(other);
    expect(await on(other, 'sudo ls /root/for-good')).toBe('/root/for-good\n');
    await expect(login(address)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('moves to another address while it runs: sessions on the old one are cut, nothing else ends', async () => {
    const before = await on(other, 'ps -o lstart= -p "$(pgrep -o -x sshd)"');
    const session = await login(other);
    const lost = session.run('sleep 60').then(
      ({ code }) => code === undefined,
      () => true,
    );
    await machine.readdress(third);
    expect(await lost).toBe(true);
    await expect(login(other)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(await on(third, 'ps -o lstart= -p "$(pgrep -o -x sshd)"')).toBe(before);
    await machine.setFault({ type: 'refuse' });
    await machine.readdress(other);
    await expect(login(other)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await machine.clearFaults();
    await on(other, 'true');
    await expect(login(third)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('refuses an address that another one has, and takes the next', async () => {
    const second = await world.create('second');
    await expect(second.start(other)).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await second.start(address);
    const route = await on(address, `timeout 5 bash -c "head -c 4 </dev/tcp/${machine.privateIp}/22"`);
    expect(route).toBe('SSH-');
    await second.destroy();
    await expect(login(address)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('leaves nothing behind', async () => {
    const { id } = world.machines;
    const made = () =>
      [
        ['ps', '-a'],
        ['volume', 'ls'],
        ['network', 'ls'],
      ].map(
        (command) =>
          spawnSync('docker', [...command, '-q', '--filter', `label=fountain-sandbox=${id}`], { encoding: 'utf8' })
            .stdout.trim()
            .split('\n')
            .filter(Boolean).length,
      );
    expect(made()).toEqual([1, 1, 1]);
    await world.machines.close();
    expect(made()).toEqual([0, 0, 0]);
  });
});
