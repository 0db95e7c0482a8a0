import { plugins as checkedPlugins, otherPlugins } from './plugins.ts';

/** What Kong reads of its kong.conf, as far as the stand-in has a use for it. */
export interface Conf {
  database: string;
  declarativeConfig: string | undefined;
  prefix: string;
  proxyListen: Listen[];
  adminListen: Listen[];
  statusListen: Listen[];
  /** Enabled ones; `bundled` is all that Kong brings. */
  plugins: string[];
}

export interface Listen {
  host: string;
  port: number;
  ssl: boolean;
}

/** Of kong.conf.default. */
const DEFAULTS: Readonly<Record<string, string>> = {
  database: 'postgres',
  prefix: '/usr/local/kong/',
  proxy_listen: '0.0.0.0:8000 reuseport backlog=16384, 0.0.0.0:8443 http2 ssl reuseport backlog=16384',
  admin_listen: '127.0.0.1:8001 reuseport backlog=16384, 127.0.0.1:8444 http2 ssl reuseport backlog=16384',
  status_listen: '127.0.0.1:8007 reuseport backlog=16384',
  plugins: 'bundled',
};

const BOOLEANS = ['anonymous_reports', 'client_ssl', 'pg_ssl', 'allow_debug_header', 'dns_no_sync', 'wasm', 'kic'];
const NUMBERS = [
  'pg_port',
  'pg_timeout',
  'dns_cache_size',
  'worker_state_update_frequency',
  'upstream_keepalive_pool_size',
];
const ENUMS: Readonly<Record<string, readonly string[]>> = {
  database: ['postgres', 'cassandra', 'off'],
  worker_consistency: ['strict', 'eventual'],
  log_level: ['debug', 'info', 'notice', 'warn', 'error', 'crit', 'alert', 'emerg'],
  role: ['data_plane', 'control_plane', 'traditional'],
  router_flavor: ['traditional', 'traditional_compatible', 'expressions'],
};
const FLAGS =
  'ssl] [http2] [proxy_protocol] [deferred] [bind] [reuseport] [backlog=%d+] [ipv6only=on] [ipv6only=off] ' +
  '[so_keepalive=on] [so_keepalive=off] [so_keepalive=%w*:%w*:%d*';
const FLAG =
  /\s(ssl|http2|proxy_protocol|deferred|bind|reuseport|backlog=\d+|ipv6only=(on|off)|so_keepalive=[\w:]+)(?=\s)/g;

/** Gives Kong's complaint about a kong.conf, undefined for a good one. Keys that it does not know are passed over. */
export function checkConf(text: string): string | undefined {
  const conf = readConf(text);
  return typeof conf === 'string' ? conf : undefined;
}

/** Reads a kong.conf over Kong's defaults; gives Kong's complaint where it would not start with it. */
export function readConf(text: string): Conf | string {
  const values = { ...DEFAULTS, ...valuesIn(text) };
  const wrong = Object.entries(values).map(([key, value]) => checkValue(key, value));
  const complaint = wrong.find((one) => one !== undefined);
  if (complaint) return complaint;
  const [proxyListen, adminListen, statusListen] = ['proxy_listen', 'admin_listen', 'status_listen'].map((key) =>
    readListen(key, values[key] ?? ''),
  );
  if (!Array.isArray(proxyListen)) return proxyListen ?? '';
  if (!Array.isArray(adminListen)) return adminListen ?? '';
  if (!Array.isArray(statusListen)) return statusListen ?? '';
  return {
    ...{ proxyListen, adminListen, statusListen },
    database: values.database ?? '',
    declarativeConfig: values.declarative_config,
    prefix: (values.prefix ?? '').replace(/(.)\/$/, '$1'),
    plugins: pluginsOf(values.plugins ?? ''),
  };
}

function valuesIn(text: string): Record<string, string> {
  const rows = text.split('\n').map((line) => /^\s*([\w-]+)\s*=\s*(.*?)\s*$/.exec(line.replace(/^\s*#.*|\s#.*/, '')));
  const pairs = rows.flatMap((row) => (row ? [[row[1] ?? '', (row[2] ?? '').replace(/^(['"])(.*)\1$/, '$2')]] : []));
  return Object.fromEntries(pairs.filter(([, value]) => value !== ''));
}

function checkValue(key: string, value: string): string | undefined {
  if (BOOLEANS.includes(key) && !/^(on|off|true|false)$/.test(value)) return `${key} is not a boolean: '${value}'`;
  if (NUMBERS.includes(key) && Number.isNaN(Number(value))) return `${key} is not a number: '${value}'`;
  const allowed = ENUMS[key];
  return allowed && !allowed.includes(value)
    ? `${key} has an invalid value: '${value}' (${allowed.join(', ')})`
    : undefined;
}

function readListen(key: string, value: string): Listen[] | string {
  const entries = value.split(',').map((entry) => ` ${entry.trim()} `);
  if (entries[0]?.trim() === 'off') return [];
  const found = entries.map((entry) => /^\s*(\S+):(\d{1,5})\s*$/.exec(entry.replace(FLAG, ' ')));
  if (found.some((one) => one === null || Number(one[2]) > 65_535)) {
    return `${key} must be of form: [off] | <ip>:<port> [${FLAGS}], [... next entry ...]`;
  }
  return found.map((one, at) => ({
    host: one?.[1] ?? '',
    port: Number(one?.[2]),
    ssl: / ssl /.test(entries[at] ?? ''),
  }));
}

function pluginsOf(value: string): string[] {
  const names = value.split(',').map((name) => name.trim());
  const bundled = [...Object.keys(checkedPlugins), ...otherPlugins];
  return [...new Set(names.flatMap((name) => (name === 'bundled' ? bundled : name === 'off' ? [] : [name])))];
}

/** Plugins that are enabled and that Kong does not bring: it does not start with them. */
export function missingPlugin({ plugins }: Pick<Conf, 'plugins'>): string | undefined {
  return plugins.find((name) => !checkedPlugins[name] && !otherPlugins.includes(name));
}
