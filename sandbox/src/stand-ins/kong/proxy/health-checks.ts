import { request } from 'node:http';
import type { Peer } from './balancer.ts';
import type { Checks } from './configuration.ts';
import type { Reach } from './reach.ts';

export interface HealthChecks {
  stop(): void;
}

interface Options {
  checks: Checks;
  peers: readonly Peer[];
  reach: Reach;
  /** How long a second of an interval is, in milliseconds; a timeout is always as long as it says. */
  secondMs: number;
}

type Reading = { status: number } | 'tcp' | 'timeouts';

/** Asks each target in turn, first at once, and tells by lua-resty-healthcheck's rules which are healthy. */
export function startHealthChecks({ checks, peers, reach, secondMs }: Options): HealthChecks {
  const timers = new Map<Peer, NodeJS.Timeout>();
  let stopped = false;

  function wait(peer: Peer, since: number): void {
    const { interval } = peer.health.healthy ? checks.healthy : checks.unhealthy;
    if (stopped || interval === 0) return;
    const left = Math.max(0, since + interval * secondMs - Date.now());
    timers.set(peer, setTimeout(() => void look(peer), left).unref());
  }

  async function look(peer: Peer): Promise<void> {
    const since = Date.now();
    const reading = await probe(peer, checks, reach);
    if (stopped) return;
    count(peer, checks, reading);
    wait(peer, since);
  }

  const watched = peers.filter(({ health }) => (health.healthy ? checks.healthy : checks.unhealthy).interval > 0);
  for (const peer of watched) void look(peer);
  return {
    stop() {
      stopped = true;
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
}

function count({ health }: Peer, { healthy, unhealthy }: Checks, reading: Reading): void {
  const { counts } = health;
  if (typeof reading === 'object' && healthy.statuses.includes(reading.status)) {
    Object.assign(counts, { http: 0, tcp: 0, timeouts: 0 });
    counts.successes += 1;
    if (healthy.successes > 0 && counts.successes >= healthy.successes) health.healthy = true;
    return;
  }
  const kind = typeof reading === 'object' ? 'http' : reading;
  if (typeof reading === 'object' && !unhealthy.statuses.includes(reading.status)) return;
  counts.successes = 0;
  counts[kind] += 1;
  if (unhealthy[kind] > 0 && counts[kind] >= unhealthy[kind]) health.healthy = false;
}

/** On a connection of its own, as Kong does. */
async function probe(peer: Peer, checks: Checks, reach: Reach): Promise<Reading> {
  const place = reach(peer.host, peer.port);
  if (!place) return 'tcp';
  const headers = { ...checks.headers, host: peer.name, connection: 'close' };
  return new Promise((resolve) => {
    const asked = request({ ...place, path: checks.path, headers, agent: false });
    const limit = setTimeout(() => {
      resolve('timeouts');
      asked.destroy();
    }, checks.timeout * 1000).unref();
    const end = (reading: Reading) => {
      clearTimeout(limit);
      resolve(reading);
    };
    asked.on('error', () => end('tcp'));
    asked.on('response', (response) => {
      end({ status: response.statusCode ?? 0 });
      response.resume();
    });
    asked.end();
  });
}
