import { sha256 } from '../../lib/canonical.ts';
import { Captured, type Text, type Word } from '../../lib/command.ts';
import type { ImageReference } from '../../lib/image-reference.ts';
import type { Secret } from '../../lib/secret.ts';
import { NETWORK } from '../docker/docker.ts';
import type { RegistryAuth } from '../docker/registry.ts';

export type Publish = 'private' | 'public' | 'loopback';

export interface AppWish {
  name: string;
  image: ImageReference;
  /** Ports of the host: none, one, or two (blue and green) of which a release takes the one that is free. */
  ports: readonly number[];
  /** Port inside the container; null where no port is published. */
  containerPort: number | null;
  publish: Publish;
  /** The host's private address; null outside Lightsail, where the plan takes it from the facts. */
  privateIp: string | null;
  env: Readonly<Record<string, string>>;
  secretEnv: Readonly<Record<string, Secret>>;
  /** HMAC over secretEnv, '' for none, so that a changed secret is a changed release and the label leaks nothing. */
  secretDigest: string;
  /** `name:/path` or `name:/path:ro`. */
  volumes: readonly string[];
  healthPath: string | null;
  memoryMb: number;
  /** Without `CAP_`, e.g. `NET_BIND_SERVICE`. */
  capabilities: readonly string[];
  registryAuth?: RegistryAuth;
}

/** Where a release answers; of two ports, the container's own label says which. */
export interface Place {
  ports: readonly number[];
  containerPort: number | null;
  publish: Publish;
  /** The address of the host that the port is bound to; '' without ports. */
  address: string;
  healthPath: string | null;
}

/** What a release file tells everybody: all that a release is but the values of its environment. */
export interface ReleaseInfo {
  /** `<64 hex digits of the image's digest>-<12 of the spec's hash>`. */
  id: string;
  app: string;
  /** `sha256:...` */
  digest: string;
  /** As it was asked for: `ghcr.io/user/my-app:latest`. */
  image: string;
  repository: string;
  spec: string;
  env: readonly string[];
  secret_env: readonly string[];
  ports: readonly number[];
  container_port: number | null;
  publish: Publish;
  /** The address of the host that the port is bound to. */
  address: string;
  volumes: readonly string[];
  health_path: string | null;
  memory_mb: number;
  capabilities: readonly string[];
}

/** A release about to be written; its id holds a captured value while the image's digest is not known. */
export interface Release {
  app: string;
  id: Word;
  file: Word;
  /** `repository@sha256:...` */
  imageRef: Word;
  /** Content of the release file, item by item, as host-runner's run_release reads it. */
  items: readonly Text[];
  place: Place;
}

export const RELEASES = '/var/lib/fountain/apps';
const RELEASE_ID = /^[0-9a-f]{64}-[0-9a-f]{12}$/;

/** Which of two ports a container has: the release's files, and so its id, are the same for both. */
export const PORT_LABEL = 'fountain.port';

/** The release that a wish makes of an image: `digest` is 64 hexadecimal digits, or captured by an earlier step. */
export function makeRelease(wish: AppWish, digest: string | Captured, address: string): Release {
  const spec = specHash(wish, address);
  const id = join(digest, `-${spec.slice(0, 12)}`);
  const imageRef = join(`${wish.image.repository}@sha256:`, digest);
  const secrets = Object.entries(wish.secretEnv).sort(byName);
  const run = runArguments(wish, { id, digest, spec, address, imageRef });
  return {
    app: wish.name,
    id,
    file: releaseFile(wish.name, id),
    imageRef,
    items: [
      publicJson(wish, { id, digest, spec, address }),
      String(secrets.length),
      ...secrets.map(([name, value]) => [`${name}=`, value]),
      ...run,
    ],
    place: { ...placeOf(wish), address },
  };
}

/** The place of a wish whose address is not known yet. */
export function placeOf({ ports, containerPort, publish, healthPath, privateIp }: AppWish): Place {
  return { ports, containerPort, publish, healthPath, address: privateIp ?? '' };
}

export function releaseFile(app: string, id: Word): Word {
  return join(`${RELEASES}/${app}/`, id, '.release');
}

/** Where the app answers from the host itself; '' when it has no health path or publishes nothing. */
export function healthUrl({ publish, address, healthPath }: Place, port: number | undefined): string {
  if (healthPath === null || port === undefined) return '';
  return `http://${publish === 'private' ? address : '127.0.0.1'}:${port}${healthPath}`;
}

/** What a container of a release with two ports is started with beside what the release's file says. */
export function portOptions(name: string, { address, containerPort }: Place, port: number): string[] {
  const publish = `${address}:${port}:${containerPort ?? port}`;
  return ['--name', name, '--label', `${PORT_LABEL}=${port}`, '--publish', publish];
}

/** Reads the first item of a release file; undefined when it is not one of ours. */
export function parseReleaseInfo(line: string): ReleaseInfo | undefined {
  try {
    const info = JSON.parse(line) as ReleaseInfo;
    return RELEASE_ID.test(info.id) && /^[a-z][a-z0-9-]*$/.test(info.app) ? info : undefined;
  } catch {
    return undefined;
  }
}

/** Literal parts become one string, so that a plan shows plain text wherever nothing is captured. */
function join(...parts: Word[]): Word {
  const flat = parts.flat();
  return flat.some((part) => part instanceof Captured) ? flat : flat.join('');
}

interface Identity {
  id: Word;
  digest: string | Captured;
  spec: string;
  address: string;
}

/** Everything that makes two containers of one image differ; the tag does not. */
function specHash(wish: AppWish, address: string): string {
  const { image, ports, containerPort, publish, env, secretEnv, secretDigest, healthPath, memoryMb } = wish;
  return sha256(
    JSON.stringify({
      version: 1,
      repository: image.repository,
      ports,
      containerPort,
      publish,
      address: ports.length > 0 ? address : '',
      env: Object.entries(env).sort(byName),
      secretEnv: Object.keys(secretEnv).sort(),
      secretDigest,
      volumes: [...wish.volumes].sort(),
      healthPath,
      memoryMb,
      capabilities: [...wish.capabilities].sort(),
    }),
  );
}

function publicJson(wish: AppWish, { id, digest, spec, address }: Identity): Text {
  const { image } = wish;
  const rest: Omit<ReleaseInfo, 'id' | 'digest'> = {
    app: wish.name,
    image: image.tag === null ? image.repository : `${image.repository}:${image.tag}`,
    repository: image.repository,
    spec,
    env: Object.keys(wish.env).sort(),
    secret_env: Object.keys(wish.secretEnv).sort(),
    ports: wish.ports,
    container_port: wish.containerPort,
    publish: wish.publish,
    address,
    volumes: wish.volumes,
    health_path: wish.healthPath,
    memory_mb: wish.memoryMb,
    capabilities: wish.capabilities,
  };
  return join('{"id":"', id, '","digest":"sha256:', digest, `",${JSON.stringify(rest).slice(1)}`);
}

/**
 * What follows `docker run --detach --label fountain.replaces=...`. Values of secrets come from the environment. Where two
 * may run side by side, name and port are told when it starts.
 */
function runArguments(wish: AppWish, { id, digest, spec, address, imageRef }: Identity & { imageRef: Word }): Word[] {
  const { name, env, secretEnv, ports, containerPort } = wish;
  const isAlone = ports.length < 2;
  return [
    ...(isAlone ? ['--name', name] : []),
    ...['--network', NETWORK],
    ...(isAlone ? ['--network-alias', name] : []),
    ...['--restart', 'unless-stopped'],
    ...['--memory', `${wish.memoryMb}m`, '--security-opt', 'no-new-privileges', '--cap-drop', 'ALL'],
    ...[...wish.capabilities].sort().flatMap((capability) => ['--cap-add', capability]),
    ...['--label', `fountain.app=${name}`, '--label', join('fountain.digest=sha256:', digest)],
    ...['--label', `fountain.spec=${spec}`, '--label', join('fountain.release=', id)],
    ...Object.entries(env)
      .sort(byName)
      .flatMap(([key, value]) => ['--env', `${key}=${value}`]),
    ...Object.keys(secretEnv)
      .sort()
      .flatMap((key) => ['--env', key]),
    ...[...wish.volumes].sort().flatMap((volume) => ['--volume', volume]),
    ...(isAlone ? ports : []).flatMap((port) => ['--publish', `${address}:${port}:${containerPort ?? port}`]),
    imageRef,
  ];
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
