import { type ChildProcess, spawn } from 'node:child_process';
import { createServer, connect as dial, type Server } from 'node:net';

/** A container's program as a real local process, and the ports that lead to it. */
export interface Workload {
  /** The local port on which the process listens. */
  readonly port: number;
  /** Lets `address:port` lead to the process. Rejects when something else has that port. */
  publish(address: string, port: number): Promise<void>;
  stop(): Promise<void>;
}

interface Options {
  command: readonly string[];
  env: Readonly<Record<string, string>>;
  onLine(line: string): void;
  /** Told once, with the exit code, when the process ended without being asked. */
  onExit(code: number): void;
}

/** Milliseconds between SIGTERM and SIGKILL. */
const GRACE_MS = 2000;

/** Starts it on a free loopback port, given to it as PORT; resolves when it listens, or has ended. */
export async function startWorkload({ command, env, onLine, onExit }: Options): Promise<Workload> {
  const port = await freePort();
  const [file, ...args] = command as [string, ...string[]];
  const child = spawn(file, args, {
    env: { PATH: process.env.PATH, ...env, PORT: String(port), HOST: '127.0.0.1' },
    // Closed when this process ends, however it ends: the program then ends too.
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let asked = false;
  const ended = new Promise<void>((resolve) =>
    child.once('exit', (code) => {
      if (!asked) onExit(code ?? 137);
      resolve();
    }),
  );
  child.once('error', (error) => onLine(String(error)));
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => chunk.toString().split('\n').filter(Boolean).forEach(onLine));
  }
  await Promise.race([listens(port), ended]);
  const forwarders: Server[] = [];
  return {
    port,
    publish: (address, published) => forward(address, published, port, forwarders),
    async stop() {
      asked = true;
      for (const server of forwarders.splice(0)) server.close();
      await end(child, ended);
    },
  };
}

async function end(child: ChildProcess, ended: Promise<void>): Promise<void> {
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
  await ended;
  clearTimeout(timer);
}

function forward(address: string, from: number, to: number, forwarders: Server[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer((outside) => {
      const inside = dial(to, '127.0.0.1');
      outside.on('error', () => inside.destroy());
      inside.on('error', () => outside.destroy());
      outside.pipe(inside).pipe(outside);
    });
    server.once('error', reject);
    server.listen(from, address, () => {
      forwarders.push(server);
      resolve();
    });
  });
}

async function listens(port: number): Promise<void> {
  for (;;) {
    const up = await new Promise<boolean>((resolve) => {
      const socket = dial(port, '127.0.0.1');
      socket.once('connect', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
    if (up) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
