import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { VERSION } from '../version.ts';
import type { Exchange } from './exchange.ts';

export const SERVER = `kong/${VERSION}`;

/** Of one connection only: not passed on. */
const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

const listed = (value: string | undefined) => (value ?? '').split(',').map((name) => name.trim().toLowerCase());

/** What the service gets, with `host` as the one that it is asked as unless the route keeps the client's. */
export function serviceHeaders(exchange: Exchange, host: string): OutgoingHttpHeaders {
  const { request, headers, clientIp, scheme, port, route, prefix, body } = exchange;
  const dropped = new Set([...HOP_BY_HOP, ...listed(request.headers.connection), 'expect']);
  const kept = Object.entries(headers).filter(([name, value]) => value !== undefined && !dropped.has(name));
  const forwardedFor = request.headers['x-forwarded-for'];
  const via = request.headers.via;
  const encoding = request.headers['transfer-encoding'];
  return {
    ...Object.fromEntries(kept),
    host: route?.preserveHost ? (request.headers.host ?? '') : host,
    connection: 'keep-alive',
    'x-real-ip': clientIp,
    'x-forwarded-for': forwardedFor ? `${forwardedFor}, ${clientIp}` : clientIp,
    'x-forwarded-proto': scheme,
    'x-forwarded-host': exchange.host.replace(/:\d*$/, ''),
    'x-forwarded-port': String(port),
    'x-forwarded-path': pathSent(request),
    ...(route?.stripPath && prefix !== undefined && prefix !== '/' ? { 'x-forwarded-prefix': prefix } : {}),
    via: `${via ? `${via}, ` : ''}${request.httpVersion} ${SERVER}`,
    'x-kong-request-id': exchange.id,
    // A body that was read whole has a length; one of unknown length goes on as it comes.
    ...(body ? { 'content-length': String(body.length) } : encoding ? { 'transfer-encoding': 'chunked' } : {}),
  };
}

function pathSent({ url = '/' }: IncomingMessage): string {
  return url.replace(/\?.*$/s, '');
}

/** Puts the service's headers on the answer, beside those that plugins have put there, and Kong's own. */
export function answerHeaders(exchange: Exchange, { rawHeaders, headers }: IncomingMessage): void {
  const { response, startedAt, upstreamMs = 0 } = exchange;
  const dropped = new Set([...HOP_BY_HOP, ...listed(headers.connection)]);
  const own = new Set(response.getHeaderNames());
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = rawHeaders.slice(at, at + 2);
    const lower = name.toLowerCase();
    if (!dropped.has(lower) && !own.has(lower)) response.appendHeader(name, value);
  }
  if (!response.hasHeader('server')) response.setHeader('Server', SERVER);
  response.setHeader('X-Kong-Upstream-Latency', upstreamMs);
  response.setHeader('X-Kong-Proxy-Latency', Math.max(0, Date.now() - startedAt - upstreamMs));
  response.setHeader('Via', `${headers.via ? `${headers.via}, ` : ''}1.1 ${SERVER}`);
  response.setHeader('X-Kong-Request-Id', exchange.id);
}
