import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { HostFault } from '../../src/hosts.ts';
import { encode } from './records.ts';
import { logIn } from './ssh-client.ts';
import { type TestHost, virtualWorld } from './world.ts';

const world = virtualWorld({ lockWaitMs: 200 });

const file = (name: string) => ({ verb: 'write_file', words: [`/root/${name}`, '644'], stdin: name });
const three = ['one', 'two', 'three'].map(file);
const written = async (host: TestHost) => {
  const { ends } = await host.send({
    mode: 'facts',
    records: ['one', 'two', 'three'].map((name) => ({ role: 'fact', words: ['cat', `/root/${name}`] })),
  });
  return Object.values(ends).map(({ output }) => output);
};
const install = ['apt-get', '-y', '-o', 'DPkg::Lock::Timeout=300', 'install', 'docker.io'];

test('a fault that is none is refused with those there are', async () => {
  const host = await world.create();
  const wrong = host.setFault({ type: 'meteor' } as unknown as HostFault);
  await expect(wrong).rejects.toThrow(TypeError);
  await expect(wrong).rejects.toThrow(/slow, hang_up, fail_step, dpkg_locked, .*unreachable/);
  await expect(host.setFault({ type: 'hang_up', step: -1 })).rejects.toThrow(TypeError);
});

test('hang_up: the step under way takes effect, none after it, and the same call then goes through', async () => {
  const host = await world.boot();
  await host.setFault({ type: 'hang_up', step: 1 });
  const cut = await host.send({ records: three });
  expect(cut).toMatchObject({ exit: undefined, done: undefined, ends: { 0: { outcome: 'changed' } } });
  expect(cut.out).toContain('begin 1');
  expect(cut.ends[1]).toBeUndefined();
  expect(await written(host)).toEqual(['one', 'two', '']);
  const again = await host.send({ records: three });
  expect(again.done).toBe('ok');
  expect(Object.values(again.ends).map(({ outcome }) => outcome)).toEqual(['unchanged', 'unchanged', 'changed']);
});

test('hang_up while a step fails: its rescue still runs', async () => {
  const host = await world.boot();
  await host.setFault({ type: 'hang_up', step: 0 });
  await host.send({ records: [{ words: ['false'] }, { ...file('two'), role: 'rescue' }, file('three')] });
  expect(await written(host)).toEqual(['', 'two', '']);
});

test('hang_up with kill: the step has no effect, and the lock is free', async () => {
  const host = await world.boot();
  await host.setFault({ type: 'hang_up', step: 1, kill: true });
  expect(await host.send({ records: three })).toMatchObject({ exit: undefined, done: undefined });
  expect(await written(host)).toEqual(['one', '', '']);
  expect((await host.send({ records: three })).done).toBe('ok');
});

test('hang_up with kill in an installation leaves packages that dpkg has to configure', async () => {
  const host = await world.boot();
  await host.run(['apt-get', 'update']);
  await host.setFault({ type: 'hang_up', step: 0, kill: true });
  await host.send({ records: [{ words: install }] });
  const audit = await host.run(['dpkg', '--audit']);
  expect(audit.output).toMatch(/unpacked but not yet configured[\s\S]* docker.io /);
  expect((await host.run(['docker', 'version'])).exit).toBe(127);
  const configured = await host.run(
    ['dpkg', '--configure', '-a'],
    ['dpkg', '--audit'],
    ['systemctl', 'is-active', 'docker'],
  );
  expect(configured).toEqual({ exit: 0, output: 'active\n' });
});

test('fail_step: in place of the step, so many times, after its guard', async () => {
  const host = await world.boot();
  await host.setFault({ type: 'fail_step', step: 1, exit: 9, output: 'the disk is on fire', times: 1 });
  const guarded = await host.send({ records: [file('one'), { ...file('two'), guard: ['true'] }] });
  expect(guarded.done).toBe('ok');
  const failed = await host.send({ records: three });
  expect(failed.done).toBe('failed');
  expect(failed.ends[1]).toEqual({ outcome: 'failed', exit: 9, output: 'the disk is on fire' });
  expect(await written(host)).toEqual(['one', '', '']);
  expect((await host.send({ records: three })).done).toBe('ok');
});

test('dpkg_locked: apt waits as long as it may, then says who holds the lock', async () => {
  const host = await world.boot();
  await host.run(['apt-get', 'update']);
  await host.setFault({ type: 'dpkg_locked', forMs: 60_000 });
  expect(await host.run(['apt-get', '-y', 'install', 'docker.io'])).toMatchObject({
    exit: 100,
    output: expect.stringMatching(
      /^E: Could not get lock .*unattended-upgr.*\nN: .*\nE: Unable to acquire the dpkg frontend lock/,
    ),
  });
  expect((await host.run(['dpkg', '--configure', '-a'])).exit).toBe(2);
  const update = { verb: 'wait_until', words: ['5', '1', '', '', 'apt-get', 'update'], timeoutS: 300 };
  const waited = await host.send({ records: [update, { words: install, timeoutS: 600 }] });
  expect(waited.done).toBe('ok');
  expect(waited.ends[0]?.output).toContain('E: Unable to lock directory /var/lib/apt/lists/');

  await host.setFault({ type: 'dpkg_locked', forMs: 600_000 });
  expect((await host.run([...install, 'curl'])).output).toContain('E: Could not get lock');
});

test('disk_full: the words of each program, and df', async () => {
  const host = await world.boot();
  await host.run(['apt-get', 'update'], install);
  await host.setFault({ type: 'disk_full' });
  expect((await host.send({ records: three })).ends[0]).toMatchObject({
    exit: 1,
    output: 'cat: write error: No space left on device\n',
  });
  expect((await host.run(['df', '--output=avail', '-BM', '/var/lib'])).output).toBe('Avail\n   0M\n');
  expect((await host.run(['fallocate', '--length', '1GiB', '/swapfile'])).output).toContain('No space left on device');
  expect((await host.run(['docker', 'pull', '--quiet', 'ghcr.io/fountain/hello:1.0'])).output).toContain(
    'no space left on device',
  );
  await host.clearFaults();
  expect((await host.send({ records: three })).done).toBe('ok');
});

test('host_key_changed: another key than the one the cloud knows, until it is cleared', async () => {
  const host = await world.boot();
  const shown = async () => {
    let key = '';
    const hostVerifier = (blob: Buffer) => {
      key = blob.toString('base64');
      return true;
    };
    (await logIn(host.publicIp, world.sshPort, { hostVerifier })).end();
    return key;
  };
  const own = (await host.hostKeys()).map(({ publicKey }) => publicKey);
  await host.setFault({ type: 'host_key_changed' });
  expect(own).not.toContain(await shown());
  expect((await host.hostKeys()).map(({ publicKey }) => publicKey)).toEqual(own);
  await host.clearFaults();
  expect(own).toContain(await shown());
});

test('sshd_restart: the first session is cut, the port refused for a time, then all is well', async () => {
  const host = await world.boot();
  await host.setFault({ type: 'sshd_restart', downMs: 50 });
  const session = await host.connect();
  expect((await session.exec('sudo -n bash -s', encode({ records: three }))).exit).toBeUndefined();
  await expect(host.connect()).rejects.toThrow('ECONNREFUSED');
  let again: Awaited<ReturnType<typeof host.send>> | undefined;
  while (!again) again = await host.send({ records: three }).catch(() => delay(10, undefined));
  expect(again.done).toBe('ok');
});

test('refuse and unreachable: nobody, and somebody who never says a word', async () => {
  const host = await world.boot();
  await host.setFault({ type: 'refuse' });
  await expect(host.connect()).rejects.toThrow('ECONNREFUSED');
  await host.clearFaults();
  await host.setFault({ type: 'unreachable' });
  await expect(logIn(host.publicIp, world.sshPort, { readyTimeout: 100 })).rejects.toThrow('Timed out');
  await host.clearFaults();
  expect((await host.run(['true'])).exit).toBe(0);
  const refusing = await world.create();
  await refusing.setFault({ type: 'refuse' });
  await refusing.start(refusing.publicIp);
  await expect(refusing.connect()).rejects.toThrow('ECONNREFUSED');
});

test('slow: each connection and each exec takes that much longer', async () => {
  const host = await world.boot();
  await host.setFault({ type: 'slow', delayMs: 60 });
  const started = performance.now();
  const session = await host.connect();
  expect(performance.now() - started).toBeGreaterThan(55);
  const connected = performance.now();
  await session.exec('true');
  expect(performance.now() - connected).toBeGreaterThan(55);
  session.end();
});

test('the lock: one run at a time, the next waits, and is told who holds it', async () => {
  const host = await world.boot();
  const slow = { verb: 'wait_until', words: ['0', '1', 'never', '', 'true'], timeoutS: 100_000 };
  const first = await host.connect();
  void first.exec('sudo -n bash -s', encode({ holder: 'op_1 by a test', records: [slow] }));
  let locked = await host.send({ records: three });
  // Until the first one has the lock.
  while (locked.done === 'ok') locked = await host.send({ records: three });
  expect(locked).toMatchObject({ done: 'locked', exit: 1, ends: {} });
  expect(locked.out).toMatch(/^op_1 by a test\n\n./);
  expect((await host.send({ mode: 'facts', records: [] })).done).toBe('ok');
  await host.reboot();
  expect((await host.send({ records: three })).done).toBe('ok');
});
