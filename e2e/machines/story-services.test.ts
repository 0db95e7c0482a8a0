import { afterAll, beforeAll, expect, test } from 'vitest';
import { appNamed, apps, type Service } from '../demo/stack.ts';
import { pushStoryImages } from '../story-images.ts';
import type { Answer } from '../world.ts';
import { describeMachines, say } from './machines-sandbox.ts';
import { gist, openRollout, type Rollout } from './rollout-world.ts';

const script = 'core-script-management-api';
const services = apps.map(({ name }) => name as Service);

describeMachines('the story services, as images, on a nano', () => {
  let world: Rollout;

  beforeAll(async () => {
    world = await openRollout(244);
    const started = performance.now();
    await pushStoryImages(String(world.sandbox.control.images?.pushTo));
    say(`images of ${services.length} services built and pushed: ${seconds(started)} s`);
  });
  afterAll(() => world?.stop());

  const port = (service: Service) => 8080 + services.indexOf(service);

  function deploy(service: Service, more: object = {}): Promise<Answer> {
    const { image, tag } = appNamed(service);
    return world.deploy('', {
      name: service,
      docker_image: `${image}:${tag}`,
      ports: [port(service)],
      container_port: 8080,
      health_path: '/ready',
      memory_mb: 96,
      volumes: [`${service}-data:/data`],
      ...more,
    });
  }

  async function ask(service: Service, path: string, body?: object) {
    const sent = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const response = await fetch(`http://${world.address}:${port(service)}${path}`, body ? sent : {});
    // biome-ignore lint/suspicious/noExplicitAny: the tests look into whatever came back
    return { status: response.status, body: (await response.json()) as any };
  }

  const write = (title: string) => ask(script, '/scripts', { title, description: '', author: 'William Shakespeare' });
  const titles = async () => (await ask(script, '/scripts')).body.map(({ title }: { title: string }) => title);

  test('each is deployed by a call, is healthy, and the same call again changes nothing', async () => {
    for (const service of services) {
      const started = performance.now();
      expect(gist(await deploy(service))).toMatchObject({ status: 200, changed: true });
      say(`${service} deployed: ${seconds(started)} s`);
      expect(gist(await deploy(service))).toMatchObject({ status: 200, changed: false });
      expect((await ask(service, '/ready')).body).toMatchObject({ status: 'ready', database: 'ready' });
    }
  });

  test('they find each other by their names on the network', async () => {
    expect(await write('Romeo and Juliet')).toMatchObject({ status: 201, body: { scriptId: 1, sequenceNumber: 1 } });
    await world.sudo('docker stop central-sequence-service');
    expect(await write('Hamlet')).toMatchObject({ status: 503, body: { errorCode: 'peer_unavailable' } });
    await world.sudo('docker start central-sequence-service');
    await expect.poll(async () => (await write('Hamlet')).status, { timeout: 30_000 }).toBe(201);
  });

  test('nobody in them is root, and what they write is in the volume alone', async () => {
    for (const service of services) {
      expect(await world.sudo(`docker exec ${service} id --user`)).toBe('1000\n');
      const changed = (await world.sudo(`docker diff ${service}`)).split('\n').filter(Boolean);
      expect(changed).toEqual([]);
    }
  });

  test('a root that nobody can write to is enough for them', async () => {
    const image = (await world.sudo(`docker inspect --format '{{.Image}}' ${script}`)).trim();
    const run = `docker run --detach --read-only --name read-only --env CENTRAL_SEQUENCE_URL= --volume read-only:/data ${image}`;
    await world.sudo(run);
    const health = () => world.sudo("docker inspect --format '{{.State.Health.Status}}' read-only");
    await expect.poll(health, { timeout: 60_000, interval: 500 }).toBe('healthy\n');
    await world.sudo('docker rm --force read-only && docker volume rm read-only');
  });

  test('another release, a restart and a reboot keep what was written', async () => {
    expect(gist(await deploy(script, { env: { LOG_LEVEL: 'warn' } }))).toMatchObject({ status: 200, changed: true });
    expect(await titles()).toEqual(['Romeo and Juliet', 'Hamlet']);
    const restart = { instance_name: 'apps', ssh_key_path: world.keyPath, name: script };
    const restarted = await world.api.post('/services/restart-docker-app', restart);
    expect(gist(restarted)).toMatchObject({ status: 200, changed: true });
    await world.lightsail('RebootInstance', { instanceName: 'apps' });
    await expect.poll(() => titles().catch(String), { timeout: 60_000 }).toEqual(['Romeo and Juliet', 'Hamlet']);
    for (const service of services) {
      await expect
        .poll(async () => (await ask(service, '/ready').catch(() => undefined))?.status, { timeout: 60_000 })
        .toBe(200);
    }
  });

  test('they share what is read from the image, and all have room on a nano', async () => {
    const sum = `for name in ${services.join(' ')}; do
      cat "/proc/$(docker inspect --format '{{.State.Pid}}' "$name")/smaps_rollup"; done |
      awk '/^Rss/ { r += $2 } /^Pss:/ { p += $2 } /^Private/ { u += $2 } END { print r / 1024, p / 1024, u / 1024 }'`;
    const [rss = 0, pss = 0, own = 0] = (await world.sudo(sum)).split(' ').map(Number);
    say(
      `${services.length} services idle: ${rss.toFixed(0)} MB resident, ${pss.toFixed(0)} in proportion, ${own.toFixed(0)} of their own`,
    );
    expect(pss).toBeLessThan(rss - 20 * (services.length - 1));
    expect(
      await world.sudo(`docker inspect --format '{{.State.OOMKilled}} {{.RestartCount}}' ${services.join(' ')}`),
    ).toBe('false 0\n'.repeat(services.length));
  });
});

const seconds = (since: number) => ((performance.now() - since) / 1000).toFixed(1);
