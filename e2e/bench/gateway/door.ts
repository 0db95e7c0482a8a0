import { Agent, request } from 'node:http';
import { text as textOf } from 'node:stream/consumers';

/** Where a consumer comes in to the scripts. */
export interface Door {
  ip: string;
  port: number;
  host: string;
  key: string;
}

export interface Body {
  json: object;
  /** How long sending it takes. */
  forMs?: number;
}

export interface Script {
  scriptId: number;
  title: string;
}

const TIMEOUT_MS = 30_000;
const PAGE = 1000;

/**
 * POST where there is a body, else GET; gives the answer's JSON. Rejects with what is no success: its message is the
 * status with what the gateway or the service said, or the code of what happened to the connection.
 */
export function ask<T>({ ip, port, host, key }: Door, agent: Agent, path: string, body?: Body): Promise<T> {
  const json = body && JSON.stringify(body.json);
  const content = json && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(json) };
  const headers = { host, 'x-api-key': key, ...content };
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => reject(new Error(error.code ?? error.message, { cause: error }));
    const method = body ? 'POST' : 'GET';
    const asked = request({ host: ip, port, path, method, headers, agent, timeout: TIMEOUT_MS });
    asked.on('timeout', () => asked.destroy(new Error(`no answer in ${TIMEOUT_MS / 1000} s`))).on('error', fail);
    asked.on('response', (response) => {
      textOf(response)
        .then((text) => resolve(jsonOf(response.statusCode ?? 0, text)))
        .catch(fail);
    });
    if (!body?.forMs) return void asked.end(json);
    asked.write(json?.slice(0, 1));
    setTimeout(() => asked.end(json?.slice(1)), body.forMs);
  });
}

function jsonOf<T>(status: number, text: string): T {
  if (status >= 200 && status < 300) return JSON.parse(text);
  throw new Error(`${status} ${/"message": ?"([^"]*)"/.exec(text)?.[1] ?? text.slice(0, 100)}`);
}

/** The scripts whose titles contain this, read a page at a time. */
export async function readScripts(door: Door, title: string): Promise<Script[]> {
  const agent = new Agent({ keepAlive: true });
  const found: Script[] = [];
  for (let page: Script[] | undefined; page?.length !== 0; found.push(...page)) {
    const query = new URLSearchParams({ title, limit: String(PAGE), offset: String(found.length) });
    page = await ask<Script[]>(door, agent, `/scripts?${query}`);
  }
  agent.destroy();
  return found;
}
