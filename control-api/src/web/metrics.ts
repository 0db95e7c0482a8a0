import type { FastifyInstance } from 'fastify';
import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';

export interface Metrics {
  registry: Registry;
  /** Counts an operation that has ended. */
  countOperation(operation: string, status: 'succeeded' | 'failed' | 'interrupted'): void;
  /** Measures the requests of an app. */
  observe(app: FastifyInstance): void;
}

/** One registry per app, so that tests can build many in one process. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const operations = new Counter({
    name: 'operations_total',
    help: 'Operations that have ended, dry runs included',
    labelNames: ['operation', 'status'],
    registers: [registry],
  });
  const requests = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the first byte of a request to the last of its answer',
    labelNames: ['route', 'method', 'status'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 60, 300],
    registers: [registry],
  });
  return {
    registry,
    countOperation: (operation, status) => operations.inc({ operation, status }),
    observe(app) {
      app.addHook('onResponse', async ({ routeOptions, method }, { statusCode, elapsedTime }) => {
        requests.observe({ route: routeOptions.url ?? 'none', method, status: statusCode }, elapsedTime / 1000);
      });
    },
  };
}
