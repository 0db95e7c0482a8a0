import { checkHeaderName, checkPath, checkSni, checkTarget, checkUpstreamName } from './checks.ts';
import { boolean, common, foreign, integer, list, number, record, string, strings } from './fields.ts';
import type { Field } from './schema.ts';

/** Upstreams and their targets: kong/db/schema/entities of 3.9.3, without the rules of hash_on. */

const statuses = list(integer({ between: [100, 999] }));
const byte = integer({ between: [0, 255] });
const seconds = number({ between: [0, 65_535] });
const healthy = { http_statuses: statuses, successes: byte };
const unhealthy = { http_statuses: statuses, tcp_failures: byte, timeouts: byte, http_failures: byte };
const probe = string({ oneOf: ['tcp', 'http', 'https', 'grpc', 'grpcs'] });

const healthchecks = record({
  threshold: number({ between: [0, 100] }),
  passive: record({ type: probe, healthy: record(healthy), unhealthy: record(unhealthy) }),
  active: record({
    ...{
      type: probe,
      timeout: seconds,
      concurrency: integer({ between: [1, 2 ** 31] }),
      https_sni: string({ check: checkSni }),
    },
    ...{ http_path: string({ check: checkPath }), https_verify_certificate: boolean() },
    headers: { type: 'map', keys: string({ check: checkHeaderName }), values: strings() },
    healthy: record({ ...healthy, interval: seconds }),
    unhealthy: record({ ...unhealthy, interval: seconds }),
  }),
});

const hashOn = string({ oneOf: ['none', 'consumer', 'ip', 'header', 'cookie', 'path', 'query_arg', 'uri_capture'] });

export const upstream: Field = {
  type: 'record',
  fields: {
    ...common,
    name: string({ required: true, check: checkUpstreamName }),
    algorithm: string({ oneOf: ['consistent-hashing', 'least-connections', 'round-robin', 'latency'] }),
    ...{ hash_on: hashOn, hash_fallback: hashOn, hash_on_header: string(), hash_fallback_header: string() },
    ...{ hash_on_cookie: string(), hash_on_cookie_path: string({ check: checkPath }), hash_on_query_arg: string() },
    ...{ hash_fallback_query_arg: string(), hash_on_uri_capture: string(), hash_fallback_uri_capture: string() },
    ...{ slots: integer({ between: [10, 65_536] }), healthchecks, host_header: string(), use_srv_name: boolean() },
    client_certificate: foreign,
  },
};

export const target: Field = {
  type: 'record',
  fields: {
    ...{ ...common, created_at: number(), updated_at: number(), upstream: foreign },
    ...{ target: string({ required: true, check: checkTarget }), weight: integer({ between: [0, 65_535] }) },
  },
};
