/** Numbers that are forgotten after a time. */
export interface Counters {
  used(key: string, now: number): number;
  add(key: string, until: number): void;
}

/** So many are kept before those whose time is over are looked for. */
const MANY = 1000;

export function createCounters(): Counters {
  const kept = new Map<string, { used: number; until: number }>();
  let many = MANY;

  function sweep(): void {
    const now = Date.now();
    for (const [key, { until }] of kept) if (until <= now) kept.delete(key);
    many = Math.max(MANY, kept.size * 2);
  }

  return {
    used(key, now) {
      const found = kept.get(key);
      return found && found.until > now ? found.used : 0;
    },
    add(key, until) {
      const found = kept.get(key);
      if (found) found.used += 1;
      else kept.set(key, { used: 1, until });
      if (kept.size > many) sweep();
    },
  };
}
