import { EngineError } from './state.ts';

/** An image's name, taken apart as the engine does (distribution/reference). */
export interface Reference {
  /** `ghcr.io`, `docker.io` */
  registry: string;
  /** `ghcr.io/user/app`, registry included. */
  repository: string;
  /** Without the registry. */
  path: string;
  tag: string | undefined;
  /** `sha256:...` */
  digest: string | undefined;
}

const NAME = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/;

/** Throws an EngineError for what is no reference. Without tag and digest the tag is `latest`. */
export function parseReference(text: string): Reference {
  const [, name = '', tag, digest] =
    /^(.*?)(?::([A-Za-z0-9_][\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(text) ?? [];
  const [first = '', ...rest] = name.split('/');
  const hasRegistry = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  const registry = hasRegistry ? first : 'docker.io';
  const remainder = hasRegistry ? rest.join('/') : name;
  const path = registry === 'docker.io' && !remainder.includes('/') ? `library/${remainder}` : remainder;
  if (!NAME.test(path)) {
    const upper = /[A-Z]/.test(path) ? ': repository name must be lowercase' : '';
    throw new EngineError(`invalid reference format${upper}`, 400);
  }
  return { registry, repository: `${registry}/${path}`, path, tag: tag ?? (digest ? undefined : 'latest'), digest };
}

/** As people write it: Docker Hub's name and its `library/` are left out. */
export function familiar(repository: string): string {
  return repository.replace(/^docker\.io\/(library\/)?/, '');
}

export function tagged({ repository, tag }: Reference): string {
  return `${repository}:${tag}`;
}

export function byDigest({ repository }: Reference, digest: string): string {
  return `${repository}@${digest}`;
}

/** The reference as the engine shows it in its messages. */
export function shown(reference: Reference): string {
  const { repository, tag, digest } = reference;
  return `${familiar(repository)}${tag ? `:${tag}` : ''}${digest ? `@${digest}` : ''}`;
}
