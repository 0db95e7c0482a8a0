import { randomUUID } from 'node:crypto';
import type { Exchange } from '../exchange.ts';
import { only, type Plugin } from './plugin.ts';

interface Config {
  header_name?: string;
  generator?: 'uuid' | 'uuid#counter';
  echo_downstream?: boolean;
}

const worker = randomUUID();
let counter = 0;

/** kong/plugins/correlation-id/handler.lua: each request has a name that the service, and the client, are told. */
export const correlationId: Plugin = {
  priority: 100_001,
  unserved: (config) => only(config, { generator: ['uuid', 'uuid#counter'] }),
  create({ header_name: name = 'Kong-Request-ID', generator = 'uuid#counter', echo_downstream }: Config) {
    const make = () => (generator === 'uuid' ? randomUUID() : `${worker}#${++counter}`);
    const given = ({ request }: Exchange) => request.headers[name.toLowerCase()]?.toString() || undefined;
    const ids = new WeakMap<Exchange, string>();
    const idOf = (exchange: Exchange) => ids.get(exchange) ?? given(exchange) ?? make();
    return {
      access(exchange) {
        const id = idOf(exchange);
        ids.set(exchange, id);
        exchange.headers[name.toLowerCase()] = id;
        return undefined;
      },
      header(exchange) {
        if (echo_downstream) exchange.response.setHeader(name, idOf(exchange));
      },
    };
  },
};
