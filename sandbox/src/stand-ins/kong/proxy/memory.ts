/** What outlives a configuration: it is gone when Kong is started anew. */
export interface Memory {
  /** Of limits, by what is limited and the period's name and start; numbers are requests. */
  counters: Map<string, { used: number; until: number }>;
}

export function createMemory(): Memory {
  return { counters: new Map() };
}
