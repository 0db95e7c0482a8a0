import { checkCidr, checkHeaderName, checkPath, checkRegex, checkUrl } from './checks.ts';
import { boolean, integer, isSet, number, string, strings } from './fields.ts';
import type { Entity, Field, Fields } from './schema.ts';

/** Plugins by name: their configuration, as kong/plugins/NAME/schema.lua of 3.9.3 has it. */
export interface Plugin {
  config: Fields;
  /** Checks of the configuration, given as part of the whole plugin. */
  checks?: readonly ((config: Entity) => string | undefined)[];
}

const PERIODS = ['second', 'minute', 'hour', 'day', 'month', 'year'] as const;
const METHODS = ['GET', 'HEAD', 'PUT', 'PATCH', 'POST', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT'];
const JSON_TYPES = ['application/json', 'application/json; charset=utf-8'];
const quoted = (names: readonly string[]) => names.map((name) => `'config.${name}'`).join(', ');

function atLeastOne(...names: string[]) {
  const text = `at least one of these fields must be non-empty: ${quoted(names)}`;
  return (config: Entity) => (names.some((name) => isSet(config[name])) ? undefined : text);
}

function onlyOne(...names: string[]) {
  const text = `exactly one of these fields must be non-empty: ${quoted(names)}`;
  return (config: Entity) => (names.filter((name) => isSet(config[name])).length === 1 ? undefined : text);
}

function needs(name: string, value: string, other: string) {
  const text = `failed conditional validation given value of field 'config.${name}'`;
  const inside = (config: Entity) =>
    other.split('.').reduce<unknown>((at, key) => (at as Entity | undefined)?.[key], config);
  return (config: Entity) => (config[name] === value && !isSet(inside(config)) ? text : undefined);
}

/** A longer period may not have the lower limit. */
function periodsInOrder(config: Entity): string | undefined {
  const limits = PERIODS.map((period) => [period, config[period]] as const);
  for (const [at, [lower, low]] of limits.entries()) {
    for (const [upper, high] of limits.slice(at + 1)) {
      if (typeof low === 'number' && typeof high === 'number' && high < low) {
        return `The limit for ${upper}(${high.toFixed(1)}) cannot be lower than the limit for ${lower}(${low.toFixed(1)})`;
      }
    }
  }
  return undefined;
}

const redis: Field = {
  type: 'record',
  fields: {
    ...{ host: string(), port: integer({ between: [0, 65_535] }), timeout: integer({ between: [0, 2 ** 31 - 2] }) },
    ...{ username: string(), password: string({ lenMin: 0 }), database: integer(), ssl: boolean() },
    ...{ ssl_verify: boolean(), server_name: string() },
  },
};

const queue: Field = {
  type: 'record',
  fields: {
    ...{ max_batch_size: integer({ between: [1, 1_000_000] }), max_coalescing_delay: number({ between: [0, 3600] }) },
    ...{ max_entries: integer({ between: [1, 1_000_000] }), max_bytes: integer(), max_retry_time: number() },
    ...{ initial_retry_delay: number({ between: [0.001, 1_000_000] }), concurrency_limit: integer({ oneOf: [-1, 1] }) },
    max_retry_delay: number({ between: [0.001, 1_000_000] }),
  },
};

export const plugins: Readonly<Record<string, Plugin>> = {
  'key-auth': {
    config: {
      key_names: strings({ check: checkHeaderName }),
      ...{ hide_credentials: boolean(), key_in_header: boolean(), key_in_query: boolean(), key_in_body: boolean() },
      ...{ run_on_preflight: boolean(), anonymous: string(), realm: string() },
    },
  },
  acl: {
    config: {
      ...{ allow: strings(), deny: strings() },
      ...{ hide_groups_header: boolean(), always_use_authenticated_groups: boolean() },
    },
    checks: [onlyOne('allow', 'deny'), atLeastOne('allow', 'deny')],
  },
  'rate-limiting': {
    config: {
      ...Object.fromEntries(PERIODS.map((period) => [period, number({ gt: 0 })])),
      limit_by: string({ oneOf: ['consumer', 'credential', 'ip', 'service', 'header', 'path'] }),
      policy: string({ oneOf: ['local', 'redis'] }),
      ...{ header_name: string({ check: checkHeaderName }), path: string({ check: checkPath }) },
      ...{ fault_tolerant: boolean(), hide_client_headers: boolean(), redis },
      ...{ error_code: number({ gt: 0 }), error_message: string(), sync_rate: number() },
    },
    checks: [
      atLeastOne(...PERIODS),
      periodsInOrder,
      needs('policy', 'redis', 'redis.host'),
      needs('limit_by', 'header', 'header_name'),
      needs('limit_by', 'path', 'path'),
    ],
  },
  cors: {
    config: {
      ...{ origins: strings({ check: checkRegex }), headers: strings(), exposed_headers: strings() },
      ...{ methods: strings({ oneOf: METHODS }), max_age: number(), credentials: boolean() },
      ...{ private_network: boolean(), preflight_continue: boolean() },
    },
  },
  prometheus: {
    config: {
      ...{ per_consumer: boolean(), status_code_metrics: boolean(), ai_metrics: boolean(), latency_metrics: boolean() },
      ...{ bandwidth_metrics: boolean(), upstream_health_metrics: boolean() },
    },
  },
  'correlation-id': {
    config: {
      generator: string({ oneOf: ['uuid', 'uuid#counter', 'tracker'] }),
      ...{ header_name: string(), echo_downstream: boolean() },
    },
  },
  'request-size-limiting': {
    config: {
      ...{ allowed_payload_size: integer(), require_content_length: boolean() },
      size_unit: string({ oneOf: ['megabytes', 'kilobytes', 'bytes'] }),
    },
  },
  'ip-restriction': {
    config: {
      ...{ allow: strings({ check: checkCidr }), deny: strings({ check: checkCidr }) },
      ...{ status: number(), message: string() },
    },
    checks: [atLeastOne('allow', 'deny')],
  },
  'http-log': {
    config: {
      http_endpoint: string({ required: true, check: checkUrl }),
      ...{ method: string({ oneOf: ['POST', 'PUT', 'PATCH'] }), content_type: string({ oneOf: JSON_TYPES }) },
      ...{ timeout: number(), keepalive: number(), retry_count: integer(), queue_size: integer(), queue },
      flush_timeout: number(),
      headers: { type: 'map', keys: string({ check: checkHeaderName }), values: string() },
      custom_fields_by_lua: { type: 'map', keys: string(), values: string() },
    },
  },
};

/** Others that Kong 3.9.3 brings: their configuration is taken as it is. */
export const otherPlugins: readonly string[] = (
  'acme ai-prompt-decorator ai-prompt-guard ai-prompt-template ai-proxy ai-request-transformer ai-response-transformer ' +
  'aws-lambda azure-functions basic-auth bot-detection datadog file-log grpc-gateway grpc-web hmac-auth jwt ldap-auth ' +
  'loggly oauth2 opentelemetry post-function pre-function proxy-cache redirect request-termination ' +
  'request-transformer response-ratelimiting response-transformer session standard-webhooks statsd syslog tcp-log ' +
  'udp-log zipkin'
).split(' ');

/** For those of `otherPlugins`. */
export const anything: Field = { type: 'map' };
