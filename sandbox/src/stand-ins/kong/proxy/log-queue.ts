import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Reach } from './reach.ts';

/** Where entries go, and how patiently. */
export interface Destination {
  url: string;
  method: string;
  headers: Readonly<Record<string, string>>;
  timeoutMs: number;
  maxEntries: number;
  /** The first wait, doubled up to the longest, until all of them are over. */
  retryMs: { first: number; longest: number; all: number };
}

/** Sends entries one after another, in their order; what cannot be sent in time is dropped, as what is too much. */
export interface LogQueue {
  send(destination: Destination, entry: string): void;
  close(): void;
}

export function createLogQueue(reach: Reach): LogQueue {
  const queues = new Map<string, string[]>();
  const closing = new AbortController();

  async function work(destination: Destination, entries: string[]): Promise<void> {
    for (let entry = entries[0]; entry !== undefined && !closing.signal.aborted; entry = entries[0]) {
      await deliver(destination, entry);
      entries.shift();
    }
  }

  async function deliver(destination: Destination, entry: string): Promise<void> {
    const { first, longest, all } = destination.retryMs;
    const until = Date.now() + all;
    for (
      let wait = first;
      !(await post(destination, entry, reach, closing.signal));
      wait = Math.min(wait * 2, longest)
    ) {
      if (Date.now() + wait > until || closing.signal.aborted) return;
      await new Promise((resolve) => setTimeout(resolve, wait).unref());
    }
  }

  return {
    send(destination, entry) {
      const { url, method } = destination;
      const key = `${method} ${url}`;
      const entries = queues.get(key) ?? [];
      queues.set(key, entries);
      if (entries.length >= destination.maxEntries) entries.splice(1, 1);
      if (entries.push(entry) === 1) void work(destination, entries);
    },
    close: () => closing.abort(),
  };
}

/** Whether it was taken. Certificates are not checked, as Kong does not. */
function post(destination: Destination, entry: string, reach: Reach, signal: AbortSignal): Promise<boolean> {
  const { protocol, hostname, port, pathname, search, host } = new URL(destination.url);
  const place = reach(hostname, Number(port || (protocol === 'https:' ? 443 : 80)));
  if (!place) return Promise.resolve(false);
  const headers = { ...destination.headers, host, 'content-length': Buffer.byteLength(entry) };
  const { method, timeoutMs: timeout } = destination;
  const options = { ...place, path: `${pathname}${search}`, method, headers, timeout, agent: false, signal } as const;
  return new Promise((resolve) => {
    const taken = (answer: IncomingMessage) => {
      answer.resume();
      resolve((answer.statusCode ?? 500) < 300);
    };
    const asked =
      protocol === 'https:'
        ? requestHttps({ ...options, rejectUnauthorized: false, servername: hostname }, taken)
        : requestHttp(options, taken);
    asked.on('timeout', () => asked.destroy()).on('error', () => resolve(false));
    asked.end(entry);
  });
}
