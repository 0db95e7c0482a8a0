import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { expectSuccess } from '../test/answers.ts';
import { REGION } from '../world.ts';
import { say } from './machines-sandbox.ts';
import { makeServiceHost, openServiceWorld, type ServiceHost } from './service-host.ts';
import { describePackages, testStandIns } from './vendor-packages.ts';

const parts = { real: 'the app, the network, systemd, TLS', standIn: 'what Kong does with a request' };
const folder = mkdtempSync(join(tmpdir(), 'fountain-gateway-'));
const KONG_CONFIG = join(folder, 'kong.yml');
const HTTPS = 443;

describePackages('requests through the gateway', parts, () => {
  let world: Awaited<ReturnType<typeof openServiceWorld>>;
  let apps: ServiceHost;
  let gate: ServiceHost;
  let certificate: { cert: string; private: string };
  let target = '';

  beforeAll(async () => {
    world = await openServiceWorld(245, { KONG_CONFIG });
    [apps, gate] = await Promise.all([
      makeServiceHost(world, 'apps', 'nano_3_0'),
      makeServiceHost(world, 'gate', 'nano_3_0'),
    ]);
    const { body } = await world.api.get(`/aws/lightsail/instances/apps?region=${REGION}`);
    target = `${body.private_ip}:8101`;
    certificate = await generate([{ name: 'commonName', value: 'hello.test' }], { keyType: 'ec', algorithm: 'sha256' });
    writeConfig();
    const hello = { docker_image: 'ghcr.io/fountain/hello:1.0', ports: [8101], container_port: 8080 };
    const [deployed, served] = await Promise.all([apps.deploy(hello), gate.call('deploy-kong')()]);
    expectSuccess(deployed, true);
    expectSuccess(served, true);
  });
  afterAll(async () => {
    await world?.stop();
    rmSync(folder, { recursive: true });
  });

  function writeConfig(exposed = '*'): void {
    const checks = { http_path: '/health', healthy: { interval: 1, successes: 1 } };
    const active = { ...checks, unhealthy: { interval: 1, http_failures: 1, tcp_failures: 1, timeouts: 3 } };
    const routes = [
      { name: 'read', hosts: ['hello.test'], methods: ['GET'], strip_path: false },
      { ...{ name: 'secure', hosts: ['secure.test'], protocols: ['https'] }, https_redirect_status_code: 308 },
    ];
    const configuration = {
      _format_version: '3.0',
      services: [{ name: 'hello', host: 'hello.upstream', routes }],
      upstreams: [{ name: 'hello.upstream', targets: [{ target }], healthchecks: { active } }],
      consumers: [{ username: 'bard', keyauth_credentials: [{ key: 'bard-key' }] }],
      certificates: [{ cert: certificate.cert, key: certificate.private, snis: [{ name: 'hello.test' }] }],
      plugins: [
        { name: 'key-auth', config: { key_names: ['X-API-KEY'], hide_credentials: true } },
        { name: 'rate-limiting', config: { hour: 100_000, policy: 'local' } },
        { name: 'correlation-id', config: { header_name: 'X-Request-ID', generator: 'uuid', echo_downstream: true } },
        { name: 'cors', config: { origins: ['https://story.test'], exposed_headers: [exposed] } },
      ],
    };
    writeFileSync(KONG_CONFIG, stringify(configuration));
  }

  interface Asked {
    host?: string;
    method?: string;
    key?: string;
    agent?: Agent;
  }

  async function ask(path: string, { host = 'hello.test', method = 'GET', key = 'bard-key', agent }: Asked = {}) {
    const headers = { host, 'x-api-key': key };
    const asked = request({
      host: gate.ip,
      port: 80,
      path,
      method,
      headers,
      ...(agent ? { agent } : { agent: false }),
    });
    asked.end();
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    const text = Buffer.concat(await answer.toArray()).toString();
    return { status: answer.statusCode, headers: answer.headers, text, reused: asked.reusedSocket };
  }

  /** Whose certificate is shown. */
  async function shown(servername: string): Promise<string> {
    const socket = connect({ host: gate.ip, port: HTTPS, servername, rejectUnauthorized: false });
    await once(socket, 'secureConnect');
    const { subject } = socket.getPeerCertificate();
    socket.destroy();
    return String(subject.CN);
  }

  test('who has a key is let through, to what there is a route for', async () => {
    await expect.poll(async () => (await ask('/')).status, { timeout: 20_000 }).toBe(200);
    const answer = await ask('/');
    expect([answer.status, answer.headers.via]).toEqual([200, '1.1 kong/3.9.3']);
    expect(answer.headers).toMatchObject({
      ...{ 'x-ratelimit-limit-hour': '100000', 'x-request-id': expect.stringMatching(/^[\da-f-]{36}$/) },
      ...{ 'access-control-allow-origin': 'https://story.test', 'x-kong-upstream-latency': expect.any(String) },
    });
    const words = async (asked: Asked) => {
      const { status, text } = await ask('/', asked);
      return [status, JSON.parse(text).message];
    };
    expect(await words({ key: '' })).toEqual([401, 'No API key found in request']);
    expect(await words({ key: 'another' })).toEqual([401, 'Unauthorized']);
    expect(await words({ method: 'DELETE' })).toEqual([404, 'no Route matched with those values']);
    expect(await words({ host: 'nobody.test' })).toEqual([404, 'no Route matched with those values']);
  });

  test('over TLS by the name’s certificate; a route that is https only leads there', async () => {
    expect(await shown('hello.test')).toBe('hello.test');
    expect(await shown('other.test')).toBe('localhost');
    const { status, headers } = await ask('/x?y=1', { host: 'secure.test' });
    expect([status, headers.location]).toEqual([308, 'https://secure.test/x?y=1']);
  });

  test('another configuration is loaded under requests, and no connection is cut', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const statuses: (number | undefined)[] = [];
    await ask('/', { agent });
    let applied = false;
    const asking = (async () => {
      while (!applied) {
        const { status, reused } = await ask('/', { agent });
        statuses.push(reused ? status : 0);
      }
    })();
    writeConfig('X-Request-ID');
    expectSuccess(await gate.call('apply-kong-config')(), true);
    applied = true;
    await asking;
    agent.destroy();
    say(`on a real machine, requests on one connection while a configuration was loaded: ${statuses.length}`);
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
    expect((await ask('/')).headers['access-control-expose-headers']).toBe('X-Request-ID');
  });

  test('an app that is gone is noticed, and found again', async () => {
    await apps.sudo('docker stop --time 1 hello');
    const words = async () => JSON.parse((await ask('/')).text).message;
    await expect.poll(words, { timeout: 20_000 }).toBe('failure to get a peer from the ring-balancer');
    await apps.sudo('docker start hello');
    await expect.poll(async () => (await ask('/')).status, { timeout: 20_000 }).toBe(200);
  });

  testStandIns('its memory is small', 'Kong’s is another', async () => {
    const status = await gate.sudo('cat /proc/$(systemctl show kong --property=MainPID --value)/status');
    const megabytes = Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
    say(`on a real machine, memory of the stand-in for Kong: ${megabytes.toFixed(0)} MB`);
    expect(megabytes).toBeLessThan(110);
  });
});
