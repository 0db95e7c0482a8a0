import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import ssh2, { type ServerChannel } from 'ssh2';
import { Secret } from '../../../src/lib/secret.ts';
import { generateEd25519 } from '../../../src/services/ssh/openssh-key.ts';
import type { HostKey, Login } from '../../../src/services/ssh.ts';

/** Keys that tests share: making an RSA key takes its time. */
export const clientKey = generateEd25519('client');
export const hostKeys = {
  ed25519: generateEd25519('host'),
  other: generateEd25519('another host'),
  rsa: ssh2.utils.generateKeyPairSync('rsa', { bits: 2048 }).private,
};

export function publicKeyOf(privateKey: string): HostKey {
  const key = ssh2.utils.parseKey(privateKey);
  if (key instanceof Error) throw key;
  return { algorithm: key.type, publicKey: key.getPublicSSH().toString('base64') };
}

export interface TestServer {
  port: number;
  seen: { connections: number; authAttempts: number; commands: string[] };
  sockets: Set<Socket>;
  login(more?: Partial<Login>): Login;
  close(): Promise<void>;
}

/** What a test lets the host do with a command; `cut` breaks the connection without a word. */
type OnExec = (command: string, channel: ServerChannel, cut: () => unknown) => void;

/** An SSH server on 127.0.0.1 that lets `admin` and `root` in with `clientKey`. */
export async function startServer(
  options: { keys?: string[]; port?: number; onExec?: OnExec } = {},
): Promise<TestServer> {
  const { keys = [hostKeys.ed25519], port = 0, onExec = (command, channel) => runCommand(command, channel) } = options;
  const seen: TestServer['seen'] = { connections: 0, authAttempts: 0, commands: [] };
  const sockets = new Set<Socket>();
  const wanted = publicKeyOf(clientKey).publicKey;
  const server = new ssh2.Server({ hostKeys: keys }, (connection) => {
    seen.connections += 1;
    const socket = socketOf(connection);
    socket.setNoDelay(true);
    sockets.add(socket);
    connection.on('error', () => {});
    connection.on('authentication', (context) => {
      if (context.method === 'none') return context.reject(['publickey']);
      seen.authAttempts += 1;
      const good = context.method === 'publickey' && context.key.data.toString('base64') === wanted;
      if (good && ['admin', 'root'].includes(context.username)) context.accept();
      else context.reject();
    });
    connection.on('session', (accept) => {
      accept().on('exec', (acceptExec, _, { command }) => {
        seen.commands.push(command);
        onExec(command, acceptExec(), () => socket.destroy());
      });
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const at = (server.address() as AddressInfo).port;
  return {
    port: at,
    seen,
    sockets,
    login: (more = {}) => ({
      host: '127.0.0.1',
      port: at,
      username: 'admin',
      privateKey: new Secret(clientKey),
      hostKeys: keys.map(publicKeyOf),
      ...more,
    }),
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Runs a command as sshd would. */
export function runCommand(command: string, channel: ServerChannel, env: NodeJS.ProcessEnv = process.env): void {
  const child = spawn('sh', ['-c', command], { env });
  channel.pipe(child.stdin);
  child.stdin.on('error', () => {});
  child.stdout.pipe(channel, { end: false });
  child.stderr.pipe(channel.stderr, { end: false });
  child.once('close', (code, signal) => {
    if (signal) channel.exit(signal.slice(3));
    else channel.exit(code ?? 0);
    channel.end();
  });
}

function socketOf(connection: object): Socket {
  return (connection as { _sock: Socket })._sock;
}
