import { readFileSync } from 'node:fs';
import { request as overHttp } from 'node:http';
import { Agent, request as overTls } from 'node:https';
import type { LookupFunction } from 'node:net';
import { appNamed, type Service } from './stack.ts';
import { say } from './stage.ts';

export interface Reach {
  /** The gateway's; no name server knows of it here. */
  address: string;
  ports: { http: number; https: number };
  /** Files: the certificate of the authority that signed the gateway's, and a consumer's key. */
  authority: string;
  key: string;
}

export interface Reply {
  status: number;
  headers: Record<string, unknown>;
  body: Buffer;
}

export type Gateway = ReturnType<typeof createGateway>;

/** The services as the world sees them: over TLS, by their names, with the certificate verified, and with a key. */
export function createGateway({ address, ports, authority, key }: Reach) {
  // What curl calls --resolve: the address of every name.
  const lookup: LookupFunction = (_name, { all }, found) =>
    all ? found(null, [{ address, family: 4 }]) : found(null, address, 4);
  const agent = new Agent({ keepAlive: true, ca: readFileSync(authority), lookup });
  const headers = { 'x-api-key': readFileSync(key, 'utf8').trim() };
  const { http, https } = ports;

  const hostOf = (service: Service) => appNamed(service).host;
  const urlOf = (service: Service, path: string) => `https://${withPort(hostOf(service), https, 443)}${path}`;

  function line(service: Service, path: string, options = ''): string {
    return `curl --resolve ${hostOf(service)}:${https}:${address} --cacert ${authority} ${options}"${urlOf(service, path)}"`;
  }
  const withKey = `-H "X-API-KEY: $(cat ${key})" `;

  /** GET, or POST with a body, without a word. */
  function send(service: Service, path: string, body?: string): Promise<Reply> {
    const content = body === undefined ? {} : { 'content-type': 'application/json' };
    return exchange(urlOf(service, path), { agent, headers: { ...headers, ...content }, body });
  }

  async function get(service: Service, path: string): Promise<Buffer> {
    say(`  ${line(service, path, withKey)}`);
    return good(service, path, await send(service, path));
  }

  return {
    send,
    get,
    getJson: async (service: Service, path: string) => JSON.parse(String(await get(service, path))),
    async post(service: Service, path: string, body: object) {
      const text = JSON.stringify(body);
      const data = `-H "Content-Type: application/json" -d '${text.replaceAll("'", "'\\''")}' `;
      say(`  ${line(service, path, withKey + data)}`);
      return JSON.parse(String(good(service, path, await send(service, path, text))));
    },
    /** Who has no key stays outside. */
    async refuses(service: Service, path: string): Promise<void> {
      say(`  ${line(service, path, '-i ')}`);
      const { status, body } = await exchange(urlOf(service, path), { agent });
      say(`  ${status} ${String(body).trim()}`);
      if (status !== 401) throw new Error(`without a key: ${status}, not 401`);
    },
    /** Who comes over http is sent to https. */
    async redirects(service: Service, path: string): Promise<void> {
      const url = `http://${withPort(hostOf(service), http, 80)}${path}`;
      say(`  curl --resolve ${hostOf(service)}:${http}:${address} -i "${url}"`);
      const { status, headers } = await exchange(url, { lookup });
      say(`  ${status} Location: ${headers.location}`);
      if (status !== 308 || headers.location !== `https://${hostOf(service)}${path}`) {
        throw new Error(`over http: ${status}, Location: ${headers.location}`);
      }
    },
    close: () => agent.destroy(),
  };
}

const withPort = (host: string, port: number, usual: number) => (port === usual ? host : `${host}:${port}`);

function good(service: Service, path: string, { status, body }: Reply): Buffer {
  if (status < 200 || status > 299) throw new Error(`${service}${path}: ${status} ${body}`);
  return body;
}

interface Exchange {
  agent?: Agent;
  lookup?: LookupFunction;
  headers?: Record<string, string>;
  body?: string | undefined;
}

function exchange(url: string, { body, ...options }: Exchange): Promise<Reply> {
  const method = body === undefined ? 'GET' : 'POST';
  const request = url.startsWith('https:') ? overTls : overHttp;
  return new Promise((resolve, reject) => {
    const asked = request(url, { method, ...options }, (response) => {
      const whole = response.toArray().then((chunks) => Buffer.concat(chunks));
      whole.then(
        (read) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: read }),
        reject,
      );
    });
    asked.on('error', reject).end(body);
  });
}
