/** The single metrics of which prom-client's `collectDefaultMetrics` is made; its own types leave them out. */
declare module 'prom-client/lib/metrics/*.js' {
  import type { Registry } from 'prom-client';

  /** @param options `eventLoopMonitoringPrecision`: milliseconds */
  const collect: (registry: Registry, options: { eventLoopMonitoringPrecision: number }) => void;
  export default collect;
}
