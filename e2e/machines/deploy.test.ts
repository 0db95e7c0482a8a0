import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeMachines, say } from './machines-sandbox.ts';
import { changes, gist, openRollout, type Rollout } from './rollout-world.ts';

/** Everything that a deployment may touch: files with their times, states of units, containers and images. */
const fingerprint = `
  find /etc /usr /opt /root /var/lib/dpkg /var/lib/fountain -xdev -type f -printf '%p %s %m %T@\\n' | sort
  find /etc /usr/local /var/lib/fountain -xdev -type f -print0 | sort -z | xargs -0 sha256sum
  systemctl show --property=Id,ActiveState,UnitFileState,ActiveEnterTimestampMonotonic docker containerd ssh
  docker ps --all --no-trunc --format '{{.ID}} {{.Names}} {{.Image}}'
  docker inspect --format '{{.State.StartedAt}} {{.RestartCount}}' hello
  docker image ls --no-trunc --quiet | sort
  docker network ls --no-trunc --quiet | sort`;

describeMachines('deploy-docker-app on a nano', () => {
  let world: Rollout;

  beforeAll(async () => {
    world = await openRollout(240);
  });
  afterAll(() => world?.stop());

  test('a dry run shows what would happen, and nothing happens', async () => {
    const answer = await world.deploy('1.0', {}, '?dry_run=true');
    expect(gist(answer)).toMatchObject({ status: 200, changed: false });
    expect(changes(answer)).toContain('Install docker.io');
    expect(
      await world.sudo('command -v docker || echo none; ls -d /etc/docker/daemon.json /var/lib/fountain 2>&1 || true'),
    ).toMatch(/^none\n.*No such file.*\n.*No such file.*\n$/);
  });

  test('the call does it: swap is there, Docker is installed, the app answers on the public address', async () => {
    const started = performance.now();
    const answer = await world.deploy('1.0');
    say(`first deployment on a bare nano: ${((performance.now() - started) / 1000).toFixed(1)} s`);
    expect(gist(answer)).toMatchObject({ status: 200, changed: true, url: `http://${world.address}:8080` });
    expect(changes(answer)).toEqual(expect.arrayContaining(['Install docker.io', 'Start hello']));
    expect(changes(answer).join()).not.toContain('wap');
    expect(await world.page()).toContain('version 1.0');
  });

  test('the same call again touches nothing, with one connection and one exec', async () => {
    const before = await world.sudo(fingerprint);
    const { connections, execs } = world.sandbox.control.observed('apps') ?? { connections: 0, execs: 0 };
    const started = performance.now();
    const answer = await world.deploy('1.0');
    say(`the same call again: ${(performance.now() - started).toFixed(0)} ms`);
    expect(gist(answer)).toMatchObject({ status: 200, changed: false });
    expect(world.sandbox.control.observed('apps')).toMatchObject({ connections: connections + 1, execs: execs + 1 });
    expect(await world.sudo(fingerprint)).toBe(before);
  });

  test('its container is in the memory of the bundle', async () => {
    const own = /^\d+:memory:(\S+)\/init\.scope$/m.exec(await world.sudo('cat /proc/1/cgroup'))?.[1];
    const pid = (await world.sudo('docker inspect --format {{.State.Pid}} hello')).trim();
    if (own === undefined) return; // cgroup v2: the machine sees its own part of the tree only.
    expect(await world.sudo(`cat /proc/${pid}/cgroup`)).toContain(`:memory:${own}/`);
  });

  const drifts: [what: string, how: string, named: RegExp][] = [
    ['a file was edited', 'echo \'{"log-driver": "none"}\' >/etc/docker/daemon.json', /Configure Docker/],
    ['a unit was disabled', 'systemctl disable docker.service', /Docker at every boot/],
    ['a unit was stopped', 'systemctl stop docker.socket docker.service', /Start Docker/],
    ['the container was removed', 'docker rm --force hello', /Start hello/],
    ['the container was stopped', 'docker stop --time 1 hello', /hello/],
  ];
  for (const [what, how, named] of drifts) {
    test(`drift: ${what}; the dry run names it, the call repairs it, the next finds nothing to do`, async () => {
      await world.sudo(how);
      const shown = await world.deploy('1.0', {}, '?dry_run=true');
      expect(changes(shown).join('\n')).toMatch(named);
      const repaired = await world.deploy('1.0');
      expect(gist(repaired)).toMatchObject({ status: 200, changed: true });
      expect(await world.page()).toContain('version 1.0');
      expect(gist(await world.deploy('1.0'))).toMatchObject({ status: 200, changed: false });
      expect((await world.sudo('systemctl is-enabled docker; systemctl is-active docker')).split('\n')).toEqual([
        'enabled',
        'active',
        '',
      ]);
    });
  }

  test('another version replaces it, and the old one comes back by a rollback', async () => {
    const first = (await world.deploy('1.0')).body.result.digest;
    expect(gist(await world.deploy('1.1'))).toMatchObject({ status: 200, changed: true });
    expect(await world.page()).toContain('version 1.1');
    const host = { instance_name: 'apps', ssh_key_path: world.keyPath };
    const back = await world.api.post('/services/rollback-docker-app', { ...host, name: 'hello', to: first });
    expect(gist(back)).toMatchObject({ status: 200, changed: true });
    expect(await world.page()).toContain('version 1.0');
  });

  test('an image that does not run leaves the one before in its place', async () => {
    const answer = await world.deploy('', { docker_image: 'ghcr.io/fountain/broken:1.0' });
    expect(gist(answer)).toMatchObject({ status: 502, code: 'step_failed' });
    expect(answer.body.message).toContain('Error: cannot start');
    expect(await world.page()).toContain('version 1.0');
    // What the failed one left on the disk goes with the next call; the app itself is not touched.
    const started = await world.sudo('docker inspect --format {{.State.StartedAt}} hello');
    const tidied = changes(await world.deploy('1.0'));
    expect(tidied.filter((name) => !/^Remove (release|image) /.test(name))).toEqual([]);
    expect(await world.sudo('docker inspect --format {{.State.StartedAt}} hello')).toBe(started);
    expect(gist(await world.deploy('1.0'))).toMatchObject({ status: 200, changed: false });
  });

  test('an app without a HEALTHCHECK and without health_path counts as healthy when it stays up', async () => {
    const bare = {
      instance_name: 'apps',
      ssh_key_path: world.keyPath,
      docker_image: 'ghcr.io/user/repo/my-app:latest',
    };
    expect(gist(await world.api.post('/services/deploy-docker-app', bare))).toMatchObject({
      status: 200,
      changed: true,
    });
    expect(gist(await world.api.post('/services/deploy-docker-app', bare))).toMatchObject({
      status: 200,
      changed: false,
    });
  });

  test('what the registry refuses, or has for other machines only, is told as such, and nothing is changed', async () => {
    const before = await world.sudo(fingerprint);
    const deny = async (image: string, more = {}) =>
      (await world.deploy('', { docker_image: image, ...more })).body.code;
    expect(await deny('ghcr.io/fountain/private:1.0')).toBe('registry_denied');
    const login = { registry_username: 'fountain', registry_token: 'not-this-one' };
    expect(await deny('ghcr.io/fountain/private:1.0', login)).toBe('registry_denied');
    expect(await deny('ghcr.io/fountain/hello:9.9')).toBe('registry_denied');
    expect(await deny('ghcr.io/fountain/other-architecture:1.0')).toBe('step_failed');
    expect(await world.sudo(fingerprint)).toBe(before);
  });

  test('a private image comes with its token, which stays nowhere', async () => {
    const image = {
      name: 'private',
      docker_image: 'ghcr.io/fountain/private:1.0',
      ports: [8081],
      container_port: 8080,
    };
    const login = { registry_username: 'fountain', registry_token: 'ghp_sandbox' };
    expect(gist(await world.deploy('', { ...image, ...login }))).toMatchObject({ status: 200, changed: true });
    // Docker keeps logins in base64.
    const kept = Buffer.from('fountain:ghp_sandbox').toString('base64');
    const places = '/root /home /etc /run /tmp /var/lib/fountain /var/log';
    expect(await world.sudo(`grep -rlsF -e ghp_sandbox -e ${kept} ${places} || true`)).toBe('');
    expect(world.api.output()).not.toContain('ghp_sandbox');
  });

  test('after a reboot the app is back by itself, and the call finds nothing to do', async () => {
    await world.lightsail('RebootInstance', { instanceName: 'apps' });
    await expect
      .poll(() => world.sudo('cut -d. -f1 /proc/uptime').catch(String), { timeout: 30_000 })
      .toMatch(/^\d+\n$/);
    await expect.poll(world.page, { timeout: 30_000 }).toContain('version 1.0');
    await expect.poll(async () => (await world.deploy('1.0')).body.changed, { timeout: 30_000 }).toBe(false);
  });
});
