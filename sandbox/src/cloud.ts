import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { CloudReply, CloudRequest, CloudService } from './cloud-service.ts';
import type { Faults } from './faults.ts';

export interface CloudOptions {
  /** On 127.0.0.1; 0 for any free one. */
  port: number;
  services: readonly CloudService[];
  faults: Faults;
  /** Called for each call that a service takes for one of its own. */
  counted: (operation: string) => void;
  control: (request: CloudRequest) => Promise<CloudReply>;
}

const bodyLimit = 1024 * 1024;
/** Longer than clients keep a connection. */
const IDLE_MS = 65_000;

/** The cloud's HTTP server on 127.0.0.1: services on their own wires, and the control endpoint under /_sandbox. */
export async function startCloud({ port, services, faults, counted, control }: CloudOptions) {
  const server = createServer((request, response) => {
    serve(request, response).catch(() => request.socket.destroy());
  });
  // Node's own five seconds end some connections just as a client that keeps them calls.
  server.keepAliveTimeout = IDLE_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await read(incoming);
    const { method = 'GET', headers } = incoming;
    const request = { method, url: new URL(incoming.url ?? '/', 'http://sandbox'), headers, body };
    const service = services.find((one) => one.matches(request));
    if (request.url.pathname.startsWith('/_sandbox')) return send(response, await control(request));
    if (!service) return send(response, nothingThere);
    const reply = await ask(service, request);
    if (reply) send(response, reply);
    else incoming.socket.destroy();
  }

  /** Undefined when no answer is to leave. */
  async function ask(service: CloudService, request: CloudRequest): Promise<CloudReply | undefined> {
    let lost = false;
    try {
      const operation = service.operation(request);
      counted(operation);
      const hits = faults.draw(operation);
      for (const fault of hits) if (fault.type === 'slow') await delay(fault.delayMs);
      if (hits.some(({ type }) => type === 'unreachable')) return undefined;
      for (const { type } of hits) {
        if (type === 'throttled' || type === 'service_error' || type === 'access_denied') {
          throw service.played(type, operation);
        }
      }
      lost = hits.some(({ type }) => type === 'lost_reply');
      const answer = await service.answer(request);
      return lost ? undefined : answer;
    } catch (error) {
      return lost ? undefined : service.failure(error);
    }
  }

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Ends open connections too. */
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const nothingThere: CloudReply = {
  status: 404,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ message: 'This is the sandbox; /_sandbox says what it takes.' }),
};

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bodyLimit) throw new Error('The body is too large.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function send(response: ServerResponse, { status, headers, body }: CloudReply): void {
  response.writeHead(status, { 'x-amzn-requestid': randomUUID(), ...headers }).end(body);
}
