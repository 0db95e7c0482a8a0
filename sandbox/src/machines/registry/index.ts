import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ImageRegistry } from '../../hosts.ts';
import { parseForRegistry, type RegistryFault, registryFaultSchema, shippedImages } from '../../images.ts';
import { makeCertificate } from './certificate.ts';
import { createFront } from './front.ts';
import { buildImage, type MachineImage, machineImageSchema } from './image.ts';
import { openPushDoor } from './push-door.ts';
import { isStored, storeImage } from './store.ts';
import { createTokens } from './tokens.ts';

export interface MachineRegistry extends ImageRegistry {
  readonly pushTo: string;
  /** Certificate of its authority, PEM. */
  ca: string;
  /** Cuts it off as the fault "unreachable" does, until `start`. */
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

/**
 * `ghcr.io` for the machines: Debian's docker-registry behind TLS and tokens, on port 443 of `host`. It keeps everything in
 * `directory`. Throws when docker-registry is not installed or the port is taken.
 */
export async function startRegistry(host: string, directory: string): Promise<MachineRegistry> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const { ca, cert, key } = await makeCertificate(directory);
  const store = join(directory, 'store');
  const images: MachineImage[] = [];
  let fault: RegistryFault = null;

  function put(value: unknown): void {
    const image = parseForRegistry(machineImageSchema, value);
    storeImage(store, image.repository, image.tag, buildImage(image));
    images.push(image);
  }
  shippedImages.forEach(put);

  const behind = await startDockerRegistry(directory, store);
  const { socketPath } = behind;
  const tokens = createTokens(images, (repository) => isStored(store, repository));
  const front = createFront({ host, tls: { cert, key }, tokens, socketPath, fault: () => fault });
  await front.open();
  const door = await openPushDoor(socketPath);

  return {
    ca,
    pushTo: door.place,
    put,
    setFault(value) {
      const wanted = parseForRegistry(registryFaultSchema, value);
      if (wanted?.type === 'unreachable' && wanted.repository) {
        throw new TypeError('On machines the registry is unreachable for all repositories or for none.');
      }
      fault = wanted;
      const moved = fault?.type === 'unreachable' ? front.close() : front.open();
      moved.catch((error: Error) => process.emitWarning(error));
    },
    stop: front.close,
    start: front.open,
    async close() {
      await Promise.all([front.close(), door.close()]);
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
