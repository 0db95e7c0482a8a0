import { Agent } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { ask, type Door, type Script } from './door.ts';

/** More than a quiet machine needs for the rate: on a busy one, requests take longer. */
const CONNECTIONS = 20;
/** Requests a second of all connections together. */
const RATE = 130;
/** Connections whose creates are sent slowly, so that there are always some under way: not counted among the times. */
const SLOW = 4;
const SLOW_MS = 300;
/** One read in so many is of a list as long as there is. */
const LONG_LISTS = 8;
const description = 'But, soft! what light through yonder window breaks? It is the east, and Juliet is the sun.';

export type Phase = 'at rest' | 'while releases change';

/** What a create was answered with. */
export interface Acknowledged extends Script {
  sequenceNumber: number;
}

export interface Outcome {
  sent: number;
  /** Requests a second. */
  rate: number;
  acknowledged: readonly Acknowledged[];
  /** How often something went wrong, by method and status or error. */
  failures: Readonly<Record<string, number>>;
  /** Milliseconds of the requests that succeeded and were sent at once. */
  latencies: Readonly<Record<Phase, readonly number[]>>;
}

export interface Load {
  phase: Phase;
  sent(): number;
  failed(): number;
  end(): Promise<Outcome>;
}

/** Creates scripts titled `{name} 1`, `{name} 2`, ... and reads as often, over connections that are kept, until it is ended. */
export function putLoad(door: Door, name: string): Load {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const failures: Record<string, number> = {};
  const acknowledged: Acknowledged[] = [];
  const latencies: Record<Phase, number[]> = { 'at rest': [], 'while releases change': [] };
  const began = performance.now();
  let [sent, ended] = [0, false];

  async function once(method: 'POST' | 'GET', isSlow: boolean, work: () => Promise<void>): Promise<void> {
    const { phase } = load;
    const started = performance.now();
    sent += 1;
    try {
      await work();
      if (!isSlow) latencies[phase].push(performance.now() - started);
    } catch (error) {
      const kind = `${method} ${(error as Error).message}`;
      failures[kind] = (failures[kind] ?? 0) + 1;
    }
  }

  async function create(title: string, isSlow: boolean): Promise<void> {
    const body = { json: { title, description }, ...(isSlow ? { forMs: SLOW_MS } : {}) };
    const answer = await ask<Omit<Acknowledged, 'title'>>(door, agent, '/scripts', body);
    acknowledged.push({ ...answer, title });
  }

  async function read(nth: number): Promise<void> {
    const limit = nth % LONG_LISTS === 0 ? 1000 : 1;
    await ask(door, agent, `/scripts?limit=${limit}`);
  }

  async function client(number: number): Promise<void> {
    const pauseMs = (1000 * CONNECTIONS) / RATE;
    let due = performance.now() + (pauseMs * number) / CONNECTIONS;
    for (let nth = number; !ended; nth++) {
      await delay(Math.max(0, due - performance.now()));
      const title = `${name} ${sent + 1}`;
      const isSlow = number < SLOW && nth % 2 === 0;
      await (nth % 2 === 0
        ? once('POST', isSlow, () => create(title, isSlow))
        : once('GET', false, () => read((nth - 1) / 2)));
      // What was late is made up for, but not in a flood.
      due = Math.max(due + pauseMs, performance.now() - 5 * pauseMs);
    }
  }

  const clients = Array.from({ length: CONNECTIONS }, (_, number) => client(number));
  const load: Load = {
    phase: 'at rest',
    sent: () => sent,
    failed: () => Object.values(failures).reduce((total, one) => total + one, 0),
    async end() {
      ended = true;
      await Promise.all(clients);
      agent.destroy();
      return { sent, rate: sent / ((performance.now() - began) / 1000), acknowledged, failures, latencies };
    },
  };
  return load;
}
