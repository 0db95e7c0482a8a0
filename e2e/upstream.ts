import { Agent, request } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import timing from '../deploy-manifests/timing.json' with { type: 'json' };

export interface Upstream {
  /** POST where there is a body, else GET. Rejects when no target could be asked, or when one that was asked did not answer. */
  ask(path: string, body?: object): Promise<{ status: number; text: string; target: string }>;
  close(): Promise<void>;
}

interface Options {
  /** Base URLs of blue and green. */
  targets: readonly string[];
  /** Milliseconds between two looks at a target. */
  intervalMs: number;
}

/**
 * Does with two targets what the gateway does: asks each whether it is /ready, sends requests by turns to those that are,
 * over connections that are kept, and to another one only where a connection was refused.
 */
export function openUpstream({ targets, intervalMs }: Options): Upstream {
  const agent = new Agent({ keepAlive: true });
  const ready = new Set<string>();
  let closed = false;
  let turn = 0;

  async function look(target: string): Promise<void> {
    for (let timeouts = 0; !closed; await delay(intervalMs)) {
      const seen = await readyOf(target);
      timeouts = seen === 'timeout' ? timeouts + 1 : 0;
      if (seen === 'ready') ready.add(target);
      // A slow one is left in for a while, as by the gateway: slow answers are better than none.
      else if (seen === 'not ready' || timeouts >= timing.probe_timeouts) ready.delete(target);
    }
  }

  function send(target: string, path: string, body?: object) {
    return new Promise<{ status: number; text: string; target: string }>((resolve, reject) => {
      const way = body ? { method: 'POST', headers: { 'content-type': 'application/json' } } : {};
      const asked = request(`${target}${path}`, { ...way, agent, timeout: 10_000 });
      asked.on('error', reject).on('timeout', () => asked.destroy(new Error('no answer in 10 s')));
      asked.on('response', (response) => {
        textOf(response).then((text) => resolve({ status: response.statusCode ?? 0, text, target }), reject);
      });
      asked.end(body && JSON.stringify(body));
    });
  }

  const looking = targets.map(look);
  return {
    async ask(path, body) {
      const order = [...ready].sort();
      turn += 1;
      for (const target of [...order.slice(turn % order.length), ...order.slice(0, turn % order.length)]) {
        try {
          return await send(target, path, body);
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'ECONNREFUSED') throw error;
        }
      }
      throw new Error('no target is ready');
    },
    async close() {
      closed = true;
      await Promise.all(looking);
      agent.destroy();
    },
  };
}

async function readyOf(target: string): Promise<'ready' | 'not ready' | 'timeout'> {
  try {
    const response = await fetch(`${target}/ready`, { signal: AbortSignal.timeout(timing.probe_timeout_s * 1000) });
    await response.body?.cancel();
    return response.ok ? 'ready' : 'not ready';
  } catch (error) {
    return (error as Error).name === 'TimeoutError' ? 'timeout' : 'not ready';
  }
}

export interface Load {
  /** Ends it and tells what was sent, which target answered how many, and what failed. */
  end(): Promise<{ sent: number; answered: Record<string, number>; failures: string[] }>;
}

/**
 * Requests by four clients until it is ended, some 100 a second unless they pause for longer; `ask` sends one of a number
 * and says who answered.
 */
export function putLoad(ask: (number: number) => Promise<string>, pauseMs = 35): Load {
  const failures: string[] = [];
  const answered: Record<string, number> = {};
  let sent = 0;
  let ended = false;
  const clients = Array.from({ length: 4 }, async () => {
    while (!ended) {
      sent += 1;
      await ask(sent).then(
        (who) => {
          answered[who] = (answered[who] ?? 0) + 1;
        },
        (error) => failures.push(String(error)),
      );
      await delay(pauseMs);
    }
  });
  return {
    async end() {
      ended = true;
      await Promise.all(clients);
      return { sent, answered, failures };
    },
  };
}
