import type { Entity, KongExtensions } from '../../../schemas/kong-extensions.ts';
import type { Limits, StackApp, StackManifest } from '../../../schemas/manifest.ts';

/** Plugins that hold for every route, sorted by name. */
export function commonPlugins({ gateway }: StackManifest): Entity[] {
  const { allow_ips: allow, cors_origins: origins, http_log: address, limits } = gateway;
  return [
    { name: 'correlation-id', config: { header_name: 'X-Request-ID', generator: 'uuid', echo_downstream: true } },
    ...(origins.length > 0 ? [cors(origins)] : []),
    ...(address === undefined ? [] : [httpLog(address)]),
    ...(allow === undefined ? [] : [ipRestriction(allow)]),
    keyAuth,
    { name: 'prometheus', config: { status_code_metrics: true, upstream_health_metrics: true } },
    rateLimiting(limits),
    { name: 'request-size-limiting', config: { allowed_payload_size: 1, size_unit: 'megabytes' } },
  ];
}

/** Plugins of one app's service: what its contract has at its root, and before that what its manifest asks for. */
export function servicePlugins({ spec, limits, allow_ips: allow }: StackApp): Entity[] {
  const own = [
    ...(allow === undefined ? [] : [ipRestriction(allow)]),
    ...(limits === undefined ? [] : [rateLimiting(limits)]),
  ];
  const names = own.map(({ name }) => name);
  return [...own, ...pluginsOf(spec).filter(({ name }) => !names.includes(name))];
}

/** Counted by this Kong itself, for each consumer; a period that is not named has no limit. */
export function rateLimiting(limits: Limits): Entity {
  return { name: 'rate-limiting', config: { ...limits, limit_by: 'consumer', policy: 'local' } };
}

/** Nobody asks with a key in the address, which would be logged. A browser's preflight has none. */
const keyAuth: Entity = {
  name: 'key-auth',
  config: {
    key_names: ['X-API-KEY'],
    key_in_query: false,
    key_in_body: false,
    hide_credentials: true,
    run_on_preflight: false,
  },
};

function ipRestriction(allow: readonly string[]): Entity {
  return { name: 'ip-restriction', config: { allow } };
}

/** What is not named here is allowed as the browser asks: headers to send, methods. All headers of an answer may be read. */
function cors(origins: readonly string[]): Entity {
  return { name: 'cors', config: { origins, exposed_headers: ['*'], max_age: 3600 } };
}

/** Without keys, also where none of ours was taken off because no route matched. */
function httpLog(address: string): Entity {
  const config = { http_endpoint: address, custom_fields_by_lua: { 'request.headers.x-api-key': 'return nil' } };
  return { name: 'http-log', config };
}

/** Of some places in a contract, the later before the earlier, as whole plugins sorted by name. */
export function pluginsOf(...places: readonly KongExtensions[]): Entity[] {
  return Object.entries<unknown>(Object.assign({}, ...places))
    .filter(([field]) => field.startsWith(PLUGIN))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([field, plugin]) => {
      const { service: _, route: __, ...rest } = plugin as Record<string, unknown>;
      return { ...rest, name: field.slice(PLUGIN.length) };
    });
}

const PLUGIN = 'x-kong-plugin-';
