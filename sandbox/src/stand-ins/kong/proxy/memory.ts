import { type Counters, createCounters } from './counters.ts';
import { createLogQueue, type LogQueue } from './log-queue.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import type { Reach } from './reach.ts';

/** What outlives a configuration: it is gone when Kong is started anew. */
export interface Memory {
  /** Of limits. */
  counters: Counters;
  metrics: Metrics;
  /** What http-log has still to send. */
  logs: LogQueue;
}

export function createMemory(reach: Reach): Memory {
  return { counters: createCounters(), metrics: createMetrics(), logs: createLogQueue(reach) };
}
