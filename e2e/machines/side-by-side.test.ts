import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pushStoryImages } from '../story-images.ts';
import { openUpstream, putLoad, type Upstream } from '../upstream.ts';
import { describeMachines, say } from './machines-sandbox.ts';
import { gist, openRollout, type Rollout } from './rollout-world.ts';

const sequence = 'central-sequence-service';
const script = 'core-script-management-api';
const ports = { [sequence]: [8101, 8201], [script]: [8103, 8203] };

describeMachines('an app with two ports, on a nano', () => {
  let world: Rollout;
  const upstreams = {} as Record<keyof typeof ports, Upstream>;

  beforeAll(async () => {
    world = await openRollout(246);
    await pushStoryImages(String(world.sandbox.control.images?.pushTo));
    for (const service of [sequence, script] as const) {
      const deployed = await deploy(service);
      expect(gist(deployed)).toMatchObject({ status: 200, changed: true });
      // As from another instance: what leads to a public address takes connections for ports that nobody has.
      const { hostname } = new URL(deployed.body.result.url);
      const targets = ports[service].map((port) => `http://${hostname}:${port}`);
      upstreams[service] = openUpstream({ targets, intervalMs: 1000 });
    }
    await delay(2000);
  });
  afterAll(async () => {
    for (const upstream of Object.values(upstreams)) await upstream.close();
    await world?.stop();
  });

  function deploy(app: keyof typeof ports, more: object = {}) {
    const file = new URL(`../../app-services/${app}/package.json`, import.meta.url);
    const { version } = JSON.parse(readFileSync(file, 'utf8'));
    const body = { instance_name: 'apps', ssh_key_path: world.keyPath, app, tag: version, ...more };
    return world.api.post('/services/deploy-docker-app', body);
  }

  /** POSTs by upstream and peer alike, each of which must be answered, and its number be given once. */
  function write(service: keyof typeof ports, path: string, body: (number: number) => object) {
    const numbers: number[] = [];
    const load = putLoad(async (number) => {
      const { status, text, target } = await upstreams[service].ask(path, body(number));
      if (status !== 201) throw new Error(`${status} ${text}`);
      numbers.push(JSON.parse(text).sequenceNumber);
      return target;
    });
    return async () => {
      const { sent, failures, answered } = await load.end();
      say(`${service}: ${sent} requests, ${JSON.stringify(answered)}`);
      expect(failures).toEqual([]);
      expect(new Set(numbers).size).toBe(sent);
      return Object.keys(answered).length;
    };
  }

  const containers = () => world.sudo("docker ps --format '{{.Names}} {{.Ports}}' | sort");

  test('is replaced and rolled back while others write to it and a peer asks it: nobody notices', async () => {
    const { body } = await world.api.get(`/services/docker-apps?instance_name=apps&ssh_key_path=${world.keyPath}`);
    const to = body.apps.find(({ name }: { name: string }) => name === sequence).releases[0].id;
    const endings = [
      write(sequence, '/sequence', (elementId) => ({ elementType: 'character', elementId })),
      write(script, '/scripts', (number) => ({ title: `Script ${number}`, description: '', author: 'Anon' })),
    ];
    const started = performance.now();
    const deployed = await deploy(sequence, { env: { LOG_LEVEL: 'warn' } });
    say(`replaced under load: ${((performance.now() - started) / 1000).toFixed(1)} s`);
    expect(gist(deployed)).toMatchObject({ status: 200, changed: true, url: expect.stringMatching(/:8201$/) });
    const back = { instance_name: 'apps', ssh_key_path: world.keyPath, name: sequence, to };
    expect(gist(await world.api.post('/services/rollback-docker-app', back))).toMatchObject({
      status: 200,
      changed: true,
    });
    expect(gist(await deploy(script, { env: { LOG_LEVEL: 'warn' } }))).toMatchObject({ status: 200, changed: true });
    expect(await Promise.all(endings.map((end) => end()))).toEqual([2, 2]);
    expect(gist(await deploy(sequence))).toMatchObject({ status: 200, changed: false });
  });

  test('its name leads a peer to a container at every moment', async () => {
    const look = `until [ -e /tmp/enough ]; do getent ahostsv4 ${sequence} >>/tmp/found || echo none; done`;
    const looking = world.sudo(`docker exec ${script} bash -c '${look}'`);
    expect(gist(await deploy(sequence, { env: { LOG_LEVEL: 'error' } }))).toMatchObject({ status: 200, changed: true });
    await world.sudo(`docker exec ${script} touch /tmp/enough`);
    expect(await looking).toBe('');
    const found = (await world.sudo(`docker exec ${script} cat /tmp/found`)).match(/\S+(?=\s+STREAM)/g) ?? [];
    say(`${found.length} look-ups of the name, ${new Set(found).size} addresses`);
    expect(new Set(found).size).toBeGreaterThan(1);
  });

  test('a release that does not run leaves the one in use as it was', async () => {
    const before = await containers();
    const broken = await deploy(sequence, { docker_image: 'ghcr.io/fountain/broken:1.0', tag: undefined });
    expect(gist(broken)).toMatchObject({ status: 502, code: 'step_failed' });
    expect(broken.body.message).toContain('Error: cannot start');
    expect(await containers()).toBe(before);
  });

  test('after a reboot in the midst of a switch the same call ends it', async () => {
    const names = `docker rename ${sequence} ${sequence}-replaced; docker run --detach --name other ghcr.io/fountain/hello:1.0`;
    await world.sudo(`docker pull --quiet ghcr.io/fountain/hello:1.0; ${names}`);
    await world.lightsail('RebootInstance', { instanceName: 'apps' });
    const call = () => deploy(sequence).then(({ body }) => body.status, String);
    await expect.poll(call, { timeout: 60_000 }).toBe('success');
    expect(gist(await deploy(sequence))).toMatchObject({ status: 200, changed: false });
    expect(await containers()).toMatch(new RegExp(`^${sequence} `, 'm'));
    expect(await containers()).not.toMatch(/-(replaced|candidate)/);
  });
});
