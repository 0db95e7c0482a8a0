type Labels = Readonly<Record<string, string | number>>;

/** Numbers for Prometheus, each named `kong_…` there. */
export interface Metrics {
  add(name: string, labels: Labels, by: number): void;
  observe(name: string, labels: Labels, ms: number): void;
  /** In Prometheus' format of text; `gauges` are added as they are now. */
  print(gauges: readonly Gauge[]): string;
}

export interface Gauge {
  name: string;
  help: string;
  values: readonly { labels: Labels; value: number }[];
}

/** Of kong/plugins/prometheus/exporter.lua. */
const KONG_BUCKETS = [1, 2, 5, 7, 10, 15, 20, 30, 50, 75, 100, 200, 500, 750, 1000, 3000, 6000];
const BUCKETS = [25, 50, 80, 100, 250, 400, 700, 1000, 2000, 5000, 10_000, 30_000, 60_000];
const HELP: Readonly<Record<string, string>> = {
  bandwidth_bytes: 'Total bandwidth (ingress/egress) throughput in bytes',
  http_requests_total: 'HTTP status codes per consumer/service/route in Kong',
  kong_latency_ms: 'Latency added by Kong and enabled plugins for each service/route in Kong',
  request_latency_ms: 'Total latency incurred during requests for each service/route in Kong',
  upstream_latency_ms: 'Latency added by upstream response for each service/route in Kong',
};

export function createMetrics(): Metrics {
  const counters = new Map<string, Map<string, number>>();
  const histograms = new Map<string, Map<string, { labels: Labels; counts: number[]; sum: number; count: number }>>();
  const inner = <Value>(map: Map<string, Map<string, Value>>, name: string) => {
    const found = map.get(name) ?? new Map<string, Value>();
    map.set(name, found);
    return found;
  };
  return {
    add(name, labels, by) {
      const values = inner(counters, name);
      const key = printLabels(labels);
      if (by > 0) values.set(key, (values.get(key) ?? 0) + by);
    },
    observe(name, labels, ms) {
      const values = inner(histograms, name);
      const key = printLabels(labels);
      const buckets = bucketsOf(name);
      const one = values.get(key) ?? { labels, counts: buckets.map(() => 0), sum: 0, count: 0 };
      values.set(key, one);
      for (const [at, limit] of buckets.entries()) if (ms <= limit) one.counts[at] = (one.counts[at] ?? 0) + 1;
      one.sum += ms;
      one.count += 1;
    },
    print(gauges) {
      const lines = gauges.flatMap(({ name, help, values }) => [
        ...head(name, help, 'gauge'),
        ...values.map(({ labels, value }) => `kong_${name}${printLabels(labels)} ${value}`),
      ]);
      for (const [name, values] of counters) {
        lines.push(...head(name, HELP[name] ?? '', 'counter'));
        for (const [labels, value] of values) lines.push(`kong_${name}${labels} ${value}`);
      }
      for (const [name, values] of histograms) {
        lines.push(...head(name, HELP[name] ?? '', 'histogram'));
        for (const { labels, counts, sum, count } of values.values()) {
          const bucket = (le: number | string, value: number) =>
            `kong_${name}_bucket${printLabels({ ...labels, le })} ${value}`;
          lines.push(...bucketsOf(name).map((limit, at) => bucket(limit, counts[at] ?? 0)), bucket('+Inf', count));
          lines.push(
            `kong_${name}_count${printLabels(labels)} ${count}`,
            `kong_${name}_sum${printLabels(labels)} ${sum}`,
          );
        }
      }
      return `${lines.join('\n')}\n`;
    },
  };
}

const bucketsOf = (name: string) => (name === 'kong_latency_ms' ? KONG_BUCKETS : BUCKETS);
const head = (name: string, help: string, type: string) => [
  `# HELP kong_${name} ${help}`,
  `# TYPE kong_${name} ${type}`,
];

function printLabels(labels: Labels): string {
  const entries = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(String(value))}`);
  return entries.length === 0 ? '' : `{${entries.join(',')}}`;
}
