import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';

/** The port of a host: what arrives there is let in, kept waiting, or finds nobody. */
export interface Door {
  /** Rejects with EADDRINUSE or EADDRNOTAVAIL when it cannot have the address. */
  open(address: string): Promise<void>;
  /** Refuses what comes and cuts what is there. */
  shut(): Promise<void>;
  /** Open, until it is shut in order to be opened again. */
  isOpen(): boolean;
  /** Cuts every connection. */
  cut(): void;
}

/** `arrived` gets each connection, its Nagle delay off; what it does not take is left waiting. */
export function createDoor(port: number, arrived: (socket: Socket) => void): Door {
  let server: Server | undefined;
  const sockets = new Set<Socket>();

  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };

  return {
    async open(address) {
      if (server) return;
      const mine = createServer((socket) => {
        sockets.add(socket);
        socket.setNoDelay(true);
        socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
        arrived(socket);
      });
      server = mine;
      try {
        mine.listen(port, address);
        await once(mine, 'listening');
      } catch (error) {
        server = undefined;
        throw error;
      }
    },
    async shut() {
      const closing = server;
      server = undefined;
      cut();
      if (closing) await new Promise((resolve) => closing.close(resolve));
    },
    isOpen: () => server !== undefined,
    cut,
  };
}
