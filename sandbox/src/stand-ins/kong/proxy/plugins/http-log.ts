import type { Entity } from '../../schema.ts';
import type { Exchange } from '../exchange.ts';
import type { Destination } from '../log-queue.ts';
import { NOT_SERVED, only, type Plugin } from './plugin.ts';

interface Config {
  http_endpoint: string;
  method?: string;
  content_type?: string;
  timeout?: number;
  headers?: Record<string, string>;
  queue?: { max_entries?: number; max_retry_time?: number; initial_retry_delay?: number; max_retry_delay?: number };
}

/** kong/plugins/http-log/handler.lua: each request is told to an address, one at a time. */
export const httpLog: Plugin = {
  priority: 12,
  unserved(config) {
    const { max_batch_size: batch = 1 } = (config.queue ?? {}) as Entity;
    const batches = batch === 1 ? {} : { queue: NOT_SERVED };
    return { ...batches, ...only(config, { custom_fields_by_lua: [], queue_size: [1] }) };
  },
  create(config, { memory: { logs } }) {
    const destination = destinationOf(config as unknown as Config);
    return { log: (exchange) => logs.send(destination, JSON.stringify(entryOf(exchange))) };
  },
};

function destinationOf({
  http_endpoint,
  method = 'POST',
  timeout = 10_000,
  queue = {},
  ...config
}: Config): Destination {
  const { username, password } = new URL(http_endpoint);
  const login = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64');
  return {
    ...{ url: http_endpoint, method, timeoutMs: timeout, maxEntries: queue.max_entries ?? 10_000 },
    headers: {
      ...config.headers,
      'Content-Type': config.content_type ?? 'application/json',
      ...(username ? { Authorization: `Basic ${login}` } : {}),
    },
    retryMs: {
      first: (queue.initial_retry_delay ?? 0.01) * 1000,
      longest: (queue.max_retry_delay ?? 60) * 1000,
      all: (queue.max_retry_time ?? 60) * 1000,
    },
  };
}

/** As kong/pdk/log.lua has it, without sizes of heads, tries' times and TLS. */
function entryOf(exchange: Exchange) {
  const { request, response, id, scheme, host, port, route, consumer, credential, upstreamMs, startedAt } = exchange;
  const secret = { authorization: 'REDACTED', 'proxy-authorization': 'REDACTED' };
  const redacted = Object.entries(secret).filter(([name]) => request.headers[name] !== undefined);
  const all = Date.now() - startedAt;
  const uri = `${request.url?.replace(/\?.*$/s, '')}${exchange.query}`;
  return {
    request: {
      ...{ id, uri, url: `${scheme}://${host.replace(/:\d*$/, '')}:${port}${uri}`, method: request.method },
      querystring: Object.fromEntries(new URLSearchParams(exchange.query)),
      headers: { ...exchange.headers, ...Object.fromEntries(redacted) },
      size: exchange.bytes.in,
    },
    response: { status: response.statusCode, headers: response.getHeaders(), size: exchange.bytes.out },
    latencies: { kong: all - (upstreamMs ?? 0), proxy: upstreamMs ?? -1, request: all },
    tries: exchange.tried.map((address) => ({
      ip: address.replace(/:\d+$/, ''),
      port: Number(address.split(':').at(-1)),
    })),
    ...(credential && consumer ? { authenticated_entity: { id: credential.id, consumer_id: consumer.id } } : {}),
    ...(route ? { route: { id: route.id, name: route.name } } : {}),
    ...(route?.service
      ? { service: { id: route.service.id, name: route.service.name, host: route.service.host } }
      : {}),
    ...(consumer ? { consumer: { id: consumer.id, username: consumer.username } } : {}),
    ...{ client_ip: exchange.clientIp, started_at: startedAt, workspace_name: 'default' },
    source: upstreamMs === undefined ? 'kong' : 'upstream',
  };
}
