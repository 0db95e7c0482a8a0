import { once } from 'node:events';
import { Agent, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { later, type TestKong } from './world.ts';

/** Requests of several clients at once over connections that they keep, half of them POSTs with an id of their own. */
export interface Load {
  /** Ids that were answered 200, and 502. */
  taken: string[];
  failed: string[];
  /** What else was answered, or why nothing was. */
  other: string[];
  /** GETs that were answered 200. */
  read: number;
  /** Connections that the clients made. */
  connections(): number;
}

const CLIENTS = 8;

/** Sends up to `most` requests, fewer when `done` says so; ends when all are answered. */
export async function sendLoad(kong: TestKong, most: number, done: () => boolean = () => false): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
  later(() => agent.destroy());
  const sockets = new Set<object>();
  const load: Load = { taken: [], failed: [], other: [], read: 0, connections: () => sockets.size };
  let sent = 0;

  async function client(): Promise<void> {
    while (sent < most && !done()) {
      const id = String(sent++);
      const method = sent % 2 === 0 ? 'POST' : 'GET';
      const status = await ask(method, id);
      if (status === 200 && method === 'GET') load.read += 1;
      else if (status === 200) load.taken.push(id);
      else if (status === 502 && method === 'POST') load.failed.push(id);
      else load.other.push(`${method} ${id}: ${status}`);
    }
  }

  async function ask(method: string, body: string): Promise<number | string> {
    const options = { agent, method, host: '127.0.0.1', port: kong.port, path: '/', headers: { host: 'a.test' } };
    const asked = request(options).on('socket', (socket) => sockets.add(socket));
    asked.end(method === 'POST' ? body : undefined);
    try {
      const [answer] = (await once(asked, 'response')) as [IncomingMessage];
      await answer.resume().toArray();
      return answer.statusCode ?? 0;
    } catch (error) {
      return String(error);
    }
  }

  await Promise.all(Array.from({ length: CLIENTS }, client));
  return load;
}

/** For a service that remembers the ids it was sent; `cuts` are those after which it cuts the connection. */
export function remember(ids: string[], cuts: (id: string) => boolean = () => false) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    let id = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      id += chunk;
    });
    request.on('end', () => {
      if (request.method === 'POST') ids.push(id);
      if (request.method === 'POST' && cuts(id)) request.socket.destroy();
      else response.end('done');
    });
  };
}
