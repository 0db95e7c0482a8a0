import type { Exchange } from '../exchange.ts';
import { only, type Plugin } from './plugin.ts';

interface Config {
  per_consumer?: boolean;
  status_code_metrics?: boolean;
  latency_metrics?: boolean;
  bandwidth_metrics?: boolean;
}

/** kong/plugins/prometheus/exporter.lua. The health of targets is told by all, whatever `upstream_health_metrics` says. */
export const prometheus: Plugin = {
  priority: 13,
  unserved: (config) => only(config, { ai_metrics: [false] }),
  create(config: Config, { memory: { metrics } }) {
    return {
      log(exchange) {
        const { route, response, upstreamMs, startedAt, bytes } = exchange;
        if (!route) return;
        const labels = { service: route.service?.name ?? '', route: route.name, workspace: 'default' };
        const consumer = config.per_consumer ? (exchange.consumer?.username ?? '') : '';
        if (config.bandwidth_metrics) {
          metrics.add('bandwidth_bytes', { ...labels, direction: 'ingress', consumer }, bytes.in);
          metrics.add('bandwidth_bytes', { ...labels, direction: 'egress', consumer }, bytes.out);
        }
        if (config.status_code_metrics) {
          const source = upstreamMs === undefined ? 'kong' : 'service';
          metrics.add('http_requests_total', { ...labels, code: response.statusCode, source, consumer }, 1);
        }
        if (!config.latency_metrics) return;
        const all = Date.now() - startedAt;
        metrics.observe('request_latency_ms', labels, all);
        if (upstreamMs !== undefined) metrics.observe('upstream_latency_ms', labels, upstreamMs);
        metrics.observe('kong_latency_ms', labels, kongMs(exchange));
      },
    };
  },
};

/** What Kong itself took, as it told the client. */
function kongMs({ response }: Exchange): number {
  return Number(response.getHeader('X-Kong-Proxy-Latency') ?? response.getHeader('X-Kong-Response-Latency') ?? 0);
}
