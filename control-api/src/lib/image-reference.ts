import { AppError } from './errors.ts';

export interface ImageReference {
  /** Host of the registry, e.g. `ghcr.io`; Docker Hub is `docker.io`. */
  registry: string;
  /** Without tag and digest, as `docker image ls` prints it: `ghcr.io/user/my-app`, but `nginx` for Docker Hub's own. */
  repository: string;
  /** `latest` when neither tag nor digest was given; null when only a digest was. */
  tag: string | null;
  /** The 64 hexadecimal digits of its sha256, when given. */
  digest: string | null;
  /** The last part of the repository's path: `my-app`. */
  name: string;
}

const HOST =
  /^(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*(?::[0-9]{1,5})?$/;
const PATH_PART = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^sha256:([0-9a-f]{64})$/;

/**
 * Takes an image reference apart, by the grammar of github.com/distribution/reference and Docker's defaults.
 * Throws invalid_request with what is wrong when it is none.
 */
export function parseImage(text: string): ImageReference {
  const wrong = (why: string) =>
    new AppError('invalid_request', `"${text.slice(0, 120)}" is not an image reference: ${why}.`, {
      hint: 'Write it as registry/user/name:tag or registry/user/name@sha256:<64 hex digits>.',
    });
  const [named, digestText, ...more] = text.split('@');
  if (!named || more.length > 0) throw wrong('name[:tag][@digest] is expected');
  const digest = digestText === undefined ? null : DIGEST.exec(digestText)?.[1];
  if (digest === undefined) throw wrong('a digest is "sha256:" and 64 lower-case hexadecimal digits');

  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  const tag = colon < 0 ? null : named.slice(colon + 1);
  if (tag !== null && !TAG.test(tag)) throw wrong('a tag has up to 128 letters, digits, "_", "." and "-"');

  const { registry, path } = splitHost(colon < 0 ? named : named.slice(0, colon));
  if (!HOST.test(registry)) throw wrong(`"${registry}" is not a registry host`);
  const parts = path.split('/');
  const bad = parts.find((part) => !PATH_PART.test(part));
  if (bad !== undefined) {
    throw wrong(
      bad === '' ? 'a part of its path is empty' : `"${bad}" may hold only lower-case letters, digits and single . _ -`,
    );
  }
  if (/^[0-9a-f]{64}$/.test(path)) throw wrong('64 hexadecimal digits alone name an image id, not a repository');
  const repository = registry === 'docker.io' ? path.replace(/^library\//, '') : `${registry}/${path}`;
  if (repository.length > 255) throw wrong('it is longer than 255 characters');
  return { registry, repository, tag: tag ?? (digest ? null : 'latest'), digest, name: parts.at(-1) as string };
}

/** The first part is a host when it looks like one: it has a dot, a port or capitals, or is `localhost`. */
function splitHost(name: string): { registry: string; path: string } {
  const slash = name.indexOf('/');
  const first = name.slice(0, Math.max(slash, 0));
  if (slash < 0 || !(/[.:A-Z]/.test(first) || first === 'localhost')) return { registry: 'docker.io', path: name };
  return { registry: first === 'index.docker.io' ? 'docker.io' : first, path: name.slice(slash + 1) };
}

/** `repository@sha256:...`, or `repository:tag` where no digest is known. */
export function imageText({ repository, tag, digest }: ImageReference): string {
  return digest ? `${repository}@sha256:${digest}` : `${repository}:${tag}`;
}
