import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Histogram } from 'prom-client';

const requests = new Histogram({
  name: 'http_request_duration_seconds',
  help: 'Time from a request to the end of its answer',
  labelNames: ['route', 'method', 'status'],
  buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
});

collectDefaultMetrics();

/** Measures every request of a service; the figures are the process's, as is the registry. */
export function observe(app: FastifyInstance): void {
  app.addHook('onResponse', ({ routeOptions, method }, { statusCode, elapsedTime }, done) => {
    requests.observe({ route: routeOptions.url ?? 'none', method, status: statusCode }, elapsedTime / 1000);
    done();
  });
}
