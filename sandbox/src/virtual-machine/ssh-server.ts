import { createServer, type Server as TcpServer } from 'node:net';
import ssh2, { type AuthContext, type Connection, type ParsedKey, type Server, type ServerChannel } from 'ssh2';
import type { HostKey } from '../hosts.ts';

/** One exec: what was asked, its stdin once it is complete, and the way to answer. */
export interface Exec {
  command: string;
  stdin: Buffer;
  channel: ServerChannel;
  /** Cuts the whole connection, as a broken network does. */
  cut(): void;
  isCut(): boolean;
}

interface Options {
  username: string;
  authorizedKeys: readonly string[];
  /** In the form that ssh2 reads. */
  hostKey: () => string;
  onConnection(): void;
  onAttempt(): void;
  onBytes(count: number): void;

  onExec(exec: Exec): void;
}

export interface SshServer {
  listen(address: string, port: number): Promise<void>;
  /** Closes the port and cuts what is connected. */
  close(): Promise<void>;
  /** Listens, but never answers. */
  listenDeaf(address: string, port: number): Promise<void>;
}

/** A private host key in a form that ssh2 reads. */
export function generateHostKey(): string {
  return ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 }).private;
}

export function publicHalf(hostKey: string): HostKey {
  const key = parse(hostKey);
  return { algorithm: key.type, publicKey: key.getPublicSSH().toString('base64') };
}

export function createSshServer(options: Options): SshServer {
  let server: Server | undefined;
  let deaf: TcpServer | undefined;
  const clients = new Set<Connection>();

  function create(): Server {
    const keys = options.authorizedKeys.map(parse);
    return new ssh2.Server({ hostKeys: [options.hostKey()] }, (client) => {
      options.onConnection();
      clients.add(client);
      let cut = false;
      const end = () => {
        cut = true;
        clients.delete(client);
      };
      client.on('close', end).on('error', end);
      socketOf(client)?.setNoDelay(true);
      client.on('authentication', (context) => authenticate(context, keys, options));
      client.on('session', (accept) => {
        accept().on('exec', (acceptExec, _reject, { command }) => {
          const channel = acceptExec();
          const chunks: Buffer[] = [];
          channel.on('error', () => {});
          channel.on('data', (chunk: Buffer) => {
            chunks.push(chunk);
            options.onBytes(chunk.length);
          });
          const cutNow = () => {
            cut = true;
            socketOf(client)?.destroy();
          };
          channel.once('end', () => {
            options.onExec({ command, stdin: Buffer.concat(chunks), channel, cut: cutNow, isCut: () => cut });
          });
        });
      });
    });
  }

  return {
    async listen(address, port) {
      server = create();
      await listening(server, address, port);
    },
    async listenDeaf(address, port) {
      deaf = createServer((socket) => socket.on('error', () => {}));
      await listening(deaf, address, port);
    },
    async close() {
      for (const client of clients) socketOf(client)?.destroy();
      await Promise.all([closed(server), closed(deaf)]);
      server = undefined;
      deaf = undefined;
    },
  };
}

function authenticate(context: AuthContext, keys: readonly ParsedKey[], { username, onAttempt }: Options): void {
  if (context.method === 'publickey' && context.signature) onAttempt();
  if (mayLogIn(context, keys, username)) context.accept();
  else context.reject(['publickey']);
}

function mayLogIn(context: AuthContext, keys: readonly ParsedKey[], username: string): boolean {
  if (context.method !== 'publickey' || context.username !== username) return false;
  const key = keys.find((known) => known.getPublicSSH().equals(context.key.data));
  const { blob, signature, hashAlgo } = context;
  // Without a signature the client only asks whether this key would do.
  return key !== undefined && (!signature || (blob !== undefined && key.verify(blob, signature, hashAlgo) === true));
}

function parse(text: string): ParsedKey {
  const key = ssh2.utils.parseKey(text);
  if (key instanceof Error) throw new TypeError(`not an SSH key: ${key.message}`);
  return key;
}

/** ssh2 has no public name for a connection's socket. */
function socketOf(client: Connection): { destroy(): void; setNoDelay(on: boolean): void } | undefined {
  return (client as unknown as { _sock?: { destroy(): void; setNoDelay(on: boolean): void } })._sock;
}

function listening(server: Server | TcpServer, address: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, () => resolve());
  });
}

function closed(server: Server | TcpServer | undefined): Promise<void> {
  return new Promise((resolve) => (server ? server.close(() => resolve()) : resolve()));
}
