import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Machine } from '../../sandbox/src/machines/index.ts';
import { describeMachines, on, openMachines, say, type TestMachines } from './machines-sandbox.ts';

const address = '127.0.230.21';
const mebibyte = 1024 * 1024;

describeMachines('Docker inside a nano', () => {
  let world: TestMachines;
  let machine: Machine;
  const docker = (command: string) => on(address, `sudo docker ${command}`);
  const accounts = (...names: string[]) => {
    const file = names.map((name) => join(machine.memoryFolder, name)).find((path) => existsSync(path));
    return readFileSync(file as string, 'utf8').trim();
  };
  const anonymousMb = () => {
    const line = /^(?:total_rss|anon) (\d+)$/m.exec(accounts('memory.stat'));
    return Math.round(Number(line?.[1]) / mebibyte);
  };

  beforeAll(async () => {
    world = await openMachines();
    machine = await world.create('docker');
    await machine.start(address);
    await on(address, 'cloud-init status --wait');
    say(`anonymous memory, idle: ${anonymousMb()} MB`);
    const started = performance.now();
    await on(address, 'sudo apt-get -q update && sudo DEBIAN_FRONTEND=noninteractive apt-get -qy install docker.io');
    say(`apt-get update and install docker.io: ${((performance.now() - started) / 1000).toFixed(1)} s`);
    say(`anonymous memory with docker.io, idle: ${anonymousMb()} MB`);
  });
  afterAll(() => world?.machines.close());

  test('its containers are held by the memory of the bundle', async () => {
    expect(Number(accounts('memory.limit_in_bytes', 'memory.max'))).toBe(512 * mebibyte);
    const id = (await docker('run --detach ghcr.io/fountain/hello:1.0')).trim();
    expect(accounts(`${id}/cgroup.procs`)).not.toBe('');

    // Without a limit of its own, on a computer that has much more.
    world.machines.registry.put({ reference: 'ghcr.io/fountain/greedy:1', behaviour: { type: 'oom' } });
    await docker('pull --quiet ghcr.io/fountain/greedy:1');
    expect(await on(address, 'sudo docker run --rm ghcr.io/fountain/greedy:1; echo $?')).toMatch(/^137$/m);
    const peak = Number(accounts('memory.max_usage_in_bytes', 'memory.peak'));
    expect(peak).toBeGreaterThan(400 * mebibyte);
    // The kernel may charge a few pages above the limit while it kills.
    expect(peak).toBeLessThanOrEqual(513 * mebibyte);
    expect(await on(address, 'systemctl is-active docker ssh')).toBe('active\nactive\n');
  });

  test('a published port answers on the public address, also after a reboot', async () => {
    await docker(
      'run --detach --name page --restart unless-stopped --publish 8080:8080 --cap-drop ALL --memory 32m ghcr.io/fountain/hello:1.1',
    );
    const page = () => fetch(`http://${address}:8080/`).then((response) => response.text(), String);
    await expect.poll(page, { timeout: 20_000 }).toContain('version 1.1');
    await machine.reboot();
    await expect.poll(page, { timeout: 30_000 }).toContain('version 1.1');
    await expect
      .poll(() => docker('inspect --format {{.State.Health.Status}} page'), { timeout: 20_000 })
      .toBe('healthy\n');
  });

  test('a private image wants its token, others want none', async () => {
    const image = 'ghcr.io/fountain/private:1.0';
    const logIn = (token: string) =>
      on(address, `printf ${token} | sudo docker login ghcr.io --username fountain --password-stdin 2>&1`);
    await docker('pull --quiet ghcr.io/user/repo/my-app:latest');
    await expect(docker(`pull ${image}`)).rejects.toThrow('denied');
    await expect(logIn('wrong')).rejects.toThrow('denied');
    expect(await logIn('ghp_sandbox')).toContain('Login Succeeded');
    expect(await docker(`pull --quiet ${image}`)).toBe(`${image}\n`);
    await docker('logout ghcr.io');
    await docker(`image rm ${image}`);
    await expect(docker(`pull ${image}`)).rejects.toThrow('denied');
  });

  test('the engine finds out at the registry what a tag is, without pulling', async () => {
    const look = (reference: string) =>
      on(address, `sudo curl -s --unix-socket /run/docker.sock http://localhost/distribution/${reference}/json`);
    const found = JSON.parse(await look('ghcr.io/fountain/hello:1.0'));
    const id = await docker('image inspect --format {{.RepoDigests}} ghcr.io/fountain/hello:1.0');
    expect(id).toContain(found.Descriptor.digest);
    expect(await look('ghcr.io/fountain/hello:9.9')).toContain('manifest unknown');
    expect(await look('ghcr.io/fountain/absent:1.0')).toContain('denied');
  });

  test('the images that are wrong are wrong as they say', async () => {
    const other = 'ghcr.io/fountain/other-architecture:1.0';
    await docker(`pull --quiet ${other}`);
    expect(await docker(`image inspect --format {{.Architecture}} ${other}`)).toBe('arm64\n');
    expect(await on(address, 'sudo docker run --rm ghcr.io/fountain/broken:1.0; echo $?')).toMatch(/^1$/m);
    await docker('run --detach --name ill ghcr.io/fountain/never-healthy:1.0');
    await expect
      .poll(() => docker('inspect --format {{.State.Health.Status}} ill'), { timeout: 20_000 })
      .toBe('unhealthy\n');
  });

  test('the registry can be away, refuse, and come back', async () => {
    const { images } = world.machines;
    const pull = () => docker('pull --quiet ghcr.io/fountain/hello:1.0');
    images?.setFault('unreachable');
    await expect(pull()).rejects.toThrow(/connection refused|connect: /);
    images?.setFault('rate_limited');
    await expect(pull()).rejects.toThrow('toomanyrequests');
    images?.setFault('denied');
    await expect(pull()).rejects.toThrow('denied');
    images?.setFault('tag_absent');
    await expect(pull()).rejects.toThrow('manifest unknown');
    images?.setFault({ type: 'denied', repository: 'ghcr.io/fountain/hello' });
    await expect(pull()).rejects.toThrow('denied');
    await docker('pull --quiet ghcr.io/user/repo/my-app:latest');
    images?.setFault(null);
    await pull();
    expect(() => images?.setFault({ type: 'unreachable', repository: 'ghcr.io/fountain/hello' })).toThrow(TypeError);
    expect(() => images?.setFault('fire')).toThrow(TypeError);
  });
});
