import { once } from 'node:events';
import type { Server } from 'node:http';
import type { Server as TlsServer } from 'node:https';

export interface Address {
  host: string;
  port: number;
}

/** A server on several addresses. */
export interface Listeners {
  /** Rejects with node's own error when it cannot have an address, and then has none. */
  listen(addresses: readonly Address[]): Promise<void>;
  /** Cuts what is open. */
  close(): Promise<void>;
}

export function createListeners(make: () => Server | TlsServer): Listeners {
  let servers: (Server | TlsServer)[] = [];

  async function close(): Promise<void> {
    const closing = servers;
    servers = [];
    for (const server of closing) server.closeAllConnections();
    await Promise.all(closing.map((server) => new Promise((resolve) => server.close(resolve))));
  }

  return {
    async listen(addresses) {
      try {
        for (const { host, port } of addresses) {
          const server = make();
          servers.push(server);
          server.listen(port, host);
          await once(server, 'listening');
        }
      } catch (error) {
        servers = servers.filter(({ listening }) => listening);
        await close();
        throw error;
      }
    },
    close,
  };
}
