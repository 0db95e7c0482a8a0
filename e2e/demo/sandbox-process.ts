import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answers, freePort } from '../ports.ts';

export interface SandboxProcess {
  baseUrl: string;
  /** Resolves with its exit code when it has ended, asked or not. */
  ended: Promise<number | null>;
  /** Where images can be pushed to; undefined for virtual hosts, which have those of the story services. */
  pushTo: string | undefined;
  /** The root certificate of its ACME directory: where it is, and a copy that is there until the sandbox has ended. */
  authority: { url: string; file: string };
  /** Where a gateway's http and https are; virtual hosts need no leave for ports below 1024, and have others. */
  proxyPorts: { http: number; https: number };
  /** Arms a fault on the host of an instance. */
  playOnHost(instance: string, fault: object): Promise<void>;
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
  // What is printed when all is up says where images go.
  while (!said.join('').includes('The sandbox is ready')) await once(child.stdout, 'data');
  const cloudUrl = `http://127.0.0.1:${lightsailPort}`;
  const lever = (instance: string) => `${cloudUrl}/_sandbox/instances/${instance}/faults`;
  return {
    baseUrl,
    ended,
    pushTo: /build-images\.sh (\S+)\/OWNER/.exec(said.join(''))?.[1],
    authority: await keepAuthority(`${cloudUrl}/acme/root`, ended),
    proxyPorts: options.machines ? { http: 80, https: 443 } : { http: 8080, https: 8443 },
    async playOnHost(instance, fault) {
      const response = await fetch(lever(instance), { method: 'PUT', body: JSON.stringify({ faults: [fault] }) });
      if (!response.ok) throw new Error(`${lever(instance)}: ${response.status} ${await response.text()}`);
    },
    stop: () => stop(child, ended),
  };
}

async function keepAuthority(url: string, ended: Promise<unknown>): Promise<SandboxProcess['authority']> {
  const folder = await mkdtemp(join(tmpdir(), 'fountain-demo-'));
  void ended.then(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'root.pem');
  await writeFile(file, await (await fetch(url)).text());
  return { url, file };
}

async function stop(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  child.kill('SIGTERM');
  await ended;
}
