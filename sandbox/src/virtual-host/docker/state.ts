import type { Behaviour } from '../../images.ts';
import type { Publication } from '../machine/ports.ts';

/** What an engine keeps on its disk. */
export interface EngineState {
  images: LocalImage[];
  containers: Container[];
  networks: Network[];
  volumes: string[];
}

export interface LocalImage {
  /** `sha256:...` of its configuration, not the digest that registries know. */
  id: string;
  /** `ghcr.io/user/app:1`, with the registry also where people leave it out. */
  tags: string[];
  /** `ghcr.io/user/app@sha256:...` */
  digests: string[];
  architecture: string;
  sizeMb: number;
  created: string;
  exposedPorts: number[];
  healthcheck: boolean;
  behaviour: Behaviour;
  /** Started as a real process on this machine; without it nothing runs and the behaviour is all there is. */
  process: ImageProcess | null;
}

export interface ImageProcess {
  command: string[];
  /** The image's own environment. */
  env?: Record<string, string> | undefined;
  /** Variables that name a folder of the container; the process is told the real one. */
  folders?: string[] | undefined;
}

export interface Network {
  name: string;
  id: string;
  created: string;
  /** 172.N.0.0/16 */
  subnet: number;
  /** Nothing leads out of it. */
  internal: boolean;
}

export interface Mount {
  volume: string;
  path: string;
  readOnly: boolean;
}

export interface ContainerOptions {
  name: string;
  /** As it was given to `docker run`. */
  image: string;
  command: string[];
  labels: Record<string, string>;
  env: string[];
  network: string;
  aliases: string[];
  restart: string;
  memoryBytes: number;
  securityOpt: string[];
  capAdd: string[];
  capDrop: string[];
  mounts: Mount[];
  publish: Publication[];
}

export interface Container extends ContainerOptions {
  id: string;
  imageId: string;
  created: string;
  status: 'created' | 'running' | 'restarting' | 'exited';
  startedAt: string;
  finishedAt: string;
  exitCode: number;
  oomKilled: boolean;
  restartCount: number;
  /** How often it was looked at since it was started; what an image does depends on that, not on time. */
  readings: number;
  health: 'starting' | 'healthy' | 'unhealthy' | null;
  /** Stopped by hand: `unless-stopped` leaves it alone from then on. */
  stoppedByHand: boolean;
  /** Networks beside its first one, and how it is called there. */
  connections: { network: string; aliases: string[] }[];
  logs: { at: string; stream: 'out' | 'err'; text: string }[];
}

export const NEVER = '0001-01-01T00:00:00Z';

export function emptyEngine(): EngineState {
  return { images: [], containers: [], networks: [], volumes: [] };
}

/** What the engine answers instead of doing it. */
export class EngineError extends Error {
  /** HTTP status of the engine's API. */
  readonly status: number;

  constructor(message: string, status = 500) {
    super(message);
    this.status = status;
  }
}
