import { type Containers, createContainers } from './containers.ts';
import type { Credentials, Image, VirtualRegistry } from './image-registry.ts';

/** What an engine needs of the host it runs on. */
export interface EngineHost {
  readonly ramMb: number;
  readonly architecture: string;
  readonly privateIp: string;
  publicIp(): string;
  now(): Date;
  /** The text of a file in the host's memory. */
  readFile(path: string): string | undefined;
  /** Takes or gives back (negative) disk; false when there is not enough. */
  chargeDisk(mb: number): boolean;
}

/** State behind `docker` on one host. */
export interface EngineState {
  host: EngineHost;
  registry: VirtualRegistry;
  containers: Containers;
  images: LocalImage[];
  networks: string[];
}

export interface LocalImage extends Image {
  /** Tags under which it was pulled; none when it was pulled by digest. */
  tags: string[];
}

export function createEngineState(host: EngineHost, registry: VirtualRegistry): EngineState {
  return { host, registry, containers: createContainers(host), images: [], networks: ['bridge', 'host', 'none'] };
}

/** Words of the daemon; the client prints them after `Error response from daemon: ` and ends with 1. */
export class DaemonError extends Error {
  readonly status: number;

  constructor(message: string, status = 500) {
    super(message);
    this.status = status;
  }
}

/** The image on this host that a reference means: by tag, by digest, or by id. */
export function localImage({ images }: EngineState, reference: string): LocalImage | undefined {
  return images.find(
    (image) =>
      image.tags.some((tag) => `${image.repository}:${tag}` === withTag(reference)) ||
      `${image.repository}@${image.digest}` === reference ||
      imageId(image).startsWith(reference),
  );
}

export function imageId({ digest }: Image): string {
  return `sha256:${digest.slice(7).split('').reverse().join('')}`;
}

function withTag(reference: string): string {
  return reference.includes(':', reference.lastIndexOf('/')) ? reference : `${reference}:latest`;
}

/** The login for an image's registry in a client's configuration. */
export function loginFor(reference: string, config: string | undefined): Credentials | undefined {
  const { auths = {} } = JSON.parse(config || '{}') as { auths?: Record<string, { auth?: string }> };
  const auth = auths[reference.split('/')[0] ?? '']?.auth;
  const [username, ...password] = Buffer.from(auth ?? '', 'base64')
    .toString()
    .split(':');
  return username ? { username, password: password.join(':') } : undefined;
}
