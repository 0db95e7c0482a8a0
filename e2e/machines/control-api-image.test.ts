import { readFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { owner } from '../demo/stack.ts';
import { buildAndPush } from '../story-images.ts';
import { REGION } from '../world.ts';
import { describeMachines, say } from './machines-sandbox.ts';
import { gist, openRollout, type Rollout } from './rollout-world.ts';

const name = 'fountainai-control';
const token = 'a-token-for-this-machine';
const keyPath = '/data/keys/apps';
/** Where the container finds AWS: at its own loopback, since elsewhere it would have to be https. */
const AWS_PORT = 4566;

describeMachines('the control API, as an image, on a nano', () => {
  let world: Rollout;
  /** On the bridge that the machine reaches, a way to the sandbox's cloud. */
  let cloud: Server;
  let privateIp: string;

  beforeAll(async () => {
    world = await openRollout(248);
    await buildAndPush(String(world.sandbox.control.images?.pushTo), name);
    const { body } = await world.api.get(`/aws/lightsail/instances/apps?region=${REGION}`);
    privateIp = body.private_ip;
  });
  afterAll(async () => {
    cloud?.close();
    await world?.stop();
  });

  function deploy(more: object = {}) {
    const { version } = JSON.parse(readFileSync(new URL('../../control-api/package.json', import.meta.url), 'utf8'));
    return world.deploy('', {
      name,
      docker_image: `ghcr.io/${owner}/${name}:${version}`,
      ports: [8000],
      publish: 'loopback',
      memory_mb: 192,
      volumes: [`${name}-data:/data`],
      env: { AWS_ENDPOINT_URL_LIGHTSAIL: `http://127.0.0.1:${AWS_PORT}` },
      secret_env: {
        CONTROL_API_TOKEN: token,
        AWS_ACCESS_KEY_ID: 'AKIASANDBOX',
        AWS_SECRET_ACCESS_KEY: 'sandbox-secret',
      },
      ...more,
    });
  }

  /** A call as somebody makes it who has logged in to the machine. */
  async function call(path: string, body?: object, bearer = token) {
    const sent = body ? `--header 'Content-Type: application/json' --data '${JSON.stringify(body)}'` : '';
    const url = `http://127.0.0.1:8000${path}`;
    const printed = await world.sudo(
      `curl --silent --write-out '\\n%{http_code}' --header 'Authorization: Bearer ${bearer}' ${sent} '${url}'`,
    );
    const at = printed.lastIndexOf('\n');
    const text = printed.slice(0, at);
    const answer = text.startsWith('{') ? JSON.parse(text) : {};
    return { status: Number(printed.slice(at)), code: answer.code, text, answer };
  }

  const onSelf = (fields: object = {}) => ({ instance_ip: privateIp, ssh_key_path: keyPath, name, ...fields });

  /** The release that it ran before the one that runs. */
  async function releaseBefore(): Promise<string> {
    const { answer } = await call(`/services/docker-apps?instance_ip=${privateIp}&ssh_key_path=${keyPath}`);
    const { releases } = answer.apps.find((app: { name: string }) => app.name === name);
    return releases.find(({ previous }: { previous: boolean }) => previous).id;
  }

  const id = () => world.sudo(`docker inspect --format '{{.Id}} {{.State.StartedAt}}' ${name}`);
  const operations = async () =>
    ((await call('/operations')).answer.operations as { id: string }[]).map((operation) => operation.id);

  /** Lets the container reach the sandbox's cloud, which listens on the loopback of the computer around the machine. */
  async function leadToCloud(): Promise<void> {
    const around = (await world.sudo("ip route | awk '/^default/ { print $3 }'")).trim();
    const { hostname, port } = new URL(world.sandbox.url);
    cloud ??= createServer((from) => {
      const to = connect(Number(port), hostname);
      from.pipe(to).pipe(from);
      for (const socket of [from, to]) socket.on('error', () => [from, to].map((one) => one.destroy()));
    });
    if (!cloud.listening) await new Promise<void>((resolve) => cloud.listen(0, around, resolve));
    const { port: bridgePort } = cloud.address() as { port: number };
    const relay = `require("net").createServer((a) => { const b = require("net").connect(${bridgePort}, "${around}");
      a.pipe(b).pipe(a); for (const s of [a, b]) s.on("error", () => { a.destroy(); b.destroy(); }); }).listen(${AWS_PORT}, "127.0.0.1")`;
    await world.sudo(`docker exec --detach ${name} node --eval '${relay.replaceAll('\n', ' ')}'`);
    const seen = () => call(`/aws/lightsail/instances?region=${REGION}`);
    await expect.poll(async () => (await seen()).status, { timeout: 30_000 }).toBe(200);
  }

  test('another control API deploys it; it answers on the loopback of the machine alone, and wants its token', async () => {
    const started = performance.now();
    const deployed = gist(await deploy({ memory_mb: 160 }));
    expect(deployed).toMatchObject({ status: 200, changed: true, url: 'http://127.0.0.1:8000' });
    say(`${name} deployed: ${((performance.now() - started) / 1000).toFixed(1)} s`);
    // A second release, so that it has one to go back to.
    for (const changed of [true, false]) expect(gist(await deploy())).toMatchObject({ status: 200, changed });
    expect(await call('/health')).toMatchObject({ status: 200, answer: { status: 'ok' } });
    expect((await call('/docs/')).text).toContain('swagger-ui');
    expect(await call('/operations', undefined, 'wrong')).toMatchObject({ status: 401, code: 'unauthorized' });
    await expect(fetch(`http://${world.address}:8000/health`)).rejects.toThrow();
    expect(await world.sudo('ss --listening --tcp --numeric --no-header "sport = :8000"')).toMatch(
      /^LISTEN\s+\d+\s+\d+\s+127\.0\.0\.1:8000\s+\S+\s*$/,
    );
  });

  test('nobody in it is root, it writes in the volume alone, and has the committed manifests', async () => {
    expect(await world.sudo(`docker exec ${name} id --user`)).toBe('1000\n');
    expect((await world.sudo(`docker diff ${name}`)).trim()).toBe('');
    const deployment = { instance_ip: privateIp, ssh_key_path: keyPath, app: 'no-such-app', tag: '1.0.0' };
    const { code, answer } = await call('/services/deploy-docker-app', deployment);
    expect(code).toBe('app_not_found');
    expect(answer.details).toContainEqual({ message: 'core-script-management-api' });
  });

  test('with a key and AWS it works on the machine that it runs on', async () => {
    const folder = keyPath.slice(0, keyPath.lastIndexOf('/'));
    const put = `docker exec --interactive ${name} bash -c 'umask 077; mkdir -p ${folder}; cat > ${keyPath}'`;
    await world.sudo(`${put} <<'END'\n${readFileSync(world.keyPath, 'utf8')}\nEND`);
    await leadToCloud();
    const hello = { docker_image: 'ghcr.io/fountain/hello:1.0', ports: [8080], publish: 'public', name: 'hello' };
    const deployed = await call('/services/deploy-docker-app', onSelf(hello));
    expect(deployed).toMatchObject({ status: 200, answer: { changed: true } });
    expect(await world.page()).toContain('version 1.0');
    const restarted = await call('/services/restart-docker-app', onSelf({ name: 'hello' }));
    expect(restarted).toMatchObject({ status: 200, answer: { changed: true } });
  });

  test('it refuses whatever would end it, dry run or not', async () => {
    const before = await id();
    const instance = { instance_name: 'apps', region: REGION };
    const image = (
      await world.sudo(`docker inspect --format '{{index .Config.Labels "fountain.digest"}}' ${name}`)
    ).trim();
    const calls: [path: string, body: object][] = [
      ['/services/deploy-docker-app', onSelf({ docker_image: `ghcr.io/${owner}/${name}@${image}`, ports: [8000] })],
      ['/services/restart-docker-app', onSelf()],
      ['/services/rollback-docker-app', onSelf({ to: await releaseBefore() })],
      ['/services/remove-docker-app', onSelf({ confirm: name })],
      ['/aws/lightsail/reboot-instance', instance],
      ['/aws/lightsail/stop-instance', instance],
      ['/aws/lightsail/delete-instance', { ...instance, confirm: 'apps' }],
    ];
    for (const [path, body] of calls) {
      for (const query of ['?dry_run=true', '']) {
        const answer = await call(`${path}${query}`, body);
        expect(answer, `${path}${query}`).toMatchObject({ status: 409, code: 'self_target' });
        expect(answer.answer.hint).toContain('docs/control-api-image.md');
      }
    }
    expect(await id()).toBe(before);
  });

  test('a restart and another release, by another control API, keep its journal; its root need not be writable', async () => {
    const before = await operations();
    expect(before.length).toBeGreaterThan(2);
    const restart = { instance_name: 'apps', ssh_key_path: world.keyPath, name };
    expect(gist(await world.api.post('/services/restart-docker-app', restart))).toMatchObject({ status: 200 });
    expect(await operations()).toEqual(before);
    expect(gist(await deploy({ env: { LOG_LEVEL: 'warn' } }))).toMatchObject({ status: 200, changed: true });
    expect(await operations()).toEqual(before);
    const image = (await world.sudo(`docker inspect --format '{{.Image}}' ${name}`)).trim();
    const flags = `--read-only --cap-drop ALL --memory 160m --env CONTROL_API_TOKEN=${token} --publish 127.0.0.1:8001:8000`;
    await world.sudo(`docker run --detach ${flags} --name read-only ${image}`);
    const health = () => world.sudo("docker inspect --format '{{.State.Health.Status}}' read-only");
    await expect.poll(health, { timeout: 60_000, interval: 500 }).toBe('healthy\n');
    await world.sudo('docker rm --force --volumes read-only');
  });

  test('has room beside the services', async () => {
    const rollup = `cat "/proc/$(docker inspect --format '{{.State.Pid}}' ${name})/smaps_rollup"`;
    const [rss, anonymous] = (
      await world.sudo(`${rollup} | awk '/^Rss/ { r = $2 } /^Anonymous/ { a = $2 } END { print r / 1024, a / 1024 }'`)
    )
      .split(' ')
      .map(Number);
    say(`${name} idle: ${rss?.toFixed(0)} MB resident, ${anonymous?.toFixed(0)} of it anonymous`);
    expect(anonymous).toBeLessThan(120);
  });
});
