import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Sandbox, type SettingsInput, settingsForTests, startSandbox, writeDefaultKey } from '@fountainai/sandbox';

export const REGION = 'eu-central-1';

/** The program that is started: a bundle where one was made for this run, else the sources. */
export const controlApi =
  process.env.FOUNTAIN_CONTROL_API ?? new URL('../control-api/src/server.ts', import.meta.url).pathname;

/** An answer of the control API. */
export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: callers look into whatever came back
  body: any;
}

export interface ControlApi {
  baseUrl: string;
  /** Everything it has printed. */
  output(): string;
  pid: number;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Ends it with a signal; resolves with its exit code. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

export interface WorldOptions {
  settings?: SettingsInput;
  /** For every control API of the world; undefined takes a setting away. */
  env?: Record<string, string | undefined>;
  /** Worlds that are open at the same time in several processes have different numbers, from 1. */
  worker?: number;
}

export interface World {
  sandbox: Sandbox;
  dataDir: string;
  keyPath: string;
  api: ControlApi;
  /** Starts another control API, by default on the same DATA_DIR; `wrapper` is a command that runs it. */
  startApi(env?: Record<string, string>, wrapper?: readonly string[]): Promise<ControlApi>;
}

/** A sandbox without delays in this process, and a control API wired to it as a process of its own, until `stop`. */
export async function openWorld(options: WorldOptions = {}): Promise<World & { stop(): Promise<void> }> {
  const sandbox = await startSandbox({ ...settingsForTests(options.worker ?? 1), ...options.settings });
  const dataDir = await mkdtemp(join(tmpdir(), 'fountain-e2e-'));
  const started: ControlApi[] = [];
  const stop = async () => {
    await Promise.all(started.map((api) => api.end('SIGKILL')));
    await sandbox.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    const keyPath = await writeDefaultKey(sandbox, join(dataDir, 'keys'), REGION);
    const base = {
      DATA_DIR: dataDir,
      AWS_REGION: REGION,
      AWS_ENDPOINT_URL_LIGHTSAIL: sandbox.url,
      AWS_ENDPOINT_URL_ROUTE_53: sandbox.url,
      GITHUB_API_URL: `${sandbox.url}/github`,
      ACME_DIRECTORY_URL: `${sandbox.url}/acme/directory`,
      // Worlds have more instances than a budget allows; the tests of the budget set their own.
      BUDGET_EUR_MONTH: '1000000',
      AWS_ACCESS_KEY_ID: 'AKIASANDBOX',
      AWS_SECRET_ACCESS_KEY: 'sandbox-secret-key',
      SSH_PORT: String(sandbox.settings.sshPort),
      ...sandbox.vendorSettings,
    };
    const startApi = async (env: Record<string, string> = {}, wrapper: readonly string[] = []) => {
      const api = await startControlApi({ ...base, ...options.env, ...env }, wrapper);
      started.push(api);
      return api;
    };
    return { sandbox, dataDir, keyPath, startApi, api: await startApi(), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Starts the control API on a port that it chooses, so that no two ever get the same, and waits until it listens. */
export async function startControlApi(
  env: Record<string, string | undefined>,
  wrapper: readonly string[] = [],
): Promise<ControlApi> {
  const [program = '', ...args] = [...wrapper, process.execPath, controlApi];
  const child = spawn(program, args, {
    env: { PATH: process.env.PATH, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => said.push(String(chunk)));
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const baseUrl = await Promise.race([
    listening(child.stdout, said),
    ended.then((code) => {
      throw new Error(`the control API ended with exit code ${code}: ${said.join('')}`);
    }),
  ]);
  return {
    baseUrl,
    pid: child.pid as number,
    output: () => said.join(''),
    get: (path, headers = {}) => call(`${baseUrl}${path}`, { headers }),
    post: (path, body, headers = {}) =>
      call(`${baseUrl}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    end: (signal) => end(child, ended, signal),
  };
}

/** The address that the log names once it listens. */
async function listening(log: NodeJS.ReadableStream, said: readonly string[]): Promise<string> {
  for (;;) {
    const url = /Server listening at (http:\/\/[\d.]+:\d+)/.exec(said.join(''))?.[1];
    if (url) return url;
    await once(log, 'data');
  }
}

/** Creates an instance named `name`; returns its public address. */
export async function createInstance(
  api: ControlApi,
  name = 'apps',
  more: Record<string, unknown> = {},
): Promise<string> {
  const { status, body } = await api.post('/aws/lightsail/create-instance', {
    instance_name: name,
    blueprint_id: 'debian_12',
    bundle_id: 'micro_3_0',
    region: REGION,
    availability_zone: `${REGION}a`,
    ...more,
  });
  if (status !== 200) throw new Error(`create-instance: ${status} ${JSON.stringify(body)}`);
  return body.result.instance.public_ip as string;
}

async function call(url: string, init: RequestInit): Promise<Answer> {
  const response = await fetch(url, init);
  const text = await response.text();
  const json = response.headers.get('content-type')?.includes('json');
  return { status: response.status, headers: response.headers, body: json ? JSON.parse(text) : text };
}

async function end(child: ChildProcess, ended: Promise<number | null>, signal: NodeJS.Signals): Promise<number | null> {
  child.kill(signal);
  return ended;
}
