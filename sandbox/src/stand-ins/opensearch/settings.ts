/** Settings of opensearch.yml that the stand-in knows, by what their values may be. `*` stands for one part of a name. */

type Kind = 'text' | 'list' | 'boolean' | 'number' | 'port' | 'bytes' | 'time' | 'group';

const kinds: Record<Kind, string> = {
  text: `
    cluster.name node.name path.logs path.repo path.shared_data network.publish_host http.publish_host
    transport.publish_host http.type transport.type discovery.type plugins.security.compliance.salt
    plugins.security.config_index_name plugins.security.nodes_dn_dynamic_config_enabled
    http.cors.allow-origin http.cors.allow-methods http.cors.allow-headers
    script.allowed_types action.auto_create_index indices.memory.index_buffer_size indices.fielddata.cache.size
    cluster.routing.allocation.disk.watermark.low cluster.routing.allocation.disk.watermark.high
    cluster.routing.allocation.disk.watermark.flood_stage cluster.routing.allocation.enable
    plugins.security.ssl.transport.pemcert_filepath plugins.security.ssl.transport.pemkey_filepath
    plugins.security.ssl.transport.pemkey_password plugins.security.ssl.transport.pemtrustedcas_filepath
    plugins.security.ssl.transport.keystore_filepath plugins.security.ssl.transport.truststore_filepath
    plugins.security.ssl.http.pemcert_filepath plugins.security.ssl.http.pemkey_filepath
    plugins.security.ssl.http.pemkey_password plugins.security.ssl.http.pemtrustedcas_filepath
    plugins.security.ssl.http.keystore_filepath plugins.security.ssl.http.truststore_filepath
    plugins.security.ssl.http.clientauth_mode plugins.security.audit.type plugins.security.cert.oid
    indices.breaker.total.limit indices.queries.cache.size`,
  list: `
    path.data network.host network.bind_host http.host http.bind_host transport.host transport.bind_host node.roles
    discovery.seed_hosts discovery.seed_providers cluster.initial_cluster_manager_nodes cluster.initial_master_nodes
    plugins.security.authcz.admin_dn plugins.security.nodes_dn plugins.security.restapi.roles_enabled
    plugins.security.system_indices.indices plugins.security.ssl.http.enabled_protocols
    plugins.security.ssl.http.enabled_ciphers plugins.security.ssl.transport.enabled_protocols
    plugins.security.ssl.transport.enabled_ciphers reindex.remote.allowlist reindex.remote.whitelist repositories.url.allowed_urls`,
  boolean: `
    bootstrap.memory_lock http.cors.enabled http.cors.allow-credentials http.compression action.destructive_requires_name
    cluster.routing.allocation.disk.threshold_enabled cluster.routing.allocation.disk.watermark.enable_for_single_data_node
    indices.breaker.total.use_real_memory compatibility.override_main_response_version node.store.allow_mmap
    plugins.security.disabled plugins.security.ssl.http.enabled plugins.security.ssl.transport.enabled
    plugins.security.ssl.transport.enforce_hostname_verification plugins.security.ssl.transport.resolve_hostname
    plugins.security.allow_default_init_securityindex plugins.security.allow_unsafe_democertificates
    plugins.security.enable_snapshot_restore_privilege plugins.security.check_snapshot_restore_write_privileges
    plugins.security.ssl_only plugins.security.system_indices.enabled plugins.security.audit.config.log_request_body
    plugins.security.background_init_if_securityindex_not_exist search.allow_expensive_queries
    plugins.security.unsupported.restapi.allow_securityconfig_modification`,
  number: `
    cluster.max_shards_per_node node.max_local_storage_nodes indices.query.bool.max_clause_count
    plugins.security.cache.ttl_minutes gateway.expected_data_nodes gateway.recover_after_data_nodes
    thread_pool.*.size thread_pool.*.queue_size node.processors search.max_buckets`,
  port: 'http.port http.publish_port transport.port transport.publish_port transport.tcp.port',
  bytes: 'http.max_content_length http.max_header_size http.max_initial_line_length http.max_chunk_size',
  time: `
    gateway.recover_after_time http.read_timeout cluster.publish.timeout cluster.join.timeout discovery.find_peers_interval
    search.default_search_timeout transport.connect_timeout`,
  group:
    'node.attr.* logger.* plugins.security.audit.config.* cluster.remote.*.* s3.client.*.* knn.* plugins.ml_commons.*',
};

const known = Object.entries(kinds).flatMap(([kind, names]) =>
  names
    .trim()
    .split(/\s+/)
    .map((name) => ({ name, kind: kind as Kind, pattern: patternOf(name, kind as Kind) })),
);

function patternOf(name: string, kind: Kind): RegExp {
  const parts = name.split('.').map((part) => (part === '*' ? '[^.]+' : part.replaceAll('-', '[-]')));
  return new RegExp(`^${parts.join('\\.')}${kind === 'group' ? '(\\..*)?' : '(\\.\\d+)?'}$`);
}

/** Gives the node's complaint about one setting, undefined for a good one. */
export function checkSetting(name: string, value: unknown): string | undefined {
  const found = known.find(({ pattern }) => pattern.test(name));
  if (!found) return unknownSetting(name);
  const text = String(value);
  if (Array.isArray(value) && found.kind !== 'list') {
    return `Failed to parse value for setting [${name}]: found list type value, expected a single one`;
  }
  return VALUES[found.kind]?.(name, text);
}

const VALUES: Partial<Record<Kind, (name: string, text: string) => string | undefined>> = {
  boolean: (name, text) =>
    /^(true|false)$/.test(text) ? undefined : `Failed to parse value [${text}] for setting [${name}]`,
  number: (name, text) => (/^-?\d+$/.test(text) ? undefined : `Failed to parse value [${text}] for setting [${name}]`),
  port: (name, text) => {
    if (!/^\d+(-\d+)?$/.test(text)) return `Failed to parse value [${text}] for setting [${name}]`;
    return text.split('-').every((port) => Number(port) <= 65_535) ? undefined : `port out of range:${text}`;
  },
  bytes: (name, text) =>
    /^\d+(b|kb|mb|gb|tb|pb)$/i.test(text)
      ? undefined
      : `failed to parse setting [${name}] with value [${text}] as a size in bytes: unit is missing or unrecognized`,
  time: (name, text) =>
    /^(-1|0|\d+(nanos|micros|ms|s|m|h|d))$/.test(text)
      ? undefined
      : `failed to parse setting [${name}] with value [${text}] as a time value: unit is missing or unrecognized`,
};

function unknownSetting(name: string): string {
  const near = known.map((one) => one.name).filter((one) => distance(one, name) <= Math.max(1, name.length * 0.2));
  if (near.length === 1) return `unknown setting [${name}] did you mean [${near[0]}]?`;
  if (near.length > 1) return `unknown setting [${name}] did you mean any of [${near.join(', ')}]?`;
  return `unknown setting [${name}] please check that any required plugins are installed, or check the breaking changes documentation for removed settings`;
}

/** Levenshtein's. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, change));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
