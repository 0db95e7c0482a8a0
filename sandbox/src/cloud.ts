import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { ControlRequest } from './control.ts';
import type { Faults } from './faults.ts';
import { accessDenied, LightsailError, serviceFault, throttled } from './lightsail/errors.ts';
import type { Lightsail } from './lightsail/responses.ts';
import { isLightsail, lightsailCall } from './lightsail/urls.ts';
import type { Settings } from './settings.ts';

export interface CloudOptions {
  settings: Settings;
  lightsail: Lightsail;
  faults: Faults;
  /** Called for each call that is for Lightsail and properly signed. */
  counted: (operation: string) => void;
  control: (request: ControlRequest) => Promise<Reply>;
}

export interface Reply {
  status: number;
  body: object;
}

const bodyLimit = 1024 * 1024;

/** The cloud's HTTP server on 127.0.0.1: services on their own wires, and the control endpoint under /_sandbox. */
export async function startCloud({ settings, lightsail, faults, counted, control }: CloudOptions) {
  const server = createServer((request, response) => {
    serve(request, response).catch(() => request.socket.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(settings.port, '127.0.0.1', resolve);
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await read(request);
    const url = new URL(request.url ?? '/', 'http://sandbox');
    if (url.pathname.startsWith('/_sandbox')) {
      send(response, await control({ method: request.method ?? 'GET', url, headers: request.headers, body }));
    } else if (isLightsail(request.headers)) {
      const reply = await serveLightsail(request, body);
      if (reply) send(response, reply, 'application/x-amz-json-1.1');
      else request.socket.destroy();
    } else {
      send(response, { status: 404, body: { message: 'This is the sandbox; /_sandbox says what it takes.' } });
    }
  }

  /** Undefined when no answer is to leave. */
  async function serveLightsail(request: IncomingMessage, body: string): Promise<Reply | undefined> {
    let lost = false;
    try {
      const { operation, region, accessKeyId } = lightsailCall(request.headers, settings.unknownAccessKeyIds);
      counted(operation);
      const hits = faults.draw(operation);
      const hit = (type: (typeof hits)[number]['type']) => hits.some((fault) => fault.type === type);
      for (const fault of hits) if (fault.type === 'slow') await delay(fault.delayMs);
      if (hit('unreachable')) return undefined;
      if (hit('throttled')) throw throttled();
      if (hit('service_error')) throw serviceFault();
      if (hit('access_denied') || settings.refusedAccessKeyIds.includes(accessKeyId)) throw accessDenied(operation);
      lost = hit('lost_reply');
      const answer = await lightsail.answer(operation, region, body);
      return lost ? undefined : { status: 200, body: answer };
    } catch (error) {
      if (lost) return undefined;
      const known = error instanceof LightsailError ? error : serviceFault();
      if (known !== error) process.emitWarning(error as Error);
      return { status: known.status, body: known.body() };
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

function send(response: ServerResponse, { status, body }: Reply, type = 'application/json'): void {
  response.writeHead(status, { 'content-type': type, 'x-amzn-requestid': randomUUID() }).end(JSON.stringify(body));
}
