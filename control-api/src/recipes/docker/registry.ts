import type { Probe, Reading, Text } from '../../lib/command.ts';
import { type ImageReference, imageText } from '../../lib/image-reference.ts';
import { Secret } from '../../lib/secret.ts';

export interface RegistryAuth {
  username: string;
  token: Secret;
}

/** What the engine found out about an image at its registry, without pulling it. */
export type Distribution =
  | { kind: 'found'; digest: string; platforms: readonly { os: string; architecture: string }[] }
  /** No engine or no curl on the host yet: the digest is captured after the pull. */
  | { kind: 'absent' }
  | { kind: 'refused'; status: number; message: string };

/** Asks the engine's own API (GET /distribution/{name}/json), so that proxies and registry certificates are its. */
export function distributionProbe(name: string, image: ImageReference, auth: RegistryAuth | undefined): Probe {
  const url = `http://localhost/distribution/${imageText(image)}/json`;
  const socket = ['--unix-socket', '/run/docker.sock', '--max-time', '20'];
  const argv = ['curl', '--silent', ...socket, '--write-out', '\\n%{http_code}', '--config', '-', url];
  const stdin: Text = auth ? ['header = "X-Registry-Auth: ', registryHeader(image.registry, auth), '"\n'] : '';
  return { name, volatile: true, timeoutS: 30, action: { verb: 'run', argv, stdin } };
}

/** The body's JSON, then the HTTP status on a line of its own; `000` and an exit code where nothing answered. */
export function parseDistribution({ exit, output }: Reading): Distribution {
  if (exit === 7 || exit === 127) return { kind: 'absent' };
  const lines = output.trimEnd().split('\n');
  const status = Number(lines.pop()) || 0;
  const text = lines.join('\n').trim();
  const body = parseJson(text);
  const digest = /^sha256:([0-9a-f]{64})$/.exec(String(body.Descriptor?.digest))?.[1];
  if (exit === 0 && status === 200 && digest) {
    const platforms = (body.Platforms ?? []).flatMap(({ os, architecture }) =>
      os && architecture ? [{ os, architecture }] : [],
    );
    return { kind: 'found', digest, platforms };
  }
  const message = exit === 28 ? 'timeout: no answer within 20 s' : (body.message ?? text);
  return { kind: 'refused', status, message: message || `curl ended with exit ${exit}` };
}

/** config.json of Docker's client for one registry; without credentials an empty one, so that no stale login is used. */
export function dockerConfig(registry: string, auth: RegistryAuth | undefined): Text {
  if (!auth) return '{}';
  const pair = Buffer.from(`${auth.username}:${auth.token.reveal()}`).toString('base64');
  return [`{"auths":{"${serverAddress(registry)}":{"auth":"`, new Secret(pair), '"}}}'];
}

/** Padded base64url, which is what the engine decodes; a header it cannot decode counts as no credentials. */
function registryHeader(registry: string, { username, token }: RegistryAuth): Secret {
  const login = { username, password: token.reveal(), serveraddress: serverAddress(registry) };
  const encoded = Buffer.from(JSON.stringify(login)).toString('base64');
  return new Secret(encoded.replaceAll('+', '-').replaceAll('/', '_'));
}

/** Docker Hub's credentials go by its old address. */
function serverAddress(registry: string): string {
  return registry === 'docker.io' ? 'https://index.docker.io/v1/' : registry;
}

interface DistributionBody {
  message?: string;
  Descriptor?: { digest?: string };
  Platforms?: { os?: string; architecture?: string }[] | null;
}

function parseJson(text: string): DistributionBody {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
