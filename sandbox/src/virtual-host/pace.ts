import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises';

/** How long things take. With `scale` 0 every wait is one turn of the event loop, and nobody waits in a test. */
export interface Pace {
  scale: number;
  /** What cloud-init takes on the first boot, in unscaled milliseconds. */
  firstBootMs: number;
  /** Real milliseconds for which the runner waits for the host's lock. */
  lockWaitMs: number;
}

export interface Timer {
  /** Milliseconds by the host's own clock, which also counts what a scale below 1 has skipped. */
  now(): number;
  /** Rejects when the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** A clock for one exec; `skipped` is told of the time that did not really pass. */
export function createTimer(scale: number, skipped: (ms: number) => void): Timer {
  let ahead = 0;
  return {
    now: () => Date.now() + ahead,
    async sleep(ms, signal) {
      const options = signal ? { signal } : {};
      if (ms * scale < 1) await turn(undefined, options);
      else await delay(ms * scale, undefined, options);
      ahead += ms * (1 - scale);
      skipped(ms * (1 - scale));
    },
  };
}

/** Something that lasts for a time, of which a part may be skipped. */
export function createCountdown() {
  let until = 0;
  return {
    start: (ms: number) => {
      until = Date.now() + ms;
    },
    left: () => Math.max(0, until - Date.now()),
    skip: (ms: number) => {
      until -= ms;
    },
  };
}
