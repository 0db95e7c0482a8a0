import { StringDecoder } from 'node:string_decoder';
import type { Client, ClientChannel } from 'ssh2';

export interface ExecResult {
  /** null when the program was ended by a signal, or nobody knows. */
  exit: number | null;
  /** The last 4 KiB of its second output. */
  stderr: string;
  /** The connection ended before the program's end was told. */
  lost: boolean;
}

export interface SshConnection {
  /** Runs a command with `input` as its stdin; each line of output is told as it comes. Never rejects. */
  exec(command: string, input: string, onLine: (line: string) => void): Promise<ExecResult>;
  /** Takes leave of the host; for when nothing runs. */
  end(): void;
  /** Ends it at once, also when the other side is silent; what runs is then lost. */
  cut(): void;
}

/** Longer lines are told in pieces of this many characters; the longest lines are releases, no longer than a request. */
const MAX_LINE = 2 ** 21;
const MAX_STDERR = 4096;

/** Wraps a client that has logged in. */
export function createConnection(client: Client): SshConnection {
  let closed = false;
  client.once('close', () => {
    closed = true;
  });
  return {
    exec(command, input, onLine) {
      return new Promise((resolve) => {
        const lost = () => resolve({ exit: null, stderr: '', lost: true });
        if (closed) return lost();
        client.once('close', lost);
        try {
          client.exec(command, (error, channel) => {
            if (error) return lost();
            client.removeListener('close', lost);
            void follow(client, channel, onLine).then(resolve);
            // A program that ends before it has read everything is no reason to fail here.
            channel.on('error', () => {});
            channel.end(input);
          });
        } catch {
          // ssh2 throws while the connection is on its way to being closed.
          lost();
        }
      });
    },
    end: () => client.end(),
    cut: () => client.destroy(),
  };
}

/** Settles on `close`, which comes after both outputs are drained; without an exit before it the connection broke. */
function follow(client: Client, channel: ClientChannel, onLine: (line: string) => void): Promise<ExecResult> {
  return new Promise((resolve) => {
    let exit: number | null = null;
    let ended = false;
    let stderr = '';
    const lines = createLineSplitter(onLine);
    channel.on('data', (chunk: Buffer) => lines.push(chunk));
    channel.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-MAX_STDERR);
    });
    channel.once('exit', (code: number | null) => {
      exit = code;
      ended = true;
    });
    const settle = () => {
      client.removeListener('close', settle);
      lines.end();
      resolve({ exit, stderr, lost: !ended });
    };
    channel.once('close', settle);
    client.once('close', settle);
  });
}

/** Cuts a byte stream into lines; characters that span two chunks stay whole. */
function createLineSplitter(onLine: (line: string) => void): { push(chunk: Buffer): void; end(): void } {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  const take = (text: string) => {
    const lines = text.split('\n');
    lines[0] = rest + lines[0];
    rest = lines.pop() ?? '';
    lines.forEach(onLine);
    while (rest.length > MAX_LINE) {
      onLine(rest.slice(0, MAX_LINE));
      rest = rest.slice(MAX_LINE);
    }
  };
  return {
    push: (chunk) => take(decoder.write(chunk)),
    end() {
      take(decoder.end());
      if (rest !== '') onLine(rest);
      rest = '';
    },
  };
}
