import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';

/** The port of a host: what arrives there is let in, kept waiting, or finds nobody. */
export interface Door {
  /**
   * Lets in what arrives at `address`, and nothing anywhere else. Rejects with EADDRINUSE or EADDRNOTAVAIL when it cannot
   * have the address, and is then where it was.
   */
  open(address: string): Promise<void>;
  /** Refuses what comes and cuts what is there. */
  shut(): Promise<void>;
  /** Cuts every connection. */
  cut(): void;
}

/** `arrived` gets each connection, its Nagle delay off; what it does not take is left waiting. */
export function createDoor(port: number, arrived: (socket: Socket) => void): Door {
  let open: { server: Server; address: string } | undefined;
  const sockets = new Set<Socket>();

  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };

  async function shut(): Promise<void> {
    const closing = open?.server;
    open = undefined;
    cut();
    if (closing) await new Promise((resolve) => closing.close(resolve));
  }

  return {
    async open(address) {
      if (open?.address === address) return;
      const server = createServer((socket) => {
        sockets.add(socket);
        socket.setNoDelay(true);
        socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
        arrived(socket);
      });
      server.listen(port, address);
      await once(server, 'listening');
      if (open) await shut();
      open = { server, address };
    },
    shut,
    cut,
  };
}
