import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DownloadDefaultKeyPairCommand, LightsailClient } from '@aws-sdk/client-lightsail';
import { expect, onTestFinished, test } from 'vitest';

const program = fileURLToPath(new URL('../src/server.ts', import.meta.url));
const stub = fileURLToPath(new URL('./stub-control-api.ts', import.meta.url));

test('starts both, says where things are, and ends both and its files at SIGTERM', async () => {
  const { run, url, output } = await ready(['--token', 'secret']);
  const environment = await env(url);
  const dataDir = String(environment.DATA_DIR);
  const keyPath = join(dataDir, 'keys/LightsailDefaultKey-eu-central-1.pem');
  expect(environment).toMatchObject({
    AWS_REGION: 'eu-central-1',
    SSH_PORT: '2222',
    CONTROL_API_TOKEN: 'secret',
    AWS_ENDPOINT_URL_LIGHTSAIL: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
  });
  expect(environment).not.toHaveProperty('AWS_PROFILE');
  for (const text of [
    url,
    environment.AWS_ENDPOINT_URL_LIGHTSAIL,
    keyPath,
    'create-instance',
    'deploy-docker-app',
    '/docs',
  ]) {
    expect(output()).toContain(text);
  }
  expect(output()).not.toContain('secret');

  expect((await stat(keyPath)).mode & 0o777).toBe(0o600);
  const client = new LightsailClient({
    region: 'eu-central-1',
    endpoint: String(environment.AWS_ENDPOINT_URL_LIGHTSAIL),
    credentials: { accessKeyId: 'AKIASANDBOX', secretAccessKey: 'sandbox' },
  });
  const { privateKeyBase64 } = await client.send(new DownloadDefaultKeyPairCommand());
  client.destroy();
  expect(await readFile(keyPath, 'utf8')).toBe(privateKeyBase64);

  // As from a terminal whose process group all gets Ctrl-C, and a parent that passes it on.
  run.kill('SIGINT');
  run.kill('SIGTERM');
  expect(await once(run, 'close')).toEqual([0, null]);
  await expect(fetch(`${url}/health`)).rejects.toThrow();
  expect(existsSync(dataDir)).toBe(false);
});

test('--keep keeps cloud and DATA_DIR together, in the folder it is called in', async () => {
  const cwd = await temporary();
  const first = await ready(['--keep'], cwd);
  const { DATA_DIR } = await env(first.url);
  expect(DATA_DIR).toBe(join(cwd, 'data/sandbox/data'));
  const keyPath = join(String(DATA_DIR), 'keys/LightsailDefaultKey-eu-central-1.pem');
  const key = await readFile(keyPath, 'utf8');
  first.run.kill('SIGINT');
  await once(first.run, 'close');
  expect(await readFile(join(cwd, 'data/sandbox/control-api.log'), 'utf8')).toContain('ended in order');

  await ready(['--keep'], cwd);
  expect(await readFile(keyPath, 'utf8')).toBe(key);
});

test('a control API that dies takes the sandbox with it, its last words shown', async () => {
  const { run, url, output } = await ready([]);
  await fetch(`${url}/die`).catch(() => undefined);
  expect(await once(run, 'close')).toEqual([1, null]);
  expect(output()).toContain('exit code 3');
  expect(output()).toContain('the last words');
});

test('a control API that does not start, and a port that is taken, are said and end it', async () => {
  const broken = await start(['--control-api', '/nowhere.ts']);
  expect(await once(broken.run, 'close')).toEqual([1, null]);
  expect(broken.output()).toContain('/nowhere.ts');

  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as { port: number };
  const blocked = await start(['--lightsail-port', String(port)]);
  expect(await once(blocked.run, 'close')).toEqual([1, null]);
  expect(blocked.output()).toContain(`Port ${port} is taken`);
});

test('an unknown option ends it with 2 and the usage', async () => {
  const { run, output } = await start(['--machine']);
  expect(await once(run, 'close')).toEqual([2, null]);
  expect(output()).toContain("'--machine'");
  expect(output()).toContain('--lightsail-port N');
});

async function start(options: string[], cwd?: string) {
  const port = await freePort();
  const argv = ['--port', String(port), '--lightsail-port', '0', '--control-api', stub, ...options];
  const env = { ...process.env, AWS_PROFILE: 'mine' };
  const run = spawn(process.execPath, [program, ...argv], { cwd: cwd ?? (await temporary()), env });
  let output = '';
  for (const stream of [run.stdout, run.stderr]) stream.on('data', (chunk) => (output += chunk));
  onTestFinished(async () => {
    if (run.exitCode !== null || run.signalCode !== null) return;
    run.kill('SIGTERM');
    await once(run, 'close');
  });
  return { run, url: `http://127.0.0.1:${port}`, output: () => output };
}

async function ready(options: string[], cwd?: string) {
  const started = await start(options, cwd);
  while (!started.output().includes('/docs')) {
    const [first] = await Promise.race([once(started.run.stdout, 'data'), once(started.run, 'close')]);
    if (typeof first === 'number') throw new Error(started.output());
  }
  return started;
}

async function env(url: string) {
  return (await (await fetch(`${url}/env`)).json()) as Record<string, string>;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

async function temporary(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'sandbox-server-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}
