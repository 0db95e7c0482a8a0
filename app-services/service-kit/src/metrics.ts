import type { FastifyInstance } from 'fastify';
import { Histogram, register } from 'prom-client';
import eventLoopLag from 'prom-client/lib/metrics/eventLoopLag.js';
import heapSizeAndUsed from 'prom-client/lib/metrics/heapSizeAndUsed.js';
import osMemoryHeap from 'prom-client/lib/metrics/osMemoryHeap.js';
import processCpuTotal from 'prom-client/lib/metrics/processCpuTotal.js';
import processOpenFileDescriptors from 'prom-client/lib/metrics/processOpenFileDescriptors.js';
import processStartTime from 'prom-client/lib/metrics/processStartTime.js';
import version from 'prom-client/lib/metrics/version.js';

const requests = new Histogram({
  name: 'http_request_duration_seconds',
  help: 'Time from a request to the end of its answer',
  labelNames: ['route', 'method', 'status'],
  buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
});

// Not all of prom-client's defaults: watching each collection of garbage takes a twentieth of a request, with a heap as small as
// ours; and to measure the loop's lag each 10 ms would wake five idle services five hundred times a second.
const defaults = [
  eventLoopLag,
  heapSizeAndUsed,
  osMemoryHeap,
  processCpuTotal,
  processOpenFileDescriptors,
  processStartTime,
  version,
];
for (const collect of defaults) collect(register, { eventLoopMonitoringPrecision: 100 });

/** Measures every request of a service; the figures are the process's, as is the registry. */
export function observe(app: FastifyInstance): void {
  app.addHook('onResponse', ({ routeOptions, method }, { statusCode, elapsedTime }, done) => {
    requests.observe({ route: routeOptions.url ?? 'none', method, status: statusCode }, elapsedTime / 1000);
    done();
  });
}
