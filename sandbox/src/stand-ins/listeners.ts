import { once } from 'node:events';
import type { Server } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface Address {
  host: string;
  port: number;
}

/** A server on several addresses. */
export interface Listeners {
  /** Gives the addresses that it has, also where port 0 asked for any. Rejects with node's own error, and then has none. */
  listen(addresses: readonly Address[]): Promise<Address[]>;
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
        return servers.map((server) => {
          const { address, port } = server.address() as AddressInfo;
          return { host: address, port };
        });
      } catch (error) {
        servers = servers.filter(({ listening }) => listening);
        await close();
        throw error;
      }
    },
    close,
  };
}
