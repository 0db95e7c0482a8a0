import type { Answer } from '../answers.ts';
import type { Credential } from '../configuration.ts';
import type { Exchange } from '../exchange.ts';
import { only, type Plugin } from './plugin.ts';

interface Config {
  key_names?: string[];
  hide_credentials?: boolean;
  key_in_header?: boolean;
  key_in_query?: boolean;
  run_on_preflight?: boolean;
  realm?: string;
}

/** kong/plugins/key-auth/handler.lua: who asks is told by a key. */
export const keyAuth: Plugin = {
  priority: 1250,
  unserved: (config) => only(config, { anonymous: [], key_in_body: [false] }),
  create(config: Config, { configuration: { credentials } }) {
    const challenge = config.realm === undefined ? 'Key' : `Key realm="${config.realm}"`;
    const refuse = (message: string) => ({ status: 401, message, headers: { 'WWW-Authenticate': challenge } });
    return {
      access(exchange): Answer | undefined {
        if (config.run_on_preflight === false && exchange.request.method === 'OPTIONS') return undefined;
        const key = takeKey(exchange, config);
        if (Array.isArray(key)) return refuse('Duplicate API key found');
        if (!key) return refuse('No API key found in request');
        const credential = credentials.get(key);
        if (!credential) return refuse('Unauthorized');
        identify(exchange, credential);
        return undefined;
      },
    };
  },
};

function takeKey(exchange: Exchange, config: Config): string | string[] | undefined {
  const { key_names = ['apikey'], hide_credentials, key_in_header = true, key_in_query = true } = config;
  for (const name of key_names) {
    const field = name.toLowerCase();
    const query = new URLSearchParams(exchange.query);
    const inHeader = key_in_header ? exchange.request.headersDistinct[field] : undefined;
    const found = inHeader ?? (key_in_query && query.has(name) ? query.getAll(name) : undefined);
    if (!found) continue;
    if (found.length > 1) return found;
    if (hide_credentials) {
      delete exchange.headers[field];
      if (query.has(name)) exchange.query = without(query, name);
    }
    return found[0];
  }
  return undefined;
}

function without(query: URLSearchParams, name: string): string {
  query.delete(name);
  return query.size === 0 ? '' : `?${query}`;
}

function identify(exchange: Exchange, credential: Credential): void {
  const { consumer } = credential;
  exchange.credential = credential;
  exchange.consumer = consumer;
  exchange.headers['x-consumer-id'] = consumer.id;
  exchange.headers['x-consumer-custom-id'] = consumer.customId;
  exchange.headers['x-consumer-username'] = consumer.username;
  exchange.headers['x-credential-identifier'] = credential.id;
  exchange.headers['x-anonymous-consumer'] = undefined;
}
