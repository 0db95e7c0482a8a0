import { beforeAll, expect, test } from 'vitest';
import { appNamed } from '../demo/stack.ts';
import { expectSuccess } from '../test/answers.ts';
import { makeHost, type TestHost } from '../test/hosts.ts';
import { shareWorld } from '../test/shared-world.ts';
import { REGION } from '../world.ts';

const world = shareWorld();
const sequence = 'central-sequence-service';
const script = 'core-script-management-api';
const ports = { [sequence]: 8081, [script]: 8082 };

let host: TestHost;
beforeAll(async () => {
  host = await makeHost(world(), 'stories', { bundle_id: 'micro_3_0' });
});

function release(service: keyof typeof ports, more: object = {}) {
  const { image, tag } = appNamed(service);
  return {
    docker_image: `${image}:${tag}`,
    ports: [ports[service]],
    container_port: 8080,
    publish: 'public',
    volumes: [`${service}-data:/data`],
    ...more,
  };
}

async function ask(path: string, body?: object) {
  const sent = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(`http://${host.ip}:${ports[script]}${path}`, body ? sent : {});
  // biome-ignore lint/suspicious/noExplicitAny: the tests look into whatever came back
  return { status: response.status, body: (await response.json()) as any };
}

const write = (title: string) => ask('/scripts', { title, description: '', author: 'William Shakespeare' });
const titles = async () => (await ask('/scripts')).body.map(({ title }: { title: string }) => title);

test('two services are deployed on one host, find each other by name, and take a script', async () => {
  expectSuccess(await host.deploy(release(sequence)), true);
  const deployed = await host.deploy(release(script));
  expectSuccess(deployed, true);
  expect(deployed.body.result.url).toBe(`http://${host.ip}:${ports[script]}`);
  expectSuccess(await host.deploy(release(script)), false);
  expect(await write('Romeo and Juliet')).toMatchObject({ status: 201, body: { scriptId: 1, sequenceNumber: 1 } });
  // The number is the sequence service's own, not given by the script service itself.
  const asked = await fetch(`http://${host.ip}:${ports[sequence]}/sequence/lookup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ elementType: 'script', elementIds: [1] }),
  });
  expect(await asked.json()).toMatchObject({ elements: [{ elementId: 1, sequenceNumber: 1 }] });
});

test('a second release, a rollback and a restart keep the data', async () => {
  const { body } = await host.see('docker-apps');
  const [first] = body.apps.find(({ name }: { name: string }) => name === script).releases;
  expectSuccess(await host.deploy(release(script, { env: { LOG_LEVEL: 'warn' } })), true);
  expect(await titles()).toEqual(['Romeo and Juliet']);
  expect((await write('Hamlet')).status).toBe(201);
  expectSuccess(await host.act('rollback', { name: script, to: first.id }), true);
  expect(await titles()).toEqual(['Romeo and Juliet', 'Hamlet']);
  for (const name of [sequence, script]) expectSuccess(await host.act('restart', { name }), true);
  expect(await titles()).toEqual(['Romeo and Juliet', 'Hamlet']);
  expect(await write('Macbeth')).toMatchObject({ status: 201, body: { scriptId: 3, sequenceNumber: 3 } });
});

test('the host is rebooted: all is there again', async () => {
  const reboot = await world().api.post('/aws/lightsail/reboot-instance', { instance_name: host.name, region: REGION });
  expectSuccess(reboot, true);
  await expect
    .poll(() => titles().catch(String), { timeout: 20_000 })
    .toEqual(['Romeo and Juliet', 'Hamlet', 'Macbeth']);
});

test('what the services say is what the control API shows', async () => {
  const { body } = await host.see('logs', { name: script, lines: '100' });
  expect(JSON.stringify(body)).toContain('Server listening at');
  const apps = (await host.see('docker-apps')).body.apps;
  expect(apps.map(({ name }: { name: string }) => name).sort()).toEqual([sequence, script]);
});
