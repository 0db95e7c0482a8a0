import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Secret } from '../../src/lib/secret.ts';
import { checkWith } from '../../src/lib/zod-problems.ts';
import {
  deployDockerAppBodySchema,
  hostQuerySchema,
  logsQuerySchema,
  removeDockerAppBodySchema,
  restartDockerAppBodySchema,
  rollbackDockerAppBodySchema,
} from '../../src/schemas/app.ts';

const host = { instance_ip: '9.10.11.12', ssh_key_path: '/path/to/ssh_key' };
const body = { ...host, docker_image: 'ghcr.io/user/repo/my-app:latest' };

test('the source document’s body is whole; so is one that names an app with a manifest', () => {
  expect(deployDockerAppBodySchema.parse(body)).toEqual(body);
  const app = { ...host, app: 'story-factory-api', tag: '1.4.2', health_path: '/health', memory_mb: 128 };
  expect(deployDockerAppBodySchema.parse(app)).toEqual(app);
  const two = { ...body, ports: [8101, 8201], container_port: 8080 };
  expect(deployDockerAppBodySchema.parse(two)).toEqual(two);
});

test('secrets are secrets from here on', () => {
  const secrets = { secret_env: { API_KEY: 's3cret' }, registry_username: 'user', registry_token: 'ghp_token' };
  const parsed = deployDockerAppBodySchema.parse({ ...body, ...secrets });
  expect(parsed.secret_env?.API_KEY).toBeInstanceOf(Secret);
  expect(parsed.registry_token?.reveal()).toBe('ghp_token');
  expect(JSON.stringify(parsed)).not.toMatch(/s3cret|ghp_token/);
});

describe('a body is refused where it cannot be meant so', () => {
  test.each<[object, string, string]>([
    [{ docker_image: 'Not An Image' }, 'docker_image', 'lower-case'],
    [{ docker_image: 'ghcr.io/user/my_app' }, 'name', 'is needed'],
    [{ name: 'A' }, 'name', 'lower-case'],
    [{ name: 'x' }, 'name', '2 to 39'],
    [{ name: 'a;reboot' }, 'name', 'lower-case'],
    [{ name: 'my-app-replaced' }, 'name', 'put aside'],
    [{ name: 'kong' }, 'name', 'of the host itself'],
    [{ docker_image: 'docker.io/library/kong:3.9.3' }, 'name', 'is needed'],
    [{ name: 'my-app-candidate' }, 'name', 'takes over'],
    [{ ports: [80, 81, 82] }, 'ports', 'two ports at most'],
    [{ ports: [80, 80], container_port: 80 }, 'ports', 'twice'],
    [{ ports: [80, 81] }, 'container_port', 'is needed'],
    [{ docker_image: undefined }, 'docker_image', 'or an app'],
    [{ tag: '1.0' }, 'tag', 'goes with app'],
    [{ app: 'my-app', tag: '1.0' }, 'tag', 'has its own'],
    [{ app: 'my-app', docker_image: undefined, tag: 'a tag' }, 'tag', 'no tag'],
    [{ app: 'My App' }, 'app', 'lower-case'],
    [{ ports: [0] }, 'ports.0', ''],
    [{ ports: [65536] }, 'ports.0', ''],
    [{ ports: ['80'] }, 'ports.0', ''],
    [{ container_port: 80 }, 'container_port', 'needs a port'],
    [{ health_path: '/health' }, 'health_path', 'needs a port'],
    [{ ports: [80], health_path: 'health' }, 'health_path', 'no path'],
    [{ ports: [80], health_path: '/{a,b}' }, 'health_path', 'no path'],
    [{ publish: 'world' }, 'publish', ''],
    [{ volumes: ['/etc:/etc'] }, 'volumes.0', 'path of the host'],
    [{ volumes: ['./data:/data'] }, 'volumes.0', 'path of the host'],
    [{ volumes: ['/var/run/docker.sock:/var/run/docker.sock'] }, 'volumes.0', 'Docker socket'],
    [{ volumes: ['data:/data:rw'] }, 'volumes.0', ':ro'],
    [{ volumes: ['data:/a/../b'] }, 'volumes.0', '..'],
    [{ volumes: ['data:/'] }, 'volumes.0', ''],
    [{ volumes: ['data'] }, 'volumes.0', 'absolute path'],
    [{ volumes: ['data:/x,readonly'] }, 'volumes.0', 'absolute path'],
    [{ env: { 'A B': 'x' } }, 'env.A B', 'no name'],
    [{ env: { A: 'x\0y' } }, 'env.A', 'NUL'],
    [{ secret_env: { LD_PRELOAD: 'x' } }, 'secret_env.LD_PRELOAD', 'send it in env'],
    [{ secret_env: { DOCKER_HOST: 'x' } }, 'secret_env.DOCKER_HOST', 'send it in env'],
    [{ env: { A: '1' }, secret_env: { A: '2' } }, 'secret_env', 'send it once'],
    [{ memory_mb: 1 }, 'memory_mb', ''],
    [{ capabilities: ['SYS_ADMIN'] }, 'capabilities.0', 'NET_BIND_SERVICE'],
    [{ registry_token: 'x' }, 'registry_username', 'go together'],
    [{ registry_username: 'a:b', registry_token: 'x' }, 'registry_username', 'colon'],
    [{ instance_ip: undefined }, 'instance_ip', 'instance_name'],
    [{ instance_ip: '169.254.169.254' }, 'instance_ip', 'can have'],
    [{ instance_ip: '0.0.0.0' }, 'instance_ip', 'can have'],
    [{ instance_ip: '224.0.0.1' }, 'instance_ip', 'can have'],
    [{ instance_ip: '255.255.255.255' }, 'instance_ip', 'can have'],
    [{ instance_ip: '1.2.3' }, 'instance_ip', 'IPv4'],
    [{ ssh_port: '22' }, 'ssh_port', ''],
    [{ ssh_user: '-oProxyCommand=x' }, 'ssh_user', 'no user name'],
    [{ host_key_fingerprint: 'md5:00' }, 'host_key_fingerprint', 'SHA256'],
    [{ docker_imag: 'x' }, 'docker_imag', 'did you mean docker_image?'],
  ])('%j', (change, path, message) => {
    const checked = checkWith(deployDockerAppBodySchema, { ...body, ...change });
    const problems = 'problems' in checked ? checked.problems : [];
    expect(problems.map((problem) => ({ path: problem.path.join('.'), message: problem.message }))).toContainEqual({
      path,
      message: expect.stringContaining(message),
    });
  });
});

test('the addresses of the sandbox and instance names are fine', () => {
  expect(hostQuerySchema.safeParse({ ...host, instance_ip: '127.0.10.11', ssh_port: '2222' })).toMatchObject({
    success: true,
    data: { ssh_port: 2222 },
  });
  expect(hostQuerySchema.safeParse({ instance_name: 'apps', ssh_key_path: 'k' }).success).toBe(true);
  expect(logsQuerySchema.parse({ ...host, name: 'my-app', lines: '5' }).lines).toBe(5);
  expect(logsQuerySchema.safeParse({ ...host, name: 'my-app', lines: '5000' }).success).toBe(false);
});

test('the calls on an app that is there', () => {
  const named = { ...host, name: 'my-app' };
  const hex = 'a'.repeat(64);
  for (const to of [hex, `sha256:${hex}`, `${hex}-0123456789ab`]) {
    expect(rollbackDockerAppBodySchema.safeParse({ ...named, to }).success).toBe(true);
  }
  expect(rollbackDockerAppBodySchema.safeParse({ ...named, to: '../../etc' }).success).toBe(false);
  expect(restartDockerAppBodySchema.safeParse({ ...named, since: '2026-11-21T10:00:00+01:00' }).success).toBe(true);
  expect(restartDockerAppBodySchema.safeParse({ ...named, since: 'yesterday' }).success).toBe(false);
  expect(removeDockerAppBodySchema.safeParse({ ...named, confirm: 'my-app' }).success).toBe(true);
});

test('every field says what it is and shows an example', () => {
  for (const schema of [
    deployDockerAppBodySchema,
    rollbackDockerAppBodySchema,
    restartDockerAppBodySchema,
    removeDockerAppBodySchema,
    hostQuerySchema,
    logsQuerySchema,
  ]) {
    const { properties = {} } = z.toJSONSchema(schema, { io: 'input' }) as { properties?: Record<string, object> };
    const silent = Object.entries(properties).filter(([, field]) => !('description' in field && 'example' in field));
    expect(silent.map(([name]) => name)).toEqual([]);
  }
});
