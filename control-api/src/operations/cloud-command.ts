import type { Clock } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import type { Sent } from '../services/lightsail/power.ts';
import type { CloudStep } from './cloud-steps.ts';
import type { Context } from './operation.ts';

interface Command {
  name: string;
  action: Record<string, unknown>;
  send(): Promise<Sent>;
  /** Undefined once what was asked for is so, or on its way; else what is seen instead. */
  look(): Promise<string | undefined>;
  /** How often it may be sent while no answer comes and it is not so; once for what must not be done twice. */
  tries?: number;
}

/** Milliseconds before each look for the effect of a command whose answer was lost. */
const looksMs = [0, 500, 1500, 3000];

/**
 * A change by a command of which AWS says no more than that it took it: what is refused, or not answered, is judged by what
 * is there then. So a lost answer does no harm, and what another did first counts as unchanged.
 */
export function commandStep(
  { name, action, send, look, tries = 3 }: Command,
  { signal }: Context,
  { clock }: { clock: Clock },
): CloudStep {
  async function lookAgain(waits: readonly number[]): Promise<string | undefined> {
    let seen: string | undefined;
    for (const waitMs of waits) {
      if (waitMs > 0) await clock.sleep(waitMs, signal);
      seen = await look();
      if (seen === undefined) return undefined;
    }
    return seen;
  }

  async function run() {
    for (let attempt = 1; ; attempt++) {
      const sent = await send();
      if (sent.outcome === 'taken') return {};
      const refused = sent.outcome === 'refused';
      const seen = await lookAgain(refused ? [0] : looksMs);
      // After a lost answer a refusal may come from our own first try.
      if (seen === undefined) return { unchanged: refused && attempt === 1 };
      if (refused || attempt >= tries) throw withSight(sent.error, seen);
    }
  }

  return { name, effect: 'change', action, run };
}

function withSight({ code, message, hint, details }: AppError, seen: string): AppError {
  return new AppError(code, `${message}; ${seen}`, { hint, ...(details ? { details } : {}) });
}
