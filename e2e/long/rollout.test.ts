import { expect, test } from 'vitest';
import { createInstance, createWorld, REGION } from '../test/harness.ts';

test('the source documents’ create-instance and deploy-docker-app work as written, twice', async () => {
  const { api, keyPath, sandbox } = await createWorld();
  const create = {
    instance_name: 'opensearch-instance',
    blueprint_id: 'ubuntu_20_04',
    bundle_id: 'nano_2_0',
    region: REGION,
    availability_zone: `${REGION}a`,
  };
  const first = await api.post('/aws/lightsail/create-instance', create);
  expect(first).toMatchObject({ status: 200, body: { status: 'success', changed: true } });
  expect(first.body.steps.filter(({ name }: { name: string }) => name === 'Warning')).not.toEqual([]);
  const second = await api.post('/aws/lightsail/create-instance', create);
  expect(second).toMatchObject({ status: 200, body: { changed: false } });
  expect(sandbox.control.calls().CreateInstances).toBe(1);

  const deploy = {
    instance_ip: first.body.result.instance.public_ip,
    docker_image: 'ghcr.io/user/repo/my-app:latest',
    ssh_key_path: keyPath,
  };
  const deployed = await api.post('/services/deploy-docker-app', deploy);
  expect(deployed).toMatchObject({ status: 200, body: { changed: true, result: { name: 'my-app' } } });
  expect(await api.post('/services/deploy-docker-app', deploy)).toMatchObject({
    status: 200,
    body: { changed: false },
  });
});

test('the source documents’ deploy-opensearch and deploy-kong work as written on hosts that fit, twice', async () => {
  const { api, keyPath } = await createWorld();
  const blueprints = ['debian_12', 'ubuntu_24_04'];
  for (const [service, bundle_id] of [
    ['opensearch', 'small_3_0'],
    ['kong', 'nano_3_0'],
  ] as const) {
    for (const blueprint_id of blueprints) {
      const name = `${service}-${blueprint_id}`;
      const instance_ip = await createInstance(api, name, { bundle_id, blueprint_id });
      const deploy = () => api.post(`/services/deploy-${service}`, { instance_ip, ssh_key_path: keyPath });
      expect(await deploy(), name).toMatchObject({ status: 200, body: { status: 'success', changed: true } });
      expect(await deploy(), name).toMatchObject({ status: 200, body: { status: 'success', changed: false } });
    }
  }
});

test('on the source documents’ own instance they say what does not fit, before anything is installed', async () => {
  const { api, keyPath, sandbox } = await createWorld();
  const retired = { blueprint_id: 'ubuntu_20_04', bundle_id: 'nano_2_0' };
  const old = { instance_ip: await createInstance(api, 'old', retired), ssh_key_path: keyPath };
  expect(await api.post('/services/deploy-kong', old)).toMatchObject({ status: 422, body: { code: 'unsupported_os' } });
  const small = { instance_ip: await createInstance(api, 'small', { bundle_id: 'nano_2_0' }), ssh_key_path: keyPath };
  const refused = await api.post('/services/deploy-opensearch', small);
  expect(refused).toMatchObject({ status: 422, body: { code: 'insufficient_memory' } });
  expect(refused.body.message).toMatch(/small_3_0.*12 USD/);
  for (const host of ['old', 'small']) {
    const ran = sandbox.control.observed(host)?.commandLines ?? [];
    expect(ran.length).toBeGreaterThan(0);
    expect(ran.filter((line) => /apt-get|systemctl (start|enable|restart)/.test(line))).toEqual([]);
  }
});

test('an unchanged deploy costs one connection and one exec', async () => {
  const { api, keyPath, sandbox } = await createWorld();
  const ip = await createInstance(api);
  const deploy = { instance_ip: ip, docker_image: 'ghcr.io/fountain/hello:1.0', ssh_key_path: keyPath, ports: [8080] };
  await api.post('/services/deploy-docker-app', deploy);
  const before = sandbox.control.observed('apps');
  const again = await api.post('/services/deploy-docker-app', deploy);
  const after = sandbox.control.observed('apps');
  expect(again.body).toMatchObject({ status: 'success', changed: false });
  expect((after?.connections ?? 0) - (before?.connections ?? 0)).toBe(1);
  expect((after?.execs ?? 0) - (before?.execs ?? 0)).toBe(1);
});
