import { isIP } from 'node:net';
import { posix } from 'node:path';
import { parseDocument } from 'yaml';
import { checkSetting } from './settings.ts';

/** opensearch.yml, its nested names joined by dots. */
export type Settings = Readonly<Record<string, unknown>>;

/** What a node finds on its disk beside opensearch.yml: texts of files, undefined where there is none. */
export type Read = (path: string) => string | undefined;

export const CONFIG_DIRECTORY = '/etc/opensearch';
const ANY = ['0.0.0.0', '_site_', '_global_', '_local_'];

/** Reads opensearch.yml; a text is the node's complaint. */
export function readSettings(yml: string): Settings | string {
  const document = parseDocument(yml, { uniqueKeys: true });
  const [error] = document.errors;
  if (error) {
    const { line = 1, col = 1 } = error.linePos?.[0] ?? {};
    const key = yml.split('\n')[line - 1]?.trim().split(':')[0];
    const twice = error.code === 'DUPLICATE_KEY' && `Duplicate field '${key}'`;
    return failedToLoad(twice || `in 'reader', line ${line}, column ${col}: ${error.message.split(' at line')[0]}`);
  }
  const value: unknown = document.toJS();
  if (value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) {
    return failedToLoad(
      `malformed, expected settings to start with 'object', instead was [${Array.isArray(value) ? 'START_ARRAY' : 'VALUE_STRING'}]`,
    );
  }
  return Object.fromEntries(flatten(value as Settings, ''));
}

function failedToLoad(why: string): string {
  return `Failed to load settings from [opensearch.yml]; nested: ${why}`;
}

function flatten(value: Settings, prefix: string): [string, unknown][] {
  return Object.entries(value).flatMap(([key, inside]): [string, unknown][] => {
    const name = `${prefix}${key}`;
    const isObject = typeof inside === 'object' && inside !== null && !Array.isArray(inside);
    return isObject ? flatten(inside as Settings, `${name}.`) : [[name, inside]];
  });
}

/**
 * Why a node does not start with this opensearch.yml, in its own words; undefined when it does. With `read`, the files that
 * it names must be there as well; `plugins` are the names of those installed, all where it is left out.
 */
export function checkConfiguration(yml: string, read?: Read, plugins?: readonly string[]): string | undefined {
  const settings = readSettings(yml);
  if (typeof settings === 'string') return settings;
  const secured = plugins === undefined || plugins.includes('opensearch-security');
  for (const [name, value] of Object.entries(settings)) {
    if (value === null) continue;
    if (!secured && name.startsWith('plugins.security.')) return withoutPlugin(name);
    const complaint = checkSetting(name, value);
    if (complaint) return complaint;
  }
  return checkDiscovery(settings) ?? checkAddresses(settings) ?? (secured ? checkSecurity(settings, read) : undefined);
}

function withoutPlugin(name: string): string {
  return `unknown setting [${name}] please check that any required plugins are installed, or check the breaking changes documentation for removed settings`;
}

const MANAGERS = ['cluster.initial_cluster_manager_nodes', 'cluster.initial_master_nodes'];

function checkDiscovery(settings: Settings): string | undefined {
  const type = settings['discovery.type'];
  if (type !== undefined && !['single-node', 'zen'].includes(String(type))) return `Unknown discovery type [${type}]`;
  const managers = MANAGERS.find((name) => listOf(settings[name]).length > 0);
  if (type === 'single-node' && managers) {
    return `setting [${managers}] is not allowed when [discovery.type] is set to [single-node]`;
  }
  const hosts = ['network.host', 'network.bind_host', 'transport.host', 'transport.bind_host'];
  const own = listOf(settings['transport.host'] ?? settings['network.host']);
  const outside = own.some((host) => host !== '_local_' && !/^127\.|^::1$|^localhost$/.test(host));
  const found = [...MANAGERS, 'discovery.seed_hosts', 'discovery.seed_providers'].some(
    (name) => settings[name] !== undefined,
  );
  if (!outside || found || type === 'single-node' || !hosts.some((name) => settings[name] !== undefined))
    return undefined;
  return (
    '[1] bootstrap checks failed\n[1]: the default discovery settings are unsuitable for production use; at least one of ' +
    '[discovery.seed_hosts, discovery.seed_providers, cluster.initial_cluster_manager_nodes / cluster.initial_master_nodes] must be configured'
  );
}

/** Of another machine, or no address at all. */
function checkAddresses(settings: Settings): string | undefined {
  const hosts = listOf(settings['http.host'] ?? settings['network.host']);
  const wrong = hosts.find((host) => !isIP(host) && !ANY.includes(host) && host !== 'localhost');
  return (
    wrong &&
    `BindHttpException[Failed to resolve host ${listText(hosts)}]; nested: UnknownHostException[${wrong}: Name or service not known]`
  );
}

function listText(values: readonly string[]): string {
  return `[${values.join(', ')}]`;
}

const NOT_ALL = (names: readonly string[]) => `Wrong Transport SSL configuration. ${names.join(',')} must be set`;
const ONE_OF = (layer: string) =>
  `Wrong ${layer} SSL configuration. One of Keystore and Truststore files or X.509 PEM certificates and PKCS#8 keys groups ` +
  `should be set to configure ${layer} layer${layer === 'Transport' ? ' properly' : ''}`;

/** As SslSettingsManager of the security plugin does, for PEM files. */
function checkSecurity(settings: Settings, read: Read | undefined): string | undefined {
  if (isSecurityOff(settings)) return undefined;
  const transport = filesOf('transport');
  const http = isTls(settings) ? filesOf('http') : [];
  const has = (name: string) => settings[name] !== undefined;
  if (!transport.some(has)) return ONE_OF('Transport');
  if (!transport.every(has)) return NOT_ALL(transport);
  if (http.length > 0 && !http.some(has)) return ONE_OF('HTTP');
  if (http.length > 0 && !http.slice(0, 2).every(has))
    return `Wrong http SSL configuration. ${http.slice(0, 2).join(', ')} must be set`;
  const files = [...transport, ...http].filter(has).map((name) => String(settings[name]));
  const missing = read && files.find((file) => read(pathOf(file)) === undefined);
  if (missing) {
    return `Unable to read the file ${missing}. Please make sure this files exists and is readable regarding to permissions`;
  }
  const salt = settings['plugins.security.compliance.salt'];
  const isShort = salt !== undefined && Buffer.byteLength(String(salt)) < 16;
  return isShort ? `Provided compliance salt ${salt} must at least contain 16 bytes` : undefined;
}

function filesOf(layer: string): string[] {
  return ['pemcert_filepath', 'pemkey_filepath', 'pemtrustedcas_filepath'].map(
    (file) => `plugins.security.ssl.${layer}.${file}`,
  );
}

/** Files are named from the configuration's own directory. */
export function pathOf(file: string): string {
  return posix.resolve(CONFIG_DIRECTORY, file);
}

export function isSecurityOff(settings: Settings): boolean {
  return String(settings['plugins.security.disabled']) === 'true';
}

export function isTls(settings: Settings): boolean {
  return !isSecurityOff(settings) && String(settings['plugins.security.ssl.http.enabled']) === 'true';
}

/** Where it shall listen for HTTP, e.g. ['127.0.0.1']. */
export function httpHosts(settings: Settings): string[] {
  const hosts = listOf(settings['http.host'] ?? settings['network.host']);
  return hosts.length === 0
    ? ['127.0.0.1']
    : hosts.map((host) => (['_local_', 'localhost'].includes(host) ? '127.0.0.1' : host));
}

export function httpPort(settings: Settings): number {
  return Number.parseInt(String(settings['http.port'] ?? '9200'), 10);
}

function listOf(value: unknown): string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.map(String);
  return String(value)
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
}
