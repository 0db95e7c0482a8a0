import { once } from 'node:events';
import { createServer, type IncomingMessage, type OutgoingHttpHeaders, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from 'vitest';
import { stringify } from 'yaml';
import { createGateway, type Gateway } from '../../../src/stand-ins/kong/index.ts';

export const PLUGINS =
  'key-auth acl rate-limiting cors prometheus correlation-id request-size-limiting ip-restriction http-log'.split(' ');

export interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: the tests look into whatever came back
  json: any;
}

interface Asked {
  host?: string;
  method?: string;
  headers?: OutgoingHttpHeaders;
  body?: string;
  /** Address that the client has. */
  from?: string;
}

export interface TestKong {
  gateway: Gateway;
  port: number;
  tlsPort: number;
  /** Loads a configuration; throws when it is refused. */
  load(configuration: object): void;
  ask(path: string, asked?: Asked): Promise<Answer>;
}

type Options = NonNullable<Parameters<typeof createGateway>[0]>;

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Until the test has ended. */
export const later = (cleanup: () => unknown) => void cleanups.push(cleanup);

/** A proxy that listens; seconds of health checks are `secondMs` milliseconds. */
export async function startKong(configuration?: object, options: Options = {}): Promise<TestKong> {
  const gateway = createGateway({ secondMs: 20, ...options });
  later(() => gateway.close());
  const port = await listen(gateway.server({ port: 80, ssl: false }));
  const tlsPort = await listen(gateway.server({ port: 443, ssl: true }));
  const kong: TestKong = {
    gateway,
    port,
    tlsPort,
    load(wanted) {
      const problem = gateway.load(textOf(wanted), PLUGINS);
      if (problem !== undefined) throw new Error(JSON.stringify(problem));
    },
    ask: (path, asked = {}) => ask({ host: '127.0.0.1', port }, path, asked),
  };
  if (configuration) kong.load(configuration);
  return kong;
}

export const textOf = (configuration: object) => stringify({ _format_version: '3.0', ...configuration });

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export interface TestService {
  /** As a target is named. */
  target: string;
  /** All that it was asked, probes of its health aside. */
  asked: IncomingMessage[];
  /** Probes that it answered. */
  probed: number[];
  /** What it answers to /ready. */
  ready: number;
  stop(): Promise<void>;
}

/** A service that echoes what it was asked unless `handler` answers. */
export async function startService(handler: Handler = echo, port = 0): Promise<TestService> {
  const service: TestService = { target: '', asked: [], probed: [], ready: 200, stop };
  const server = createServer((request, response) => {
    if (request.url === '/ready') {
      response.on('finish', () => service.probed.push(service.ready));
      return void response.writeHead(service.ready).end();
    }
    service.asked.push(request);
    handler(request, response);
  });
  async function stop(): Promise<void> {
    server.closeAllConnections();
    if (server.listening) await once(server.close(), 'close');
  }
  service.target = `127.0.0.1:${await listen(server, port)}`;
  return service;
}

function echo(request: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks).toString();
    const said = JSON.stringify({ method: request.method, url: request.url, headers: request.headers, body });
    response.writeHead(200, { 'content-type': 'application/json', 'x-service': String(request.socket.localPort) });
    response.end(said);
  });
}

async function listen(server: ReturnType<typeof createServer>, port = 0): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  later(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** A port where nobody listens. */
export async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await once(server.close(), 'close');
  return port;
}

interface Place {
  host: string;
  port: number;
}

/** On a connection of its own. */
export async function ask(
  place: Place,
  path: string,
  { host = 'a.test', from, body, ...rest }: Asked = {},
): Promise<Answer> {
  const options = { ...rest, ...place, path, agent: false, ...(from ? { localAddress: from } : {}) };
  const asked = request({ ...options, headers: { host, connection: 'close', ...rest.headers } });
  asked.end(body);
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  const isJson = /json/.test(answer.headers['content-type'] ?? '');
  return { status: answer.statusCode ?? 0, headers: answer.headers, text, json: isJson ? JSON.parse(text) : undefined };
}

/** One service with one route for everything, and one upstream with these targets. */
export function oneService(
  targets: readonly string[],
  more: { service?: object; route?: object; active?: object } = {},
) {
  return {
    services: [
      { name: 'a', host: 'a.upstream', ...more.service, routes: [{ name: 'a', hosts: ['a.test'], ...more.route }] },
    ],
    upstreams: [
      {
        name: 'a.upstream',
        targets: targets.map((target) => ({ target })),
        ...(more.active ? { healthchecks: { active: { type: 'http', http_path: '/ready', ...more.active } } } : {}),
      },
    ],
  };
}

/** As the generator has them: each second, gone at the first failure, back at the first success. */
export const everySecond = {
  healthy: { interval: 1, successes: 1 },
  unhealthy: { interval: 1, http_failures: 1, tcp_failures: 1, timeouts: 3 },
};
