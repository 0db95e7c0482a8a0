import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answers, freePort } from '../../ports.ts';

export interface Running {
  name: string;
  url: string;
  pid: number;
  dataDir: string;
  stop(): Promise<void>;
}

export interface Program {
  name: string;
  command: string;
  words: readonly string[];
  env?: Settings;
}

type Settings = Readonly<Record<string, string | undefined>>;

const services = new URL('../../../app-services/', import.meta.url);
const bundles = new URL('dist/', import.meta.url);
const peerSettings = ['CENTRAL_SEQUENCE_URL', 'CORE_SCRIPT_URL', 'CHARACTER_URL', 'SESSION_CONTEXT_URL'];
const START_MS = 30_000;
const started = new Set<Running>();

/** The flags and the environment that the services' images give to node. */
export const tuning = readTuning(readFileSync(new URL('Dockerfile', services), 'utf8'));

function readTuning(dockerfile: string): { flags: string[]; env: Record<string, string> } {
  const text = dockerfile.replace(/\\\n/g, '');
  const entry: string[] = JSON.parse(/^ENTRYPOINT (\[.*\])$/m.exec(text)?.[1] ?? '[]');
  const flags = entry.filter((word) => word.startsWith('--'));
  const env = Object.fromEntries([...text.matchAll(/^ENV (\w+)=(\S+)$/gm)].map(([, name, value]) => [name, value]));
  if (flags.length === 0 || Object.keys(env).length === 0) throw new Error('The Dockerfile gives no flags.');
  return { flags, env };
}

export function bundleServices(): void {
  execFileSync(process.execPath, [new URL('bundle.ts', services).pathname, bundles.pathname]);
}

/** Starts a service's bundle as its image does; unless the settings say otherwise it has no peers. */
export function startService(name: string, settings: Settings = {}): Promise<Running> {
  const noPeers = Object.fromEntries(peerSettings.map((setting) => [setting, '']));
  return start({
    name,
    command: process.execPath,
    words: [...tuning.flags, new URL(`${name}/lib/server.mjs`, bundles).pathname],
    env: { ...tuning.env, ...noPeers, ...settings },
  });
}

/**
 * Starts a program that listens at HOST and PORT and keeps its data in DATA_DIR, a new folder, and waits until it answers
 * /ready. What it prints goes into a file, as with Docker.
 */
export async function start({ name, command, words, env = {} }: Program): Promise<Running> {
  const port = await freePort();
  const dataDir = mkdtempSync(join(tmpdir(), 'fountain-bench-'));
  const log = join(dataDir, 'log');
  const output = openSync(log, 'w');
  const child = spawn(command, words, {
    env: {
      PATH: process.env.PATH,
      HOST: '127.0.0.1',
      PORT: String(port),
      DATA_DIR: dataDir,
      DRAIN_MS: '0',
      ...env,
    },
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  const ended = once(child, 'exit');
  const url = `http://127.0.0.1:${port}`;
  const running = {
    name,
    url,
    pid: child.pid ?? 0,
    dataDir,
    async stop() {
      started.delete(running);
      child.kill('SIGTERM');
      await ended;
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
  started.add(running);
  await Promise.race([
    answers(`${url}/ready`, START_MS),
    ended.then(([code]) => Promise.reject(new Error(`${name} ended with ${code}: ${readFileSync(log, 'utf8')}`))),
  ]);
  return running;
}

/** Ends what was started and has not been stopped. */
export const stopAll = () => Promise.all([...started].map((one) => one.stop()));
