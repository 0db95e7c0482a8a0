import { once } from 'node:events';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Answer, createInstance, REGION } from '../world.ts';
import { expectFailure } from './answers.ts';
import { shareWorld } from './shared-world.ts';

const TOKEN = 'a-token-of-this-test';
const CREATE = '/aws/lightsail/create-instance';
const DEPLOY = '/services/deploy-docker-app';

const world = shareWorld({ env: { CONTROL_API_TOKEN: TOKEN } });
const authorization = `Bearer ${TOKEN}`;
const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  world().api.post(path, body, { authorization, ...headers });
let ip: string;

beforeAll(async () => {
  ip = await createInstance({ ...world().api, post });
});

/** Makes a call that must be refused, and looks that nothing came of it. */
async function refused(call: () => Promise<Answer>, status: number, code: string): Promise<Answer> {
  const before = await traces();
  const answer = await call();
  expectFailure(answer, status, code);
  expect(await traces()).toEqual(before);
  return answer;
}

async function traces() {
  const { body } = await world().api.get('/operations?limit=200', { authorization });
  const changed = body.operations.filter((one: { changed: boolean }) => one.changed).length;
  const { CreateInstances, ImportKeyPair } = world().sandbox.control.calls();
  return { changed, CreateInstances, ImportKeyPair, execs: world().sandbox.control.observed('apps')?.execs };
}

const create = {
  instance_name: 'never-made',
  blueprint_id: 'debian_12',
  bundle_id: 'micro_3_0',
  region: REGION,
  availability_zone: `${REGION}a`,
};
const deploy = () => ({
  instance_ip: ip,
  docker_image: 'ghcr.io/fountain/hello:1.0',
  ssh_key_path: world().keyPath,
  ports: [8080],
});

describe('a field of create-instance', () => {
  test.each<[what: string, fields: object, path: string]>([
    ['unknown', { colour: 'red' }, '/colour'],
    ['misspelt', { instance_nme: 'apps' }, '/instance_nme'],
    ['of the wrong type', { instance_name: 7 }, '/instance_name'],
    ['null', { bundle_id: null }, '/bundle_id'],
    ['a name with shell characters', { instance_name: 'apps;reboot' }, '/instance_name'],
    ['a name that would be expanded', { instance_name: '$(reboot)' }, '/instance_name'],
    ['a name with spaces', { instance_name: 'my apps' }, '/instance_name'],
    ['a name with a line break', { instance_name: 'apps\n' }, '/instance_name'],
    ['a name that is too short', { instance_name: 'a' }, '/instance_name'],
    ['a name that looks like an option', { instance_name: '--help' }, '/instance_name'],
    ['a region that cannot be one', { region: 'mars' }, '/region'],
    ['a zone of another region', { availability_zone: 'us-east-1a' }, '/availability_zone'],
    ['a wait that is too long', { wait_seconds: 100_000 }, '/wait_seconds'],
    ['a tag that is ours', { tags: { 'fountain-operation': 'x' } }, '/tags/fountain-operation'],
  ])('%s: is refused by name', async (_, fields, path) => {
    const { body } = await refused(() => post(CREATE, { ...create, ...fields }), 400, 'invalid_request');
    expect(body.details).toContainEqual(expect.objectContaining({ path }));
  });

  test('missing: each is named', async () => {
    const { body } = await refused(() => post(CREATE, {}), 400, 'invalid_request');
    const paths = body.details.map(({ path }: { path: string }) => path);
    expect(paths).toEqual(expect.arrayContaining(Object.keys(create).map((name) => `/${name}`)));
  });

  test('misspelt: the right name is suggested', async () => {
    const { body } = await refused(() => post(CREATE, { ...create, bundel_id: 'x' }), 400, 'invalid_request');
    expect(body.details).toContainEqual(expect.objectContaining({ did_you_mean: 'bundle_id' }));
  });

  test.each<[what: string, fields: object, listed: string]>([
    ['bundle', { bundle_id: 'pico_9_9' }, 'nano_3_0'],
    ['blueprint', { blueprint_id: 'debian_99' }, 'debian_12'],
  ])('an unknown %s: what there is is listed', async (_, fields, listed) => {
    const { body } = await refused(() => post(CREATE, { ...create, ...fields }), 422, 'catalog_mismatch');
    expect(JSON.stringify(body.details)).toContain(listed);
  });

  test('an unknown region: the regions are listed', async () => {
    const fields = { region: 'eu-central-7', availability_zone: 'eu-central-7a' };
    const { body } = await refused(() => post(CREATE, { ...create, ...fields }), 400, 'invalid_request');
    expect(JSON.stringify(body.details)).toContain(REGION);
  });
});

describe('a field of deploy-docker-app', () => {
  test.each<[what: string, fields: object, path: string]>([
    ['an IP that is none', { instance_ip: '999.1.2.3' }, '/instance_ip'],
    ['an IP that is a name', { instance_ip: 'localhost' }, '/instance_ip'],
    ['an IP that is link-local', { instance_ip: '169.254.169.254' }, '/instance_ip'],
    ['an IP of many hosts', { instance_ip: '224.0.0.1' }, '/instance_ip'],
    ['no host at all', { instance_ip: undefined }, '/instance_ip'],
    ['an image that is none', { docker_image: 'no image!' }, '/docker_image'],
    ['an image with a shell character', { docker_image: 'ghcr.io/a/b:1;reboot' }, '/docker_image'],
    ['an image that looks like an option', { docker_image: '--privileged' }, '/docker_image'],
    ['an image with half a digest', { docker_image: 'ghcr.io/a/b@sha256:12' }, '/docker_image'],
    ['port 0', { ports: [0] }, '/ports/0'],
    ['port 65536', { ports: [65_536] }, '/ports/0'],
    ['a port in text', { ports: ['8080'] }, '/ports/0'],
    ['a port of SSH that is out of range', { ssh_port: 70_000 }, '/ssh_port'],
    ['a path of the host as volume', { volumes: ['/etc:/data'] }, '/volumes/0'],
    ['the socket of Docker as volume', { volumes: ['/var/run/docker.sock:/s'] }, '/volumes/0'],
    ['a volume that climbs', { volumes: ['data:/a/../b'] }, '/volumes/0'],
    ['a name with a shell character', { name: 'app&' }, '/name'],
    ['a name that is too short', { name: 'a' }, '/name'],
    ['a user with a space', { ssh_user: 'ad min' }, '/ssh_user'],
    ['a variable that is no name', { env: { 'A B': '1' } }, '/env/A B'],
    ['a secret that steers the shell', { secret_env: { BASH_ENV: '/tmp/x' } }, '/secret_env/BASH_ENV'],
    ['a token without a user', { registry_token: 'secret' }, '/registry_username'],
    ['a fingerprint that is none', { host_key_fingerprint: 'MD5:1' }, '/host_key_fingerprint'],
  ])('%s: is refused by name', async (_, fields, path) => {
    const { body } = await refused(() => post(DEPLOY, { ...deploy(), ...fields }), 400, 'invalid_request');
    expect(body.details).toContainEqual(expect.objectContaining({ path }));
  });
});

describe('ssh_key_path', () => {
  const key = async (name: string, text: string | Buffer, mode = 0o600) => {
    const path = join(world().dataDir, 'keys', name);
    await writeFile(path, text);
    await chmod(path, mode);
    return path;
  };
  const pair = () => ssh2.utils.generateKeyPairSync('ed25519');
  const outside = async () => {
    await mkdir(join(world().dataDir, 'elsewhere'), { recursive: true });
    const path = join(world().dataDir, 'elsewhere', 'key');
    await writeFile(path, pair().private, { mode: 0o600 });
    return path;
  };
  const linked = async (name: string) => {
    const path = join(world().dataDir, 'keys', name);
    await symlink(await outside(), path);
    return path;
  };
  const encrypted = { cipher: 'aes256-ctr', passphrase: 'open sesame', rounds: 1 } as const;

  test.each<[what: string, path: () => string | Promise<string>, code: string]>([
    ['outside SSH_KEY_DIR', outside, 'ssh_key_not_allowed'],
    ['a file that others own', () => '/etc/passwd', 'ssh_key_not_allowed'],
    ['through a symlink', () => linked('a-link'), 'ssh_key_not_allowed'],
    ['through ..', async () => `${await outside()}/../../keys/../elsewhere/key`, 'ssh_key_not_allowed'],
    ['relative, through ..', () => '../elsewhere/key', 'ssh_key_not_allowed'],
    ['the folder itself', () => join(world().dataDir, 'keys'), 'ssh_key_not_allowed'],
    ['missing', () => join(world().dataDir, 'keys', 'nobody'), 'ssh_key_unusable'],
    ['readable by all', () => key('open', pair().private, 0o644), 'ssh_key_permissions'],
    ['readable by the group', () => key('half-open', pair().private, 0o640), 'ssh_key_permissions'],
    [
      'encrypted',
      () => key('locked', ssh2.utils.generateKeyPairSync('ed25519', encrypted).private),
      'ssh_key_unusable',
    ],
    ['not a key', () => key('prose', 'not a key at all\n'), 'ssh_key_unusable'],
    ['a public key', () => key('public', pair().public), 'ssh_key_unusable'],
    ['a key that was cut off', () => key('cut', pair().private.slice(0, 120)), 'ssh_key_unusable'],
  ])('%s', async (_, path, code) => {
    const body = { ...deploy(), ssh_key_path: await path() };
    await refused(() => post(DEPLOY, body), 400, code);
  });
});

describe('the request itself', () => {
  test.each<[what: string, body: () => unknown, headers: Record<string, string>, status: number, code: string]>([
    ['JSON cut off', () => JSON.stringify(create).slice(0, -9), {}, 400, 'invalid_request'],
    ['a list for a body', () => [create], {}, 400, 'invalid_request'],
    ['a body of 2 MB', () => ({ ...create, reason: 'x'.repeat(2_000_000) }), {}, 413, 'payload_too_large'],
    ['text/plain', () => create, { 'content-type': 'text/plain' }, 415, 'unsupported_media_type'],
    ['a form', () => 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'unsupported_media_type'],
    ['a foreign Origin', () => create, { origin: 'https://evil.example' }, 403, 'cross_site_refused'],
    ['a call from another site', () => create, { 'sec-fetch-site': 'cross-site' }, 403, 'cross_site_refused'],
    ['no token', () => create, { authorization: '' }, 401, 'unauthorized'],
    ['a wrong token', () => create, { authorization: `Bearer ${TOKEN}x` }, 401, 'unauthorized'],
    ['a token of another scheme', () => create, { authorization: `Basic ${TOKEN}` }, 401, 'unauthorized'],
  ])('%s', async (_, body, headers, status, code) => {
    await refused(() => post(CREATE, body(), headers), status, code);
  });

  test('a foreign Host', async () => {
    await refused(() => postRaw({ host: 'evil.example', authorization }), 421, 'host_not_allowed');
  });

  test('a route that is none', async () => {
    await refused(() => post('/aws/lightsail/create-everything', {}), 404, 'route_not_found');
  });
});

/** `fetch` does not let its caller choose the Host header. */
async function postRaw(headers: Record<string, string>): Promise<Answer> {
  const sent = request(`${world().api.baseUrl}${CREATE}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
  }).end(JSON.stringify(create));
  const [response] = await once(sent, 'response');
  const text = (await response.toArray()).join('');
  return { status: response.statusCode, headers: new Headers(), body: JSON.parse(text) };
}

describe('the host', () => {
  test('instance_ip and instance_name disagree', async () => {
    const body = { ...deploy(), instance_ip: '203.0.113.9', instance_name: 'apps' };
    const answer = await refused(() => post(DEPLOY, body), 409, 'host_mismatch');
    expect(answer.body.message).toContain(ip);
  });

  test('an instance that is not there', async () => {
    const body = { ...deploy(), instance_ip: undefined, instance_name: 'nobody' };
    await refused(() => post(DEPLOY, body), 404, 'instance_not_found');
  });

  test('a host that is no instance: its fingerprint is shown, nobody logs in', async () => {
    let attempts = 0;
    const hostKey = ssh2.utils.generateKeyPairSync('ed25519');
    const server = new ssh2.Server({ hostKeys: [hostKey.private] }, (client) => {
      client
        .on('error', () => {})
        .on('authentication', (context) => {
          attempts += 1;
          context.reject();
        });
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const body = {
      ...deploy(),
      instance_ip: '127.0.0.1',
      ssh_user: 'admin',
      ssh_port: (server.address() as AddressInfo).port,
    };
    const answer = await refused(() => post(DEPLOY, body), 409, 'host_key_unknown');
    expect(JSON.stringify(answer.body)).toMatch(/SHA256:[A-Za-z0-9+/]{43}/);
    expect(attempts).toBe(0);
    server.close();
  });
});
