import { nearest } from './nearest.ts';

/**
 * Plugins that Kong on a host loads, each with the options that it has, as kong/plugins/NAME/schema.lua of 3.9.3 has them but for
 * deprecated ones. Each plugin left out saves the memory of its Lua modules.
 */
export const kongPlugins: Readonly<Record<string, readonly string[]>> = {
  'key-auth': words(
    'key_names hide_credentials key_in_header key_in_query key_in_body run_on_preflight anonymous realm',
  ),
  acl: words('allow deny hide_groups_header always_use_authenticated_groups'),
  'rate-limiting': [
    ...words('second minute hour day month year limit_by policy header_name path fault_tolerant'),
    ...words('hide_client_headers redis error_code error_message sync_rate'),
  ],
  cors: words('origins headers exposed_headers methods max_age credentials private_network preflight_continue'),
  prometheus: [
    ...words('per_consumer status_code_metrics ai_metrics latency_metrics bandwidth_metrics'),
    ...words('upstream_health_metrics'),
  ],
  'correlation-id': words('generator header_name echo_downstream'),
  'request-size-limiting': words('allowed_payload_size require_content_length size_unit'),
  'ip-restriction': words('allow deny status message'),
  'http-log': [
    ...words('http_endpoint method content_type timeout keepalive retry_count queue_size queue flush_timeout'),
    ...words('headers custom_fields_by_lua'),
  ],
};

/** Of every plugin; which service or route it belongs to is told by where it stands. */
const FIELDS = words('config enabled protocols tags instance_name id name service route consumer');

/** What is wrong with the names in a plugin: its own, of its fields and of its options. Their values are checked by Kong. */
export function pluginProblems(
  name: string,
  plugin: Readonly<Record<string, unknown>>,
): { path: string[]; message: string }[] {
  const options = Object.hasOwn(kongPlugins, name) ? kongPlugins[name] : undefined;
  if (!options) return [{ path: [], message: noneOf(name, 'plugin that Kong loads', Object.keys(kongPlugins)) }];
  const { config } = plugin;
  const unknown = (place: object, known: readonly string[]) =>
    Object.keys(place).filter((field) => !known.includes(field));
  const fields = unknown(plugin, FIELDS).map((field) => ({
    path: [field],
    message: noneOf(field, 'field of a plugin', FIELDS),
  }));
  if (typeof (config ?? {}) !== 'object' || Array.isArray(config)) {
    return [...fields, { path: ['config'], message: 'is no mapping' }];
  }
  const ofConfig = unknown(config ?? {}, options).map((field) => ({
    path: ['config', field],
    message: noneOf(field, `option of ${name}`, options),
  }));
  return [...fields, ...ofConfig];
}

function noneOf(name: string, what: string, known: readonly string[]): string {
  const near = nearest(name, known);
  return `is no ${what}: ${known.join(', ')}${near === undefined ? '' : `; did you mean ${near}?`}`;
}

function words(text: string): string[] {
  return text.split(' ');
}
