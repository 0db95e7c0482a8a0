import { timingSafeEqual } from 'node:crypto';
import type { Socket } from 'node:net';
import ssh2, { type AuthContext, type Connection, type ParsedKey, type ServerChannel } from 'ssh2';
import type { HostObservations, HostSpec } from '../hosts.ts';
import type { PrivateKeys } from './host-keys.ts';

/** Answers one exec; `input` is all of its stdin. Never rejects. */
export type Exec = (command: string, input: () => Promise<Buffer>, channel: ServerChannel) => Promise<void>;

interface Options {
  spec: Pick<HostSpec, 'username' | 'authorizedKeys'>;
  hostKeys: PrivateKeys;
  seen: Pick<HostObservations, 'authAttempts' | 'bytesIn'>;
  exec: Exec;
}

/** An SSH server that lets in who has one of the authorised keys, and runs what they ask for through `exec`. */
export function createSshd({ spec, hostKeys, seen, exec }: Options): { serve(socket: Socket): void } {
  const allowed = spec.authorizedKeys.flatMap((line) => {
    const key = ssh2.utils.parseKey(line);
    return key instanceof Error ? [] : [key];
  });
  const server = new ssh2.Server({ hostKeys, ident: 'OpenSSH_9.2p1 Debian-2+deb12u7' }, (connection) => {
    connection.on('error', () => {});
    connection.on('authentication', (context) => authenticate(context, spec.username, allowed, seen));
    connection.on('ready', () => answerSessions(connection, seen, exec));
  });
  return { serve: (socket) => server.injectSocket(socket) };
}

/** Offering a key is not an attempt yet; signing with it is. */
function authenticate(
  context: AuthContext,
  username: string,
  allowed: readonly ParsedKey[],
  seen: Options['seen'],
): void {
  if (isLetIn(context, username, allowed)) context.accept();
  else context.reject(['publickey']);
  const asks = context.method === 'none' || (context.method === 'publickey' && !context.signature);
  if (!asks) seen.authAttempts += 1;
}

function isLetIn(context: AuthContext, username: string, allowed: readonly ParsedKey[]): boolean {
  if (context.method !== 'publickey' || context.username !== username) return false;
  const { key, blob, signature, hashAlgo } = context;
  const own = allowed.find((one) => equal(one.getPublicSSH(), key.data));
  if (!own || !signature || !blob) return own !== undefined && !signature;
  return own.verify(blob, signature, hashAlgo) === true;
}

function equal(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

function answerSessions(connection: Connection, seen: Options['seen'], exec: Exec): void {
  connection.on('session', (acceptSession) => {
    acceptSession().on('exec', (accept, _reject, { command }) => {
      const channel = accept();
      channel.on('error', () => {});
      const chunks: Buffer[] = [];
      channel.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        seen.bytesIn += chunk.length;
      });
      const ended = new Promise<void>((resolve) => channel.once('end', resolve).once('close', resolve));
      void exec(command, () => ended.then(() => Buffer.concat(chunks)), channel);
    });
  });
}
