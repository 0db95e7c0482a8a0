import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createListeners, type Listeners } from '../listeners.ts';
import { configurationHash, EMPTY_HASH } from './declarative.ts';
import type { Gateway } from './proxy/gateway.ts';

interface Options {
  gateway: Pick<Gateway, 'hash' | 'load' | 'metrics'>;
  /** Those enabled in kong.conf. */
  plugins: readonly string[];
  version: string;
}

/** GET /status, /status/ready and /metrics, as they are on the port of `status_listen`. */
export function createStatusApi(options: Pick<Options, 'gateway' | 'version'>): Listeners {
  return createListeners(() => createServer(statusApi(options)));
}

/** GET /status and POST /config, of all that is on the port of `admin_listen`. */
export function createAdminApi(options: Options): Listeners {
  return createListeners(() => createServer(adminApi(options)));
}

function statusApi({ gateway, version }: Pick<Options, 'gateway' | 'version'>): RequestListener {
  return (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://kong');
    const reply = (status: number, body: object) => send(response, version, status, body);
    if (pathname === '/status') return reply(200, statusOf(gateway));
    if (pathname === '/metrics') {
      return void response.writeHead(200, { 'content-type': 'text/plain; charset=UTF-8' }).end(gateway.metrics());
    }
    if (pathname !== '/status/ready') return reply(404, { message: 'Not found' });
    if (gateway.hash !== EMPTY_HASH) return reply(200, { message: 'ready' });
    return reply(503, { message: 'no configuration available (empty configuration present)' });
  };
}

function statusOf({ hash }: Options['gateway']): object {
  const server = { connections_accepted: 1, connections_active: 1, connections_handled: 1, connections_reading: 0 };
  return {
    memory: { workers_lua_vms: [{ http_allocated_gc: '40.00 MiB', pid: process.pid }], lua_shared_dicts: {} },
    server: { ...server, connections_waiting: 0, connections_writing: 1, total_requests: 1 },
    configuration_hash: hash,
  };
}

function adminApi({ gateway, plugins, version }: Options): RequestListener {
  const load = async (request: IncomingMessage, response: ServerResponse, checkHash: boolean) => {
    const text = await bodyOf(request);
    const reply = (status: number, body?: object) => send(response, version, status, body);
    if (text === '') return reply(400, { message: 'expected a declarative configuration' });
    if (checkHash && configurationHash(text) === gateway.hash) return reply(304);
    const problem = gateway.load(text, plugins);
    if (problem !== undefined) {
      const message = `declarative config is invalid: ${JSON.stringify(problem)}`;
      return reply(400, { code: 14, fields: problem, message, name: 'invalid declarative configuration' });
    }
    return reply(201, {});
  };
  return (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://kong');
    const reply = (status: number, body: object) => send(response, version, status, body);
    if (pathname === '/status') return reply(200, statusOf(gateway));
    if (pathname !== '/config') return reply(404, { message: 'Not found' });
    if (request.method !== 'POST') return reply(405, { message: 'Method not allowed' });
    void load(request, response, searchParams.get('check_hash') === '1').catch(() => response.destroy());
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function send(response: ServerResponse, version: string, status: number, body?: object): void {
  const text = body ? JSON.stringify(body) : '';
  const length = status === 304 ? {} : { 'content-length': Buffer.byteLength(text) };
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    ...length,
    server: `kong/${version}`,
  });
  response.end(status === 304 ? undefined : text);
}
