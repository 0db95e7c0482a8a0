import timing from '../../../deploy-manifests/timing.json' with { type: 'json' };

/** Settings that every service has; peers are the service's own. */
export interface Config {
  host: string;
  port: number;
  /** Where the SQLite file lies. */
  dataDir: string;
  /** A PostgreSQL server, in place of the file. */
  databaseUrl: string | undefined;
  logLevel: string;
  /** Milliseconds of service after SIGTERM, while /ready answers 503. */
  drainMs: number;
  /** Milliseconds of one try to ask a peer. */
  peerTimeoutMs: number;
  /** The setting of a peer's base URL; '' means that there is none. */
  peerUrl(setting: string, byDefault: string): string;
}

const levels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

/** Reads the environment. Throws one error that lists every problem, without any value. */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const problems: string[] = [];
  const number = (name: string, byDefault: number, max: number, min = 0) => {
    const text = env[name] || String(byDefault);
    const isNumber = /^\d+$/.test(text) && Number(text) >= min && Number(text) <= max;
    if (!isNumber) problems.push(`${name} is no number from ${min} to ${max}`);
    return Number(text);
  };
  const { HOST = '0.0.0.0', DATA_DIR = '/data', DATABASE_URL, LOG_LEVEL = 'info' } = env;
  if (!levels.includes(LOG_LEVEL)) problems.push(`LOG_LEVEL is none of ${levels.join(', ')}`);
  if (DATABASE_URL && !/^postgres(ql)?:\/\//.test(DATABASE_URL)) problems.push('DATABASE_URL is no postgres:// URL');
  const config: Config = {
    host: HOST,
    port: number('PORT', 8080, 65535),
    dataDir: DATA_DIR,
    databaseUrl: DATABASE_URL || undefined,
    logLevel: LOG_LEVEL,
    drainMs: number('DRAIN_MS', timing.drain_s * 1000, 60_000),
    peerTimeoutMs: number('PEER_TIMEOUT_MS', 2000, 60_000, 1),
    peerUrl(setting, byDefault) {
      const url = env[setting] ?? byDefault;
      if (url !== '' && !/^https?:$/.test(URL.parse(url)?.protocol ?? '')) throw new Error(`${setting} is no http URL`);
      return url.replace(/\/+$/, '');
    },
  };
  if (problems.length > 0) throw new Error(`These settings cannot be used: ${problems.join('; ')}`);
  return config;
}
