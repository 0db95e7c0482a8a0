import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Config } from '../src/config.ts';

export interface ServiceProcess {
  pid: number;
  url: string;
  /** The lines of its log so far. */
  log: string[];
  /** How it ended: the signal, or the code. */
  ended: Promise<string>;
  kill(signal: NodeJS.Signals): void;
}

interface ProcessOptions {
  /** As `databases` gives it: the process works on the same database. */
  config: Config;
  env?: Readonly<Record<string, string>>;
  /** See kill-at.ts. */
  killAt?: string;
  /** A command that runs the program, e.g. with less of something. */
  under?: readonly string[];
}

/** Starts a service's server.ts as production does, in a process of its own, and waits until it listens. */
export async function startProcess(
  server: URL,
  { config, env = {}, killAt, under = [] }: ProcessOptions,
): Promise<ServiceProcess> {
  const preload = killAt ? ['--import', new URL('kill-at.ts', import.meta.url).href] : [];
  const [command = '', ...words] = [...under, process.execPath, ...preload, server.pathname];
  const child = spawn(command, words, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      HOST: '127.0.0.1',
      PORT: '0',
      DRAIN_MS: '0',
      DATA_DIR: config.dataDir,
      DATABASE_URL: config.databaseUrl ?? '',
      CENTRAL_SEQUENCE_URL: config.peerUrl('CENTRAL_SEQUENCE_URL', ''),
      KILL_AT: killAt ?? '',
      ...env,
    },
  });
  const log: string[] = [];
  const ended = once(child, 'exit').then(([code, signal]) => String(signal ?? code));
  const url = await new Promise<string>((listens, fails) => {
    createInterface(child.stdout).on('line', (line) => {
      log.push(line);
      const found = /listening at (http:[^" ]+)/.exec(line)?.[1];
      if (found) listens(found);
    });
    ended.then((how) => fails(new Error(`The service ended with ${how} before it listened: ${log.join('\n')}`)));
  });
  return { pid: child.pid ?? 0, url, log, ended, kill: (signal) => child.kill(signal) };
}
