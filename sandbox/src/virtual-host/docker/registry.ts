import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ImageRegistry } from '../../hosts.ts';
import { imageSchema, parseForRegistry, type RegistryFault, registryFaultSchema } from '../../images.ts';
import { familiar, parseReference, type Reference, shown } from './reference.ts';
import { EngineError } from './state.ts';

const virtualImageSchema = imageSchema.extend({
  digest: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/)
    .optional()
    .describe('Of the index; made from all the rest if left out'),
  sizeMb: z.number().min(1).default(60),
  exposedPorts: z.array(z.int().min(1).max(65535)).default([]),
  process: z
    .strictObject({
      command: z.array(z.string()).min(1),
      env: z.record(z.string(), z.string()).optional().describe('The image’s own environment'),
      folders: z
        .array(z.string())
        .optional()
        .describe('Variables that name a folder of the container; the process is told a real one'),
    })
    .optional()
    .describe('A program of this machine that runs as the container, told where to listen by HOST and PORT'),
});

/** As on machines, and what only a virtual host can be told of an image. */
export type RegistryImage = z.input<typeof virtualImageSchema>;
export type StoredImage = z.output<typeof virtualImageSchema> & { digest: string };

export interface Credentials {
  username: string;
  password: string;
}

/** What a registry answers; a pull words some of it otherwise than an inspection. */
export class RegistryError extends EngineError {
  readonly pullMessage: string;

  constructor(message: string, status: number, pullMessage = message) {
    super(message, status);
    this.pullMessage = pullMessage;
  }
}

export interface Registry extends ImageRegistry {
  /** Throws a RegistryError in the words of the engine. */
  resolve(reference: Reference, credentials: Credentials | undefined): StoredImage;
}

/**
 * Every registry there is, in memory: an image put again under its tag moves the tag; its old digest stays. Images of ghcr.io
 * called as in `everyOwners` are those of all owners at once.
 */
export function createRegistry(everyOwners: readonly string[] = []): Registry {
  const repositories = new Map<string, { tags: Map<string, string>; images: Map<string, StoredImage> }>();
  const keyOf = (repository: string) => {
    const name = /^ghcr\.io\/[^/]+\/([^/]+)$/.exec(repository)?.[1] ?? '';
    return everyOwners.includes(name) ? `ghcr.io/*/${name}` : repository;
  };
  let fault: RegistryFault = null;

  return {
    put(input) {
      const image = parseForRegistry(virtualImageSchema, input);
      const digest = image.digest ?? `sha256:${createHash('sha256').update(JSON.stringify(image)).digest('hex')}`;
      const { repository, tag } = parseReference(image.reference);
      const key = keyOf(repository);
      const { tags, images } = repositories.get(key) ?? { tags: new Map(), images: new Map() };
      repositories.set(key, { tags, images });
      if (tag) tags.set(tag, digest);
      images.set(digest, { ...image, digest });
    },
    setFault(input) {
      fault = parseForRegistry(registryFaultSchema, input);
    },
    resolve(reference, credentials) {
      const { registry, repository, tag, digest } = reference;
      const known = registry === 'docker.io' || [...repositories.keys()].some((one) => one.startsWith(`${registry}/`));
      if (!known) throw noSuchHost(registry);
      if (fault && (fault.repository ?? repository) === repository)
        throw faultError(fault.type, reference, credentials);
      const found = repositories.get(keyOf(repository));
      if (!found) throw denied(reference, credentials ? 'denied' : 'unauthorized');
      const image = found.images.get(digest ?? found.tags.get(tag ?? '') ?? '');
      const owner = [...found.images.values()].find((one) => one.credentials)?.credentials;
      if (owner && !credentials) throw denied(reference, 'unauthorized');
      // GHCR's words for a token that is wrong or expired.
      if (owner && (credentials?.username !== owner.username || credentials.password !== owner.token)) {
        throw denied(reference, 'denied: denied');
      }
      if (!image) throw manifestUnknown(reference);
      return image;
    },
  };
}

function faultError(type: NonNullable<RegistryFault>['type'], reference: Reference, credentials?: Credentials): Error {
  if (type === 'unreachable') return unreachable(reference.registry);
  if (type === 'denied') return denied(reference, credentials ? 'denied: denied' : 'unauthorized');
  if (type === 'rate_limited')
    return new RegistryError('toomanyrequests: retry-after: 715.11µs, allowed: 44000/minute', 429);
  return manifestUnknown(reference);
}

function denied(reference: Reference, why: string): RegistryError {
  const { registry, path, repository, tag, digest } = reference;
  if (registry === 'docker.io') {
    const text = 'denied: requested access to the resource is denied';
    const hub = `pull access denied for ${familiar(repository)}, repository does not exist or may require 'docker login'`;
    return new RegistryError(text, 403, `${hub}: ${text}`);
  }
  return new RegistryError(`Head "https://${registry}/v2/${path}/manifests/${digest ?? tag}": ${why}`, 500);
}

function manifestUnknown(reference: Reference): RegistryError {
  const text = 'manifest unknown: manifest unknown';
  return new RegistryError(text, 404, `manifest for ${shown(reference)} not found: ${text}`);
}

function unreachable(registry: string): RegistryError {
  const why =
    'net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)';
  return new RegistryError(`Get "https://${hostOf(registry)}/v2/": ${why}`, 500);
}

function noSuchHost(registry: string): RegistryError {
  const why = `dial tcp: lookup ${registry.replace(/:\d+$/, '')} on 127.0.0.53:53: no such host`;
  return new RegistryError(`Get "https://${hostOf(registry)}/v2/": ${why}`, 500);
}

function hostOf(registry: string): string {
  return registry === 'docker.io' ? 'registry-1.docker.io' : registry;
}
