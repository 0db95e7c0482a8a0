import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { pipeline, Transform } from 'node:stream';

export type Forwarder = ReturnType<typeof createForwarder>;

const sshPort = 22;

/** Carries what arrives on a public (loopback) address to the machine's own, port by port, and plays the faults of a line. */
export function createForwarder(target: string, ports: readonly number[]) {
  let listening: { address: string; servers: Server[] } | undefined;
  const sockets = new Set<Socket>();
  const seen = { connections: 0, bytesIn: 0 };
  const line = { delayMs: 0, silent: false };
  /** Called when the machine ends an SSH connection, before the client learns of it. */
  let onEnd: (() => void) | undefined;

  function carry(port: number, client: Socket): void {
    hold(client);
    if (port === sshPort) seen.connections++;
    // As good as a packet filter that drops everything: a loopback address cannot be made to lose the handshake itself.
    if (line.silent) return;
    const upstream = hold(connect({ host: target, port, allowHalfOpen: true, noDelay: true }));
    if (port === sshPort) {
      client.on('data', (chunk: Buffer) => {
        seen.bytesIn += chunk.length;
      });
      for (const event of ['end', 'error']) upstream.once(event, () => onEnd?.());
    }
    const end = (error?: Error | null) => {
      if (!error) return;
      client.destroy();
      upstream.destroy();
    };
    pipeline(client, late(line), upstream, end);
    pipeline(upstream, late(line), client, end);
  }

  function hold(socket: Socket): Socket {
    sockets.add(socket);
    return socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
  }

  /** On every port; on all or, rejecting with the code of the first failure, on none. */
  async function listen(address: string): Promise<Server[]> {
    const servers: Server[] = [];
    try {
      for (const port of ports) {
        const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => carry(port, client));
        servers.push(server.listen(port, address));
        await once(server, 'listening');
      }
      return servers;
    } catch (error) {
      for (const server of servers) server.close();
      throw error;
    }
  }

  const forwarder = {
    seen,
    line,
    /** Listens on the address and on no other: what is open on another is cut. Rejects when it cannot, and is then where it was. */
    async open(address: string): Promise<void> {
      if (listening?.address === address) return;
      const servers = await listen(address);
      if (listening) await forwarder.close();
      listening = { address, servers };
    },
    /** Refuses connections from now on; those that are open stay. */
    async refuse(): Promise<void> {
      for (const server of listening?.servers ?? []) server.close();
      listening = undefined;
    },
    cut(): void {
      for (const socket of sockets) socket.destroy();
    },
    async close(): Promise<void> {
      await forwarder.refuse();
      forwarder.cut();
    },
    onSessionEnd(then: (() => void) | undefined): void {
      onEnd = then;
    },
    /** From now on nothing gets through, on open connections neither. */
    goSilent(): void {
      line.silent = true;
      for (const socket of sockets) socket.unpipe().pause();
    },
  };
  return forwarder;
}

/** Each chunk comes out `delayMs` after it went in, as on a long line: later, not slower; always in order. */
function late(line: { delayMs: number }): Transform {
  const waiting: unknown[] = [];
  let due = 0;
  return new Transform({
    transform(chunk, _, done) {
      due = Math.max(due, Date.now() + line.delayMs);
      const wait = due - Date.now();
      if (wait <= 0 && waiting.length === 0) return done(null, chunk);
      waiting.push(chunk);
      setTimeout(() => this.destroyed || this.push(waiting.shift()), wait);
      done();
    },
    flush: (done) => void setTimeout(done, Math.max(0, due - Date.now())),
  });
}
