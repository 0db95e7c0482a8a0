import { sha256 } from '../lib/canonical.ts';

const FOLDER = '/etc/opensearch';

export const PATHS = {
  folder: FOLDER,
  settings: `${FOLDER}/opensearch.yml`,
  heap: `${FOLDER}/jvm.options.d/fountain.options`,
  certificate: `${FOLDER}/fountain.pem`,
  users: `${FOLDER}/opensearch-security/internal_users.yml`,
  dropIn: '/etc/systemd/system/opensearch.service.d/fountain.conf',
  applied: '/var/lib/fountain/opensearch.applied',
  source: '/etc/apt/sources.list.d/opensearch.sources',
  key: '/etc/apt/keyrings/opensearch.asc',
  plugins: '/usr/share/opensearch/plugins',
  sysctl: '/etc/sysctl.d/60-opensearch.conf',
} as const;

export const CLUSTER = 'fountain';
export const PORT = 9200;

/** 75 s, the package's, are too few for a small host whose processor is throttled. */
export const DROP_IN_TEXT = `[Service]
TimeoutStartSec=600
Restart=on-failure
RestartSec=30
`;

/** Files that OpenSearch reads when it starts. */
export interface OpensearchSettings {
  settings: string;
  heap: string;
}

/**
 * One node that takes requests on loopback and on its private address, and talks to no other: the transport stays on
 * loopback. `salt`: 16 characters, with TLS only; the security plugin refuses to start with its default.
 */
export function makeSettings(heapMb: number, privateIp: string | undefined, salt: string | undefined) {
  const addresses = ['127.0.0.1', ...(privateIp === undefined ? [] : [privateIp])];
  const lines = [
    `cluster.name: ${CLUSTER}`,
    'node.name: fountain-1',
    'path.data: /var/lib/opensearch',
    'path.logs: /var/log/opensearch',
    'discovery.type: single-node',
    `http.host: ${JSON.stringify(addresses)}`,
    `http.port: ${PORT}`,
    'transport.host: 127.0.0.1',
    ...(salt === undefined ? WITHOUT_SECURITY : withSecurity(salt)),
  ];
  return { settings: `${lines.join('\n')}\n`, heap: `-Xms${heapMb}m\n-Xmx${heapMb}m\n` };
}

// The last line, where the package's script puts it anew at each upgrade.
const WITHOUT_SECURITY = ['plugins.security.disabled: true'];

function withSecurity(salt: string): string[] {
  const files = (layer: string, trusted: string) => [
    `plugins.security.ssl.${layer}.pemcert_filepath: fountain.pem`,
    `plugins.security.ssl.${layer}.pemkey_filepath: fountain-key.pem`,
    `plugins.security.ssl.${layer}.pemtrustedcas_filepath: ${trusted}`,
  ];
  return [
    ...files('transport', 'fountain.pem'),
    'plugins.security.ssl.http.enabled: true',
    ...files('http', 'fountain-admin.pem'),
    'plugins.security.allow_default_init_securityindex: true',
    'plugins.security.authcz.admin_dn: ["CN=fountain-admin"]',
    `plugins.security.compliance.salt: ${salt}`,
  ];
}

/** Names all that OpenSearch reads when it starts. */
export function startId(version: string, { settings, heap }: OpensearchSettings, removed: readonly string[]): string {
  return sha256(JSON.stringify([version, settings, heap, DROP_IN_TEXT, removed]));
}
