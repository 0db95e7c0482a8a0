import type { ServerResponse } from 'node:http';
import type { Answer } from '../answers.ts';
import type { Exchange } from '../exchange.ts';
import type { Plugin } from './plugin.ts';

interface Config {
  origins?: string[];
  headers?: string[];
  exposed_headers?: string[];
  methods?: string[];
  max_age?: number;
  credentials?: boolean;
  private_network?: boolean;
  preflight_continue?: boolean;
}

const METHODS = 'GET,HEAD,PUT,PATCH,POST,DELETE,OPTIONS,TRACE,CONNECT'.split(',');
const ORIGIN = 'Access-Control-Allow-Origin';

/** kong/plugins/cors/handler.lua: what pages of other origins may read, and the answers to their preflights. */
export const cors: Plugin = {
  priority: 2000,
  create(config: Config) {
    const allow = originsOf(config.origins ?? []);
    const preflights = new WeakSet<Exchange>();
    return {
      access(exchange): Answer | undefined {
        const { request, response } = exchange;
        const { origin, 'access-control-request-method': method } = request.headers;
        if (request.method !== 'OPTIONS' || !origin || !method) return undefined;
        preflights.add(exchange);
        if (config.preflight_continue) return undefined;
        allowOrigin(exchange, config, allow);
        answerPreflight(exchange, config);
        if (config.max_age !== undefined) response.setHeader('Access-Control-Max-Age', config.max_age);
        return { status: 200 };
      },
      header(exchange) {
        if (preflights.has(exchange)) return;
        allowOrigin(exchange, config, allow);
        const { exposed_headers: exposed = [] } = config;
        if (exposed.length > 0) exchange.response.setHeader('Access-Control-Expose-Headers', exposed.join(','));
      },
    };
  },
};

function answerPreflight(
  { request, response }: Exchange,
  { headers = [], methods = METHODS, private_network }: Config,
) {
  const wanted = headers.length > 0 ? headers.join(',') : request.headers['access-control-request-headers'];
  if (wanted !== undefined) response.setHeader('Access-Control-Allow-Headers', wanted);
  response.setHeader('Access-Control-Allow-Methods', methods.join(','));
  if (private_network && request.headers['access-control-request-private-network'] === 'true') {
    response.setHeader('Access-Control-Allow-Private-Network', 'true');
  }
}

/** Gives what may stand as the allowed origin for one that asks; `fixed` where it is the same for all. */
type Origins = { fixed: string } | ((origin: string) => string | undefined);

function originsOf(origins: readonly string[]): Origins {
  if (origins.length === 0 || origins.includes('*')) return { fixed: '*' };
  const [only = ''] = origins;
  if (origins.length === 1 && isPlain(only)) return { fixed: only };
  return (origin) => {
    const asked = normal(origin);
    const fits = origins.some((entry) => {
      if (isPlain(entry)) return normal(entry).domain === asked.domain;
      const whole = new RegExp(`^(?:${entry.replace(/^\^/, '').replace(/\$$/, '')})$`);
      return whole.test(entry.includes(':') ? asked.domain : asked.host);
    });
    return fits ? asked.domain : undefined;
  };
}

const isPlain = (entry: string) => /^[A-Za-z0-9.:/-]+$/.test(entry);

/** Without the port that its scheme has anyway. */
function normal(origin: string): { domain: string; host: string } {
  const [, scheme, host, port] = /^(?:([a-z][\w+.-]*):)?\/\/([^/:]*)(?::(\d+))?/i.exec(origin) ?? [];
  if (!host) return { domain: origin, host: origin };
  const usual = { http: '80', https: '443' }[scheme ?? ''] === port;
  return { domain: `${scheme ? `${scheme}://` : ''}${host}${port && !usual ? `:${port}` : ''}`, host };
}

function allowOrigin({ request, response }: Exchange, { credentials }: Config, allow: Origins): void {
  const { origin } = request.headers;
  const found = typeof allow === 'function' ? origin && allow(origin) : allow.fixed;
  const forAll = found === '*';
  if (!forAll) vary(response);
  if (found) response.setHeader(ORIGIN, found);
  else response.removeHeader(ORIGIN);
  if (!credentials || (forAll && !origin)) return;
  // A browser takes credentials and `*` together for an error.
  if (forAll) vary(response);
  if (forAll && origin) response.setHeader(ORIGIN, origin);
  response.setHeader('Access-Control-Allow-Credentials', 'true');
}

function vary(response: ServerResponse): void {
  response.appendHeader('Vary', 'Origin');
}
