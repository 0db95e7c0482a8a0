import { expect, test } from 'vitest';
import { Secret } from '../../../src/lib/secret.ts';
import { createAppDeployments } from '../../../src/operations/hosts/app-deployment.ts';
import type { Stack } from '../../../src/schemas/manifest.ts';

const manifest = {
  ...{ name: 'story', image: 'ghcr.io/user/story', ports: [8101, 8201], container_port: 8080, volumes: ['data:/data'] },
  ...{
    env: { LOG_LEVEL: 'info', REGION: 'eu' },
    secrets: ['API_KEY', 'DATABASE_URL'],
    memory_mb: 96,
    health_path: '/ready',
  },
};
const kept = { API_KEY: new Secret('kept-key'), DATABASE_URL: new Secret('kept-url') };
const host = { instance_ip: '9.10.11.12', ssh_key_path: '/path/to/ssh_key' };

function deployments(secrets: Record<string, Secret> = kept) {
  let readings = 0;
  const { of } = createAppDeployments({
    manifests: { read: async () => ({ apps: [manifest] }) as unknown as Stack },
    secretsFile: {
      path: '/secrets.yaml',
      async read() {
        readings += 1;
        return { apps: { story: secrets }, consumers: [] };
      },
    },
  });
  return { of, readings: () => readings };
}

test('without a manifest, what is left out is as usual, and the image gives the name', async () => {
  const { of, readings } = deployments();
  expect(await of({ ...host, docker_image: 'ghcr.io/user/repo/my-app:latest', env: undefined })).toEqual({
    ...host,
    ...{ docker_image: 'ghcr.io/user/repo/my-app:latest', name: 'my-app', ports: [], publish: 'private', env: {} },
    ...{ secret_env: {}, volumes: [], memory_mb: 256, capabilities: [] },
  });
  expect(readings()).toBe(0);
});

test('a manifest says the rest; its secrets are those of the file', async () => {
  const { name, ports, container_port, volumes, env, memory_mb, health_path } = manifest;
  expect(await deployments().of({ ...host, app: 'story', tag: '1.2' })).toEqual({
    ...{ ...host, name, ports, container_port, volumes, env, memory_mb, health_path },
    ...{ docker_image: 'ghcr.io/user/story:1.2', publish: 'private', secret_env: kept, capabilities: [] },
  });
  expect((await deployments().of({ ...host, app: 'story' })).docker_image).toBe('ghcr.io/user/story:latest');
});

test('the body goes over it; environment and secrets name by name, whichever of the two they are in', async () => {
  const API_KEY = new Secret('sent');
  const REGION = new Secret('secret now');
  const sent = { docker_image: 'other/image:2', name: 'story-two', memory_mb: 64, ports: [8080], volumes: [] };
  const more = { env: { DATABASE_URL: 'open now', EXTRA: '1' }, secret_env: { API_KEY, REGION } };
  const { of, readings } = deployments({});
  expect(await of({ ...host, app: 'story', ...sent, ...more })).toMatchObject({
    ...sent,
    env: { LOG_LEVEL: 'info', DATABASE_URL: 'open now', EXTRA: '1' },
    secret_env: { API_KEY, REGION },
  });
  expect(readings()).toBe(0);
});

test.each<[what: string, sent: object, details: object[]]>([
  [
    'nothing of its own',
    {},
    [
      { path: '/ports', message: 'are to be others than those of story: 8101, 8201' },
      { path: '/volumes', message: 'are to be others than those of story: data' },
    ],
  ],
  ['a port of the manifest', { ports: [8300, 8201], volumes: ['other:/data'] }, [{ path: '/ports' }]],
  ['its volume elsewhere', { ports: [8300, 8301], volumes: ['data:/elsewhere'] }, [{ path: '/volumes' }]],
])('under another name with %s, it would be a second one that writes the same files', async (_, sent, details) => {
  const { of, readings } = deployments();
  await expect(of({ ...host, app: 'story', name: 'other', ...sent })).rejects.toMatchObject({
    code: 'invalid_request',
    message: expect.stringContaining('other would be a second story beside the first'),
    hint: expect.stringContaining('leave out name'),
    details: details.map((detail) => expect.objectContaining(detail)),
  });
  expect(readings()).toBe(0);
  expect(await of({ ...host, app: 'story', name: 'story' })).toMatchObject({ ports: [8101, 8201] });
});

test('a name that no manifest has, and a secret that has no value', async () => {
  await expect(deployments().of({ ...host, app: 'stories' })).rejects.toMatchObject({
    code: 'app_not_found',
    details: [{ message: 'story' }],
  });
  const { API_KEY } = kept;
  await expect(deployments({ API_KEY }).of({ ...host, app: 'story' })).rejects.toMatchObject({
    code: 'secrets_file_unusable',
    message: '/secrets.yaml has no value for apps.story.DATABASE_URL.',
  });
});

test('an app, a variable and a secret may be named as what every object has', async () => {
  const env = { valueOf: '1' };
  const named = { ...manifest, name: 'toString', env, secrets: ['constructor'] };
  const { of } = createAppDeployments({
    manifests: { read: async () => ({ apps: [named] }) as unknown as Stack },
    secretsFile: { path: '/secrets.yaml', read: async () => ({ apps: {}, consumers: [] }) },
  });
  const missing = { message: '/secrets.yaml has no value for apps.toString.constructor.' };
  await expect(of({ ...host, app: 'toString' })).rejects.toMatchObject(missing);
  const secret_env = { constructor: new Secret('sent') };
  expect(await of({ ...host, app: 'toString', secret_env })).toMatchObject({ env, secret_env });
});
