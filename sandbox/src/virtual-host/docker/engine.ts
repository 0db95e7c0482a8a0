import { randomBytes } from 'node:crypto';
import type { Addresses, Ports } from '../machine/ports.ts';
import { type Containers, createContainers } from './containers.ts';
import { storeImage } from './images.ts';
import type { Processes } from './processes.ts';
import { parseReference, type Reference } from './reference.ts';
import { type Credentials, type Registry, RegistryError } from './registry.ts';
import { EngineError, type EngineState, type Network } from './state.ts';
import type { Storage } from './storage.ts';

interface Options {
  state: EngineState;
  registry: Registry;
  processes: Processes;
  storage: Storage;
  addresses(): Addresses;
  ports: Ports;
  /** Whether a program beside the engine listens there. */
  isHeld(address: string, port: number): boolean;
  sshPort: number;
  freeBytes(): number;
}

export interface Engine {
  state: EngineState;
  containers: Containers;
  /** Whether it answers. */
  running(): boolean;
  liveRestore(): boolean;
  /** Reads daemon.json ('' for none) and starts; gives the reason when it cannot. */
  start(daemonJson: string): Promise<string | undefined>;
  reload(daemonJson: string): void;
  /** Containers end with it unless it shall restore them alive. */
  stop(): Promise<void>;
  /** The host goes down, and everything with it. */
  powerOff(): Promise<void>;
  /** False when it was there. Throws an EngineError. */
  pull(reference: Reference, credentials: Credentials | undefined): boolean;
  /** GET of the engine's API. */
  api(path: string, credentials: Credentials | undefined): { status: number; body: object };
  createNetwork(name: string, internal: boolean): Network;
}

/** Of every virtual host. */
export const ARCHITECTURE = 'amd64';

/** Of a host that goes down: less than a real one gives, since nobody wants to wait for it. */
const POWER_OFF_GRACE_MS = 2000;

/** A Docker engine in memory, of which processes and ports are real. */
export function createEngine({ state, registry, freeBytes, ...host }: Options): Engine {
  const containers = createContainers({ state, ...host });
  let running = false;
  let liveRestore = false;

  function configure(daemonJson: string): void {
    const settings: unknown = daemonJson.trim() === '' ? {} : JSON.parse(daemonJson);
    liveRestore = (settings as Record<string, unknown>)['live-restore'] === true;
  }

  function pull(reference: Reference, credentials: Credentials | undefined): boolean {
    try {
      const stored = registry.resolve(reference, credentials);
      if (stored.sizeMb * 1_000_000 > freeBytes()) {
        throw new EngineError(
          'failed to register layer: Error processing tar file(exit status 1): write /usr/lib/libc.so: no space left on device',
        );
      }
      return storeImage(state, reference, stored, ARCHITECTURE);
    } catch (error) {
      if (error instanceof RegistryError) throw new EngineError(error.pullMessage, error.status);
      throw error;
    }
  }

  function distribution(name: string, credentials: Credentials | undefined): object {
    const { digest, architectures } = registry.resolve(parseReference(name), credentials);
    const index = architectures.length > 1;
    const mediaType = `application/vnd.docker.distribution.manifest.${index ? 'list.' : ''}v2+json`;
    const Platforms = architectures.map((architecture) => ({ architecture, os: 'linux' }));
    return { Descriptor: { mediaType, digest, size: index ? 1609 : 527 }, Platforms };
  }

  return {
    state,
    containers,
    running: () => running,
    liveRestore: () => liveRestore,
    async start(daemonJson) {
      try {
        configure(daemonJson);
      } catch (error) {
        return `unable to configure the Docker daemon with file /etc/docker/daemon.json: ${(error as Error).message}`;
      }
      running = true;
      await containers.bringBack();
      return undefined;
    },
    reload(daemonJson) {
      try {
        configure(daemonJson);
      } catch {
        // The engine logs it and keeps its settings.
      }
    },
    async stop() {
      running = false;
      if (!liveRestore) await containers.endAll(POWER_OFF_GRACE_MS);
    },
    async powerOff() {
      running = false;
      await containers.endAll(POWER_OFF_GRACE_MS);
    },
    pull,
    api(path, credentials) {
      const name = /^(?:\/v[\d.]+)?\/distribution\/(.+)\/json$/.exec(path)?.[1];
      if (name === undefined) return { status: 404, body: { message: 'page not found' } };
      try {
        return { status: 200, body: distribution(decodeURIComponent(name), credentials) };
      } catch (error) {
        if (!(error instanceof EngineError)) throw error;
        return { status: error.status, body: { message: error.message } };
      }
    },
    createNetwork(name, internal) {
      if (state.networks.some((one) => one.name === name)) {
        throw new EngineError(`network with name ${name} already exists`, 409);
      }
      const subnet = Math.max(17, ...state.networks.map((one) => one.subnet)) + 1;
      const network = {
        name,
        id: randomBytes(32).toString('hex'),
        created: new Date().toISOString(),
        subnet,
        internal,
      };
      state.networks.push(network);
      return network;
    },
  };
}
