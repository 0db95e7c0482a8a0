import { setTimeout as delay } from 'node:timers/promises';
import { type Forwarding, type Ports, PortTaken, realPort } from '../machine/ports.ts';
import { restartsByItself } from './behaviour.ts';
import { createHealthCheck } from './health-check.ts';
import { portInUse } from './ports.ts';
import type { Processes, RunningProcess } from './processes.ts';
import { type Container, EngineError, type ImageProcess, type LocalImage } from './state.ts';
import type { Storage } from './storage.ts';

/** What of a running container is real: its process and the ports that lead to it. */
export interface Runtime {
  /** Where on this machine its ports are; undefined when nothing runs there. */
  address: string | undefined;
  pid: number;
  /**
   * Somebody looks at it: a check of its health is made, where the image has one. A process that was just started is given
   * real time to show what it does, whatever time the host believes has passed.
   */
  look(): Promise<void>;
  /** Ends the process and closes the ports. Gives its exit code, 0 where nothing ran. */
  stop(graceMs: number): Promise<number>;
}

interface Options {
  container: Container;
  image: LocalImage;
  ports: Ports;
  /** The container's own loopback address. */
  address: string;
  processes: Processes;
  storage: Storage;
  /** The process ended by itself for good. */
  onEnd(): void;
}

const LOG_LINES = 1000;
/** Of the engine: doubled with each restart. */
const FIRST_BACKOFF_MS = 100;
const LAST_BACKOFF_MS = 60_000;
const SETTLING_MS = 500;
const SETTLING_STEP_MS = 50;

const preload = new URL('../../../images/preload.ts', import.meta.url).href;

/** Starts what is real of a container. Throws an EngineError in the engine's words. */
export async function startRuntime(options: Options): Promise<Runtime> {
  const { container, image, ports, address } = options;
  if (!image.process) return { address: undefined, pid: pidOf(container), look: async () => {}, stop: async () => 0 };
  const forwarding = await ports.forward(container.publish, address).catch((error) => {
    throw error instanceof PortTaken ? portInUse(error.publication) : error;
  });
  try {
    return await supervise(options, image.process, forwarding, await spawnIn(options, image.process));
  } catch (error) {
    await forwarding.close();
    if (error instanceof EngineError) throw error;
    const program = image.process.command[0] ?? '';
    throw new EngineError(cannotStart(program));
  }
}

/** The runtime's words when there is no such program; `docker run` ends with 127 then. */
export function cannotStart(program: string): string {
  const runc =
    'failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process';
  return `${runc}: exec: "${program}": executable file not found in $PATH: unknown`;
}

async function supervise(
  options: Options,
  process: ImageProcess,
  forwarding: Forwarding,
  first: RunningProcess,
): Promise<Runtime> {
  const { container, image, address, onEnd } = options;
  const check = image.healthcheck ? createHealthCheck(container, address, portOf(options)) : undefined;
  const stopping = new AbortController();
  let running = first;

  async function watch(): Promise<void> {
    for (let backoff = FIRST_BACKOFF_MS; ; backoff = Math.min(backoff * 2, LAST_BACKOFF_MS)) {
      container.exitCode = await running.ended;
      if (stopping.signal.aborted) return;
      container.finishedAt = new Date().toISOString();
      if (!restartsByItself(container)) break;
      Object.assign(container, { status: 'restarting', restartCount: container.restartCount + 1 });
      await delay(backoff, undefined, { signal: stopping.signal });
      running = await spawnIn(options, process);
      const health = check ? 'starting' : null;
      Object.assign(container, { status: 'running', startedAt: new Date().toISOString(), health });
      if (stopping.signal.aborted) return;
    }
    container.status = 'exited';
    await forwarding.close();
    onEnd();
  }

  const watching = watch().catch(() => undefined);
  return {
    address,
    get pid() {
      return running.pid;
    },
    async look() {
      await check?.();
      const age = Date.now() - Date.parse(container.startedAt);
      if (age < SETTLING_MS || container.health === 'starting') await delay(SETTLING_STEP_MS);
    },
    async stop(graceMs) {
      stopping.abort();
      const code = await running.end(graceMs);
      await watching;
      await Promise.all([running.end(graceMs), forwarding.close()]);
      return code;
    },
  };
}

function spawnIn(options: Options, { command, env, folders = [] }: ImageProcess): Promise<RunningProcess> {
  const { container, address, processes, storage } = options;
  const given = container.env.map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]);
  const own: Record<string, string> = { PORT: String(realPort(portOf(options))), ...env, ...Object.fromEntries(given) };
  for (const name of folders) {
    const path = own[name];
    if (path?.startsWith('/')) own[name] = storage.folderOf(container, path);
  }
  return processes.spawn(prepared(options, command), { ...own, HOST: address }, (stream, text) => {
    container.logs.push({ at: new Date().toISOString(), stream, text });
    if (container.logs.length > LOG_LINES) container.logs.shift();
  });
}

/** A Node program finds the other containers of its network by their names. */
function prepared({ container, storage }: Options, [program = '', ...words]: readonly string[]): string[] {
  if (program !== 'node') return [program, ...words];
  const names = `${preload}?${new URLSearchParams({ names: storage.namesFile(container.id) })}`;
  return [program, '--import', names, ...words];
}

function portOf({ container, image }: Options): number {
  return image.exposedPorts[0] ?? container.publish[0]?.containerPort ?? 8080;
}

/** A number that a container without a process can show. */
function pidOf({ id }: Container): number {
  return 1000 + (Number.parseInt(id.slice(0, 4), 16) % 30_000);
}
