import type { Probe, Readings } from '../lib/command.ts';
import { Secret } from '../lib/secret.ts';
import { type BaseFacts, parseBase } from './base-facts.ts';
import { PATHS } from './opensearch-settings.ts';
import { linesOf, outputOf } from './recipe.ts';

export interface OpensearchFacts {
  /** `unfinished`: unpacked, but its script failed or was never run; the base recipe runs it again. */
  package: 'installed' | 'unfinished' | 'absent';
  /** '' when it is absent. */
  version: string;
  /** apt leaves it alone. */
  held: boolean;
  /** Texts of files, without the line feed at their end; null when there is no such file. */
  source: string | null;
  settings: string | null;
  heap: string | null;
  dropIn: string | null;
  /** What the running OpenSearch was started with, as `startId` names it. */
  applied: string | null;
  /** SHA-256 of the repository's key. */
  key: string | null;
  /** Names of the plugins' folders. */
  plugins: readonly string[];
  /** vm.max_map_count; null when unknown. */
  maxMapCount: number | null;
  enabled: boolean;
  /** As systemd says it: `active`, `activating`, `inactive`, `failed`. */
  state: string;
  /** `mute`: no answer. `refused`: the password is another one. */
  health: 'good' | 'bad' | 'refused' | 'mute';
  /** Files in the configuration's folder; asked for with TLS only. */
  configFiles: readonly string[];
  /** As the base recipe's probes of the same exec found it. */
  host: BaseFacts;
}

export const IS_ENABLED = ['systemctl', 'is-enabled', 'opensearch'];
const HEALTH = '127.0.0.1:9200/_cluster/health?wait_for_status=yellow';

/** The cluster's health, asked on the host itself; the answer comes after `waitS` seconds at the latest. */
export function healthUrl(tls: boolean, waitS: number): string {
  return `${tls ? 'https' : 'http'}://${HEALTH}&timeout=${waitS}s`;
}

/** `password`: of admin, where TLS and a login are wished. */
export function opensearchProbes(password: Secret | undefined): Probe[] {
  const format = `--showformat=\${db:Status-Abbrev} \${Version}\\n`;
  const read = (name: string, argv: readonly string[]): Probe => ({
    name: `opensearch.${name}`,
    action: { verb: 'run', argv },
  });
  return [
    read('package', ['dpkg-query', '--show', format, 'opensearch']),
    read('held', ['apt-mark', 'showhold']),
    read('source', ['cat', PATHS.source]),
    read('key', ['sha256sum', PATHS.key]),
    read('config', ['cat', PATHS.settings]),
    read('heap', ['cat', PATHS.heap]),
    read('dropin', ['cat', PATHS.dropIn]),
    read('applied', ['cat', PATHS.applied]),
    read('plugins', ['ls', PATHS.plugins]),
    read('max_map', ['cat', '/proc/sys/vm/max_map_count']),
    read('enabled', IS_ENABLED),
    read('active', ['systemctl', 'is-active', 'opensearch']),
    healthProbe(password),
    ...(password ? [{ ...read('tls_files', ['ls', PATHS.folder]), volatile: true }] : []),
  ];
}

function healthProbe(password: Secret | undefined): Probe {
  const curl = ['curl', '--silent', '--max-time', '10', '--write-out', '\\n%{http_code}'];
  const url = healthUrl(password !== undefined, 5);
  return {
    name: 'opensearch.health',
    volatile: true,
    action: password
      ? {
          verb: 'run',
          argv: [...curl, '--cacert', PATHS.certificate, '--config', '-', url],
          stdin: loginConfig(password),
        }
      : { verb: 'run', argv: [...curl, url] },
  };
}

/** A line for `curl --config -`, so that the password stands in no command line. */
export function loginConfig(password: Secret) {
  const escaped = password.reveal().replace(/["\\]/g, '\\$&');
  return ['user = "admin:', new Secret(escaped), '"\n'];
}

export function parseOpensearch(readings: Readings): OpensearchFacts {
  const [status = '', version = ''] = linesOf(outputOf(readings, 'opensearch.package'))[0]?.split(/\s+/) ?? [];
  const text = (name: string) => outputOf(readings, `opensearch.${name}`) ?? null;
  const found = packageState(status);
  return {
    package: found,
    version: found === 'absent' ? '' : version,
    held: linesOf(outputOf(readings, 'opensearch.held')).includes('opensearch'),
    source: text('source'),
    settings: text('config'),
    heap: text('heap'),
    dropIn: text('dropin'),
    applied: text('applied'),
    key: text('key')?.split(/\s+/)[0] ?? null,
    plugins: linesOf(outputOf(readings, 'opensearch.plugins')),
    maxMapCount: Number(text('max_map') ?? '') || null,
    enabled: outputOf(readings, 'opensearch.enabled') !== undefined,
    state: linesOf(readings['opensearch.active']?.output)[0] ?? 'inactive',
    health: parseHealth(outputOf(readings, 'opensearch.health')),
    configFiles: linesOf(outputOf(readings, 'opensearch.tls_files')),
    host: parseBase(readings),
  };
}

/** The second letter of dpkg's status: what `dpkg --configure` finishes is unpacked, half configured or awaits a trigger. */
function packageState(status: string): OpensearchFacts['package'] {
  if (/^.i$/.test(status)) return 'installed';
  return /^.[UFWt]$/.test(status) ? 'unfinished' : 'absent';
}

/** The body, and the HTTP status on a line of its own; 408 when the status was not reached in time. */
function parseHealth(answer: string | undefined): OpensearchFacts['health'] {
  const lines = linesOf(answer);
  const code = lines.pop() ?? '000';
  if (code === '000') return 'mute';
  if (code === '401') return 'refused';
  return code === '200' && /"status"\s*:\s*"(green|yellow)"/.test(lines.join('')) ? 'good' : 'bad';
}
