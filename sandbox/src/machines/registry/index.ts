import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { ImageRegistry } from '../../hosts.ts';
import { makeCertificate } from './certificate.ts';
import { createFront, type RegistryFault } from './front.ts';
import { buildImage, type Image, imageSchema } from './image.ts';
import { storeImage } from './store.ts';
import { createTokens } from './tokens.ts';

export interface MachineRegistry extends ImageRegistry {
  /** Certificate of its authority, PEM. */
  ca: string;
  /** Cuts it off as the fault "unreachable" does, until `start`. */
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

const faultSchema = z.enum(['unreachable', 'denied', 'rate_limited', 'tag_absent']).nullable();

/** There from the start. */
export const shippedImages = [
  { repository: 'ghcr.io/fountain/hello', tag: '1.0', healthcheck: true },
  { repository: 'ghcr.io/fountain/hello', tag: '1.1', healthcheck: true },
  { repository: 'ghcr.io/user/repo/my-app', tag: 'latest' },
  {
    repository: 'ghcr.io/fountain/private',
    tag: '1.0',
    credentials: { username: 'fountain', token: 'ghp_sandbox' },
  },
  { repository: 'ghcr.io/fountain/other-architecture', tag: '1.0', architectures: ['arm64'] },
  { repository: 'ghcr.io/fountain/broken', tag: '1.0', behaviour: 'crashes' },
  { repository: 'ghcr.io/fountain/never-healthy', tag: '1.0', behaviour: 'never_healthy' },
] as const;

/**
 * `ghcr.io` for the machines: Debian's docker-registry behind TLS and tokens, on port 443 of `host`. It keeps everything in
 * `directory`. Throws when docker-registry is not installed or the port is taken.
 */
export async function startRegistry(host: string, directory: string): Promise<MachineRegistry> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const { ca, cert, key } = await makeCertificate(directory);
  const store = join(directory, 'store');
  const images: Image[] = [];
  let fault: RegistryFault = null;

  function put(value: unknown): void {
    const parsed = imageSchema.safeParse(value);
    if (!parsed.success) throw new TypeError(`not an image: ${z.prettifyError(parsed.error)}`);
    const image = parsed.data;
    storeImage(store, image.repository.slice('ghcr.io/'.length), image.tag, buildImage(image));
    images.push(image);
  }
  shippedImages.forEach(put);

  const behind = await startDockerRegistry(directory, store);
  const { socketPath } = behind;
  const front = createFront({ host, tls: { cert, key }, tokens: createTokens(images), socketPath, fault: () => fault });
  await front.open();

  return {
    ca,
    put,
    setFault(value) {
      const parsed = faultSchema.safeParse(value);
      if (!parsed.success) {
        throw new TypeError(`not a fault of the registry; it knows: ${faultSchema.unwrap().options}`);
      }
      fault = parsed.data;
      const moved = fault === 'unreachable' ? front.close() : front.open();
      moved.catch((error: Error) => process.emitWarning(error));
    },
    stop: front.close,
    start: front.open,
    async close() {
      await front.close();
      await behind.close();
    },
  };
}

async function startDockerRegistry(directory: string, store: string) {
  const socketPath = join(directory, 'registry.sock');
  const file = join(directory, 'registry.json');
  // YAML, of which JSON is a part.
  const config = {
    version: 0.1,
    log: { level: 'error', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: store } },
    http: { net: 'unix', addr: socketPath },
  };
  await writeFile(file, JSON.stringify(config));
  // It must not outlive this process, however that ends.
  const command = ['--pdeathsig', 'KILL', 'docker-registry', 'serve', file];
  const child = spawn('setpriv', command, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said = (said + chunk).slice(-2000);
  });
  const ended = once(child, 'exit');
  ended.catch(() => {});
  for (const until = Date.now() + 10_000; !(await answers(socketPath)); await delay(20)) {
    if (child.exitCode !== null || Date.now() > until) throw new Error(`docker-registry did not start: ${said}`);
  }
  return {
    socketPath,
    async close() {
      child.kill();
      await ended;
    },
  };
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => end(true)).once('error', () => end(false));
  });
}
