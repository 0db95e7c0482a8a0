import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';

export interface SandboxProcess {
  baseUrl: string;
  /** Resolves with its exit code when it has ended, asked or not. */
  ended: Promise<number | null>;
  stop(): Promise<void>;
}

/** Starts `npm run sandbox` on the given ports (0: free ones) and waits until its control API answers. */
export async function startSandboxProcess(options: {
  port: number;
  lightsailPort: number;
  machines: boolean;
}): Promise<SandboxProcess> {
  const port = options.port || (await freePort());
  const lightsailPort = options.lightsailPort || (await freePort());
  const server = new URL('../../sandbox/src/server.ts', import.meta.url).pathname;
  const args = [server, '--port', String(port), '--lightsail-port', String(lightsailPort)];
  const child = spawn(process.execPath, options.machines ? [...args, '--machines'] : args, {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => said.push(String(chunk)));
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const baseUrl = `http://127.0.0.1:${port}`;
  await Promise.race([
    answers(`${baseUrl}/health`, options.machines ? 300_000 : 60_000),
    ended.then((code) => {
      throw new Error(`the sandbox ended with exit code ${code}:\n${said.join('').slice(-2000)}`);
    }),
  ]);
  return { baseUrl, ended, stop: () => stop(child, ended) };
}

async function stop(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  child.kill('SIGTERM');
  await ended;
}

async function answers(url: string, withinMs: number): Promise<void> {
  for (const until = Date.now() + withinMs; ; ) {
    const up = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (up) return;
    if (Date.now() > until) throw new Error(`${url} did not answer within ${withinMs / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 100));
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
