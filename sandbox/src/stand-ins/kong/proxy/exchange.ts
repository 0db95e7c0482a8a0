import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Consumer, Credential, Route } from './configuration.ts';
import { normalPath } from './paths.ts';

/** A request on its way through the proxy. */
export interface Exchange {
  /** Hexadecimal, of X-Kong-Request-Id. */
  readonly id: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly scheme: 'http' | 'https';
  /** Of Kong, as `proxy_listen` has it. */
  readonly port: number;
  /** As sent, in small letters. */
  readonly host: string;
  /** In its normal form, without query. */
  readonly path: string;
  readonly clientIp: string;
  readonly startedAt: number;
  /** What the service gets, by names in small letters; plugins may change it. */
  readonly headers: Record<string, string | string[] | undefined>;
  /** What the service gets behind the path, from `?`; '' where nothing was sent. */
  query: string;
  /** All of the request's body, where a plugin had to read it. */
  body: Buffer | undefined;
  route: Route | undefined;
  /** What of the path the route's own stands for. */
  prefix: string | undefined;
  consumer: Consumer | undefined;
  credential: Credential | undefined;
  /** Milliseconds until the service answered; undefined where it was not asked. */
  upstreamMs: number | undefined;
  /** Addresses that were tried, as the configuration names them. */
  readonly tried: string[];
  /** Of bodies. */
  readonly bytes: { in: number; out: number };
}

export interface Port {
  /** As `proxy_listen` has it. */
  port: number;
  ssl: boolean;
}

/** Undefined for a request that names nothing that a path could be made of. */
export function openExchange(request: IncomingMessage, response: ServerResponse, own: Port): Exchange | undefined {
  const target = (request.url ?? '').replace(/^https?:\/\/[^/?#]*(?=\/)/i, '');
  if (!target.startsWith('/')) return undefined;
  const at = target.indexOf('?');
  return {
    id: randomUUID().replaceAll('-', ''),
    ...{ request, response, port: own.port, scheme: own.ssl ? 'https' : 'http' },
    host: (request.headers.host ?? '').toLowerCase(),
    path: normalPath(at < 0 ? target : target.slice(0, at)),
    query: at < 0 ? '' : target.slice(at),
    clientIp: request.socket.remoteAddress?.replace(/^::ffff:/, '') ?? '',
    startedAt: Date.now(),
    headers: { ...request.headersDistinct },
    ...{
      body: undefined,
      route: undefined,
      prefix: undefined,
      consumer: undefined,
      credential: undefined,
      upstreamMs: undefined,
    },
    ...{ tried: [], bytes: { in: 0, out: 0 } },
  };
}
