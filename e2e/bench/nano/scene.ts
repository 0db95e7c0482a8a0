import type { Gateway } from '../../demo/gateway.ts';
import { apps, type Service } from '../../demo/stack.ts';
import { openUpstream, putLoad, type Upstream } from '../../upstream.ts';
import { requestOf } from './requests.ts';

/** Of each of the load's four clients, so that with one look at each service's /ready a second it is 20 requests at most. */
const PAUSE_MS = 290;
const PROGRESS_MS = 15_000;

/** Two ports of an app, of those that lead from a machine's public address to it. */
export const portsOf = (name: string): [number, number] => {
  const place = apps.findIndex((app) => app.name === name);
  return [8000 + place, 8080 + place];
};

export type Doors = Pick<Gateway, 'get' | 'getJson' | 'post'> & {
  ask(service: Service, path: string, body?: object): Promise<string>;
  close(): Promise<void>;
};

/** The way to the services that run at an address, whichever of its two ports each has, as the gateway finds it. */
export function openDoors(address: string): Doors {
  const upstreams = Object.fromEntries(
    apps.map(({ name }) => {
      const targets = portsOf(name).map((port) => `http://${address}:${port}`);
      return [name, openUpstream({ targets, intervalMs: 1000 })];
    }),
  ) as Record<Service, Upstream>;

  async function ask(service: Service, path: string, body?: object): Promise<string> {
    const { status, text } = await upstreams[service].ask(path, body);
    if (status < 200 || status > 299) throw new Error(`${service}${path}: ${status} ${text}`);
    return text;
  }

  return {
    ask,
    get: async (service, path) => Buffer.from(await ask(service, path)),
    getJson: async (service, path) => JSON.parse(await ask(service, path)),
    post: async (service, path, body) => JSON.parse(await ask(service, path, body)),
    async close() {
      for (const upstream of Object.values(upstreams)) await upstream.close();
    },
  };
}

export interface Outcome {
  sent: number;
  seconds: number;
  failures: readonly string[];
  /** Milliseconds of each request. */
  latencies: readonly number[];
}

/** Mixed requests while some work goes on; tells how it goes four times a minute. */
export async function underLoad(
  { ask }: Doors,
  scriptId: number,
  say: (text: string) => void,
  work: () => Promise<unknown>,
): Promise<Outcome> {
  const latencies: number[] = [];
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  const load = putLoad(async (number) => {
    const { service, path, body } = requestOf(number, scriptId);
    const since = performance.now();
    await ask(service, path, body);
    latencies.push(performance.now() - since);
    return service;
  }, PAUSE_MS);
  const progress = setInterval(() => say(`${seconds().toFixed(0)} s: ${latencies.length} answered`), PROGRESS_MS);
  let ended: Awaited<ReturnType<typeof load.end>>;
  try {
    await work();
  } finally {
    clearInterval(progress);
    ended = await load.end();
  }
  return { ...ended, seconds: seconds(), latencies };
}
