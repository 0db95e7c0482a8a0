import ssh2, { type Client, type ConnectConfig, type ParsedKey } from 'ssh2';
import { makeHostKeys } from '../../src/virtual-host/host-keys.ts';

export interface KeyPair {
  private: string;
  /** As in authorized_keys. */
  public: string;
}

/** An Ed25519 key. */
export function makeKey(): KeyPair {
  const [text = ''] = makeHostKeys();
  const key = ssh2.utils.parseKey(text) as ParsedKey;
  return { private: text, public: `${key.type} ${key.getPublicSSH().toString('base64')}` };
}

export const clientKey = makeKey();

export interface Outcome {
  /** Undefined when the connection ended before it was told. */
  exit: number | undefined;
  out: string;
  err: string;
}

export interface Session {
  exec(command: string, input?: string | Buffer): Promise<Outcome>;
  end(): void;
  /** Resolves when the connection has ended, whoever ended it. */
  closed: Promise<void>;
}

/** Logs in, accepting any host key; rejects with what ssh2 says. */
export function logIn(host: string, port: number, more: ConnectConfig = {}): Promise<Session> {
  return new Promise((resolve, reject) => {
    const client = new ssh2.Client();
    client.on('connect', () => client.setNoDelay(true));
    client.on('error', reject).on('close', () => reject(new Error('closed')));
    const closed = new Promise<void>((ended) => client.once('close', () => ended()));
    client.on('ready', () =>
      resolve({ exec: (command, input) => run(client, command, input), end: () => client.end(), closed }),
    );
    const config = { host, port, username: 'admin', privateKey: clientKey.private, readyTimeout: 5000 };
    client.connect({ ...config, ...more });
  });
}

function run(client: Client, command: string, input: string | Buffer = ''): Promise<Outcome> {
  return new Promise((resolve) => {
    const result: Outcome = { exit: undefined, out: '', err: '' };
    const settle = () => resolve(result);
    client.once('close', settle);
    client.exec(command, (error, channel) => {
      if (error) return settle();
      channel.on('data', (chunk: Buffer) => {
        result.out += chunk;
      });
      channel.stderr.on('data', (chunk: Buffer) => {
        result.err += chunk;
      });
      channel.on('exit', (code: number) => {
        result.exit = code;
      });
      channel.on('close', settle).on('error', () => {});
      channel.end(input);
    });
  });
}
