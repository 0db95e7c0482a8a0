import { expect, test } from 'vitest';
import type { RegistryImage } from '../../src/virtual-host/index.ts';
import { type TestHost, virtualWorld } from './world.ts';

const world = virtualWorld();

async function withEngine(): Promise<TestHost> {
  const host = await world.boot();
  await host.run(
    ['apt-get', 'update'],
    ['apt-get', '-y', 'install', 'docker.io'],
    ['docker', 'network', 'create', 'fountain'],
  );
  return host;
}

let count = 0;
/** Puts an image of its own into the registry. */
function put(image: Omit<RegistryImage, 'reference'>): string {
  count += 1;
  const reference = `ghcr.io/tests/image-${count}:1`;
  world.hosts.images.put({ reference, ...image });
  return reference;
}

const pull = (reference: string) => ['docker', 'pull', '--quiet', reference];
const run = (reference: string, ...more: string[]) => [
  'docker',
  'run',
  '--detach',
  '--name',
  'app',
  ...more,
  reference,
];

/** As the engine's API answers: the body's JSON, then the status. */
async function distribution(host: TestHost, reference: string, login?: object) {
  const header = login
    ? `header = "X-Registry-Auth: ${Buffer.from(JSON.stringify(login)).toString('base64url')}"\n`
    : '';
  const socket = ['--unix-socket', '/run/docker.sock', '--max-time', '20', '--write-out', '\\n%{http_code}'];
  const words = ['curl', '--silent', ...socket, '--config', '-', `http://localhost/distribution/${reference}/json`];
  const { ends } = await host.send({ mode: 'facts', records: [{ role: 'volatile', words, stdin: header }] });
  const lines = ends[0]?.output.split('\n') ?? [];
  const status = lines.pop();
  return { exit: ends[0]?.exit, status, body: JSON.parse(lines.join('\n') || 'null') };
}

test('the engine tells a digest without pulling; the tag can move, the old digest stays', async () => {
  const host = await world.boot();
  expect(await distribution(host, 'ghcr.io/fountain/hello:1.0')).toEqual({ exit: 7, status: '000', body: null });
  await host.run(['apt-get', 'update'], ['apt-get', '-y', 'install', 'docker.io']);
  const one = `sha256:${'1'.repeat(64)}`;
  const two = `sha256:${'2'.repeat(64)}`;
  const reference = put({ digest: one });
  expect(await distribution(host, reference)).toEqual({
    exit: 0,
    status: '200',
    body: {
      Descriptor: { mediaType: 'application/vnd.docker.distribution.manifest.v2+json', digest: one, size: 527 },
      Platforms: [{ architecture: 'amd64', os: 'linux' }],
    },
  });
  world.hosts.images.put({ reference, digest: two, architectures: ['amd64', 'arm64'] });
  const { body } = await distribution(host, reference);
  expect(body).toMatchObject({ Descriptor: { digest: two }, Platforms: [{}, { architecture: 'arm64' }] });
  expect((await host.run(pull(reference.replace(':1', `@${one}`)))).exit).toBe(0);
});

test('what a registry refuses, in the words of a pull and of the API', async () => {
  const host = await withEngine();
  const credentials = { username: 'me', token: 'right' };
  const reference = put({ credentials });
  const repository = reference.slice(0, -2);
  const head = `Head \\"https://ghcr.io/v2/${repository.slice(8)}/manifests/1\\": `.replaceAll('\\', '');
  const auth = (token: string) => ({ auths: { 'ghcr.io': { auth: Buffer.from(`me:${token}`).toString('base64') } } });
  const loggedIn = async (token: string, wanted = reference) => {
    const record = { verb: 'docker_auth', words: pull(wanted), stdin: JSON.stringify(auth(token)) };
    return (await host.send({ records: [record] })).ends[0]?.output.trim();
  };
  const login = (password: string) => ({ username: 'me', password, serveraddress: 'ghcr.io' });

  expect((await host.run(pull(reference))).output).toBe(`Error response from daemon: ${head}unauthorized\n`);
  expect(await distribution(host, reference)).toEqual({
    exit: 0,
    status: '500',
    body: { message: `${head}unauthorized` },
  });
  expect(await loggedIn('wrong')).toBe(`Error response from daemon: ${head}denied: denied`);
  expect((await distribution(host, reference, login('wrong'))).body).toEqual({ message: `${head}denied: denied` });
  expect(await loggedIn('right')).toBe(reference);
  expect((await distribution(host, reference, login('right'))).status).toBe('200');
  expect(await loggedIn('right', `${repository}:2`)).toContain(
    `manifest for ${repository}:2 not found: manifest unknown`,
  );
  expect(await distribution(host, `${repository}:2`, login('right'))).toMatchObject({ status: '404' });
  expect((await host.run(['cat', '/run/fountain-docker/config.json'])).exit).toBe(1);

  expect((await host.run(pull('ghcr.io/no/such:1'))).output).toContain('/v2/no/such/manifests/1": unauthorized');
  expect((await host.run(pull('no/such:1'))).output).toContain(
    "repository does not exist or may require 'docker login'",
  );
  expect((await host.run(pull('registry.example/app:1'))).output).toContain(
    'lookup registry.example on 127.0.0.53:53: no such host',
  );
  expect((await distribution(host, 'Bad:::1')).status).toBe('400');
});

test('faults of the registry, for one repository or for all, until they are cleared', async () => {
  const host = await withEngine();
  const { images } = world.hosts;
  const hello = 'ghcr.io/fountain/hello:1.0';
  const said = async () => (await host.run(pull(hello))).output;
  images.setFault({ type: 'unreachable' });
  expect(await said()).toContain('Get "https://ghcr.io/v2/": net/http: request canceled while waiting for connection');
  images.setFault('rate_limited');
  expect(await said()).toContain('toomanyrequests: retry-after');
  expect((await distribution(host, hello)).status).toBe('429');
  images.setFault({ type: 'denied' });
  expect(await said()).toContain('unauthorized');
  images.setFault({ type: 'tag_absent', repository: 'ghcr.io/fountain/hello' });
  expect(await said()).toContain('manifest unknown');
  expect((await host.run(pull('ghcr.io/user/repo/my-app:latest'))).exit).toBe(0);
  images.setFault(null);
  expect(await said()).toBe(`${hello}\n`);
  expect(() => images.setFault({ type: 'meteor' })).toThrow(TypeError);
  expect(() => images.put({ reference: 'ghcr.io/a/b:1', colour: 'red' })).toThrow(TypeError);
});

test('another architecture: a plain image is pulled and says so, an index has nothing to pull', async () => {
  const host = await withEngine();
  const plain = put({ architectures: ['arm64'] });
  const inspect = ['docker', 'image', 'inspect', '--format', '{{.Architecture}}', plain];
  expect((await host.run(pull(plain), inspect)).output).toBe('arm64\n');
  const index = put({ architectures: ['arm64', 'riscv64'] });
  expect((await host.run(pull(index))).output).toContain('no matching manifest for linux/amd64 in the manifest list');
});

test.each<[string, Omit<RegistryImage, 'reference'>, { exit: number; output: string }]>([
  ['no HEALTHCHECK', {}, { exit: 0, output: 'running\n' }],
  [
    'healthy at the third look',
    { healthcheck: true, behaviour: { type: 'healthy', afterReadings: 2 } },
    { exit: 0, output: 'starting\nhealthy\n' },
  ],
  [
    'never healthy',
    { healthcheck: true, behaviour: { type: 'never_healthy' } },
    { exit: 124, output: 'starting\nunhealthy\nnot healthy after 120 s\n' },
  ],
  ['crashes at once', { behaviour: { type: 'crashes' } }, { exit: 1, output: 'stopped\n' }],
  [
    'crashes after three looks',
    { behaviour: { type: 'crashes_after', readings: 3 } },
    { exit: 1, output: 'running\nstopped\n' },
  ],
  ['out of memory', { behaviour: { type: 'oom' } }, { exit: 1, output: 'stopped\n' }],
])('waiting for a container: %s', async (_, image, wanted) => {
  const host = await withEngine();
  const wait = { verb: 'wait_healthy', words: ['app', '', '10'], timeoutS: 120 };
  const { ends } = await host.send({ records: [{ words: run(put(image), '--restart', 'unless-stopped') }, wait] });
  expect(ends[1]).toMatchObject(wanted);
});

test('a container that is not there is not waited for', async () => {
  const host = await withEngine();
  const { ends } = await host.send({ records: [{ verb: 'wait_healthy', words: ['app', '', '10'], timeoutS: 120 }] });
  expect(ends[0]).toMatchObject({ exit: 1, output: 'absent\n' });
});

test('an out-of-memory kill can be told from what inspect shows, and the log lines are kept', async () => {
  const host = await withEngine();
  const reference = put({ behaviour: { type: 'oom', logs: ['heap grows'] } });
  const state = [
    'docker',
    'inspect',
    '--format',
    '{{.State.OOMKilled}} {{.State.ExitCode}} {{.State.Status}} {{.RestartCount}}',
    'app',
  ];
  expect((await host.run(run(reference), state)).output).toBe('true 137 exited 0\n');
  expect((await host.run(['docker', 'logs', '--tail', '20', 'app'])).output).toBe('heap grows\n');
  expect((await host.run(['docker', 'logs', '--timestamps', 'app'])).output).toMatch(
    /^20\d\d-\d\d-\d\dT[\d:.]+Z heap grows\n$/,
  );
});

test('a container without a process answers the health path on its host as its image behaves', async () => {
  const host = await withEngine();
  const good = put({});
  const url = (port: number, address = '127.0.0.1') => [
    'curl',
    '--silent',
    '--output',
    '/dev/null',
    '--max-time',
    '5',
    '--write-out',
    '%{http_code}',
    `http://${address}:${port}/`,
  ];
  const publish = ['--publish', `${host.privateIp}:80:8080`];
  await host.run(run(good, ...publish));
  const look = ['docker', 'inspect', '--format', '{{.Name}}', 'app'];
  expect(await host.run(look, url(80, host.privateIp))).toEqual({ exit: 0, output: '200' });
  expect(await host.run(url(80))).toEqual({ exit: 7, output: '000' });
  expect(await host.run(url(81, host.privateIp))).toEqual({ exit: 7, output: '000' });
  await host.run(['docker', 'rm', '--force', 'app'], run(put({ behaviour: { type: 'never_healthy' } }), ...publish));
  expect((await host.run(look, url(80, host.privateIp))).output).toBe('503');
});
