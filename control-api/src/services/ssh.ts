import { Client, type ConnectConfig, type ServerHostKeyAlgorithm } from 'ssh2';
import type { Clock } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import type { Secret } from '../lib/secret.ts';
import { createConnection, type SshConnection } from './ssh/connection.ts';
import { fingerprint, type HostKey, hostKeyOf } from './ssh/host-key.ts';
import { type Line, openLine } from './ssh/line.ts';

export type { ExecResult, SshConnection } from './ssh/connection.ts';
export type { HostKey } from './ssh/host-key.ts';
export type { Line } from './ssh/line.ts';

export interface Login {
  host: string;
  port: number;
  username: string;
  privateKey: Secret;
  /** The only keys that the host may show. */
  hostKeys: readonly HostKey[];
}

/** Where a host is asked for its key; with `among` only for one of these kinds, since it shows but one of those it has. */
interface Place {
  host: string;
  port: number;
  among?: readonly HostKey[];
}

export interface Ssh {
  /**
   * Logs in, and only to a host that shows one of the pinned keys. While nothing answers it tries again for a short time,
   * since a fresh host's server restarts after its first answer.
   * @throws {AppError} host_key_changed (before any authentication), host_key_unknown, host_unreachable
   */
  connect(login: Login, signal?: AbortSignal): Promise<SshConnection>;
  /** The key that a host shows, without logging in. @throws {AppError} host_unreachable */
  presentedHostKey(at: Place): Promise<HostKey & { fingerprint: string }>;
  /** A connection to the host's server by which one notices that it goes away; undefined when nothing answers. */
  line(at: Pick<Place, 'host' | 'port'>): Promise<Line | undefined>;
}

interface Dependencies {
  clock: Clock;
  /** Milliseconds for one attempt, handshake included. */
  connectTimeoutMs?: number;
  /** Milliseconds during which a host that does not answer is tried again. */
  retryWindowMs?: number;
}

const RETRY_MS = 500;

export function createSsh({ clock, connectTimeoutMs = 10_000, retryWindowMs = 20_000 }: Dependencies): Ssh {
  return {
    async connect(login, signal) {
      const until = clock.now().getTime() + retryWindowMs;
      for (;;) {
        signal?.throwIfAborted();
        try {
          return await attempt(login, connectTimeoutMs, signal);
        } catch (error) {
          if (error instanceof OtherKey) {
            const shown = error.shown ?? (await presentedHostKey(login, connectTimeoutMs));
            throw hostKeyChanged(login, shown);
          }
          if (!(error instanceof NoAnswer)) throw error;
          if (clock.now().getTime() >= until) throw unreachable(login, error.message);
        }
        await clock.sleep(RETRY_MS, signal);
      }
    },
    presentedHostKey: (at) => presentedHostKey(at, connectTimeoutMs),
    line: (at) => openLine(at, connectTimeoutMs),
  };
}

/** Nothing that speaks SSH answered; it may a little later. */
class NoAnswer extends Error {}

/** The host has none of the pinned keys; `shown` is undefined when it has not even one of their kinds. */
class OtherKey extends Error {
  readonly shown: HostKey | undefined;

  constructor(shown: HostKey | undefined) {
    super();
    this.shown = shown;
  }
}

/** One login. @throws {NoAnswer} {OtherKey} {AppError} or the signal's reason */
async function attempt(login: Login, connectTimeoutMs: number, signal?: AbortSignal): Promise<SshConnection> {
  const { host, port, username, privateKey, hostKeys } = login;
  const { promise, resolve, reject } = Promise.withResolvers<SshConnection>();
  const client = new Client();
  let denied: HostKey | undefined;
  const abort = () => reject(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  client.on('connect', () => client.setNoDelay(true));
  client.once('ready', () => resolve(createConnection(client)));
  // It stays for the connection's life: what breaks later is told to whoever waits on it by its channel's end.
  client.on('error', (error) => reject(translate(error, login, denied)));
  client.once('close', () => reject(new NoAnswer('the connection was closed before the login')));
  try {
    client.connect({
      ...connectOptions(host, port, connectTimeoutMs),
      username,
      privateKey: privateKey.reveal(),
      algorithms: { serverHostKey: signaturesOf(hostKeys) },
      hostVerifier: (blob: Buffer) => {
        const key = hostKeyOf(blob);
        const pinned = hostKeys.some(({ publicKey }) => publicKey === key?.publicKey);
        if (!pinned) denied = key;
        return pinned;
      },
    });
    return await promise;
  } catch (error) {
    client.destroy();
    throw error;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

function connectOptions(host: string, port: number, readyTimeout: number): ConnectConfig {
  return { host, port, readyTimeout, keepaliveInterval: 10_000, keepaliveCountMax: 3 };
}

/** Only algorithms for which there is a pinned key, so that a host cannot show one that nobody can compare. */
function signaturesOf(hostKeys: readonly HostKey[]): ServerHostKeyAlgorithm[] {
  const signatures = [...new Set(hostKeys.flatMap(({ algorithm }) => SIGNATURES[algorithm] ?? []))];
  // To ssh2 an empty list means all of them.
  if (signatures.length === 0)
    throw new AppError('host_key_unknown', 'No key of a usable kind is pinned for the host.');
  return signatures;
}

const SIGNATURES: Record<string, ServerHostKeyAlgorithm[]> = {
  'ssh-ed25519': ['ssh-ed25519'],
  'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
  'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
  'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256'],
};

function translate(error: Error & { level?: string }, login: Login, denied: HostKey | undefined): Error {
  const { host, port, username } = login;
  if (denied) return new OtherKey(denied);
  if (/no matching host key/i.test(error.message)) return new OtherKey(undefined);
  if (error.level === 'client-authentication') {
    return new AppError('host_unreachable', `${host}:${port} refuses ${username} with this key.`, {
      hint: 'Check ssh_user and ssh_key_path: the key must belong to the key pair that the instance was made with.',
    });
  }
  return new NoAnswer(error.message);
}

function hostKeyChanged({ host, hostKeys }: Login, shown: HostKey): AppError {
  const pinned = hostKeys.map(({ publicKey }) => fingerprint(publicKey)).join(', ');
  return new AppError(
    'host_key_changed',
    `${host} shows the ${shown.algorithm} key ${fingerprint(shown.publicKey)}; pinned is ${pinned}.`,
  );
}

function unreachable({ host, port }: { host: string; port: number }, seen: string): AppError {
  return new AppError('host_unreachable', `${host}:${port} does not answer over SSH: ${seen}.`);
}

function presentedHostKey(
  { host, port, among = [] }: Place,
  connectTimeoutMs: number,
): Promise<HostKey & { fingerprint: string }> {
  return new Promise((resolve, reject) => {
    const client = new Client();
    let shown: HostKey | undefined;
    const settle = (seen: string) => {
      client.destroy();
      if (shown) resolve({ ...shown, fingerprint: fingerprint(shown.publicKey) });
      else reject(unreachable({ host, port }, seen));
    };
    client.on('connect', () => client.setNoDelay(true));
    client.on('error', (error) => settle(error.message));
    client.once('close', () => settle('the connection was closed during the handshake'));
    client.connect({
      ...connectOptions(host, port, connectTimeoutMs),
      username: 'nobody',
      ...(among.length > 0 ? { algorithms: { serverHostKey: signaturesOf(among) } } : {}),
      hostVerifier: (key: Buffer) => {
        shown = hostKeyOf(key);
        return false;
      },
    });
  });
}
