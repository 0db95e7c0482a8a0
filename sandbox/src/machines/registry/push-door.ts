import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { passOn } from './pass-on.ts';

/**
 * Where images are pushed to, as PLACE/NAME:TAG; machines pull them as ghcr.io/NAME:TAG. On 127.0.0.1, where every engine takes
 * plain HTTP, and open to all who are on this computer.
 */
export async function openPushDoor(socketPath: string) {
  const server = createServer((incoming, response) => passOn(incoming, response, socketPath, incoming.headers));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    place: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close(): Promise<void> {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
