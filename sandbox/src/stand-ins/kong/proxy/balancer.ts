import type { Upstream } from './configuration.ts';

/** A target while it is in use. */
export interface Peer {
  /** As the configuration names it, host and port. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  health: Health;
}

/** What lua-resty-healthcheck counts; a success ends all failures in a row, and the other way round. */
export interface Health {
  healthy: boolean;
  counts: { successes: number; http: number; tcp: number; timeouts: number };
}

export interface Balancer {
  readonly peers: readonly Peer[];
  readonly hostHeader: string | undefined;
  /** Whether anybody looks after their health. */
  readonly watched: boolean;
  /** The next healthy one, one that this request has not tried if there is such a one. */
  next(tried: readonly string[]): Peer | undefined;
}

const freshHealth = (): Health => ({ healthy: true, counts: { successes: 0, http: 0, tcp: 0, timeouts: 0 } });

/** Round robin by weight; `before` is that of the configuration before, whose targets keep their health. */
export function createBalancer({ targets, hostHeader, checks }: Upstream, before: Balancer | undefined): Balancer {
  const used = targets.filter(({ weight }) => weight > 0);
  const peers = used.map(({ host, port }): Peer => {
    const name = `${host}:${port}`;
    return { name, host, port, health: before?.peers.find((one) => one.name === name)?.health ?? freshHealth() };
  });
  const wheel = wheelOf(
    peers,
    used.map(({ weight }) => weight),
  );
  let at = 0;
  const find = (fits: (peer: Peer) => boolean) => {
    for (let step = 0; step < wheel.length; step++) {
      at = (at + 1) % wheel.length;
      const peer = wheel[at];
      if (peer?.health.healthy && fits(peer)) return peer;
    }
    return undefined;
  };
  return {
    peers,
    hostHeader,
    watched: checks.healthy.interval > 0 || checks.unhealthy.interval > 0,
    next: (tried) => find(({ name }) => !tried.includes(name)) ?? (tried.length > 0 ? find(() => true) : undefined),
  };
}

/** Each as often as its weight says, those of the greatest common divisor once, in turn. */
function wheelOf(peers: readonly Peer[], weights: readonly number[]): Peer[] {
  const divisor = weights.reduce((a, b) => gcd(a, b), 0) || 1;
  const rounds = Math.max(0, ...weights) / divisor;
  return Array.from({ length: rounds }, (_, round) =>
    peers.filter((_peer, index) => (weights[index] ?? 0) / divisor > round),
  ).flat();
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
