import { createHash } from 'node:crypto';
import type { Reading } from '../../../src/lib/command.ts';
import { type RouteRequest, routeRequests } from '../../../src/recipes/kong/requests.ts';
import type { ModelKong, ModelState } from '../model-state.ts';

const CONF = '/etc/kong/kong.conf';
const CONFIG = '/etc/kong/kong.yml';
const DROP_IN = '/etc/systemd/system/kong.service.d/fountain.conf';

/** By configuration: the same few are looked at again and again. */
const requests = new Map<string, RouteRequest[]>();

function requestsOf(config: string): RouteRequest[] {
  const known = requests.get(config) ?? routeRequests(config);
  requests.set(config, known);
  return known;
}

const ok = (output = ''): Reading => ({ exit: 0, output });
const fail = (output = '', exit = 1): Reading => ({ exit, output });
const md5 = (text: string) => createHash('md5').update(text).digest('hex');

export function noKong(): ModelKong {
  return { version: null, enabled: false, active: false, dropIn: '', startedWith: '', loaded: '', portHolder: null };
}

/** What a start reads, but for the configuration. */
export function presentFiles({ files, kong }: ModelState): string {
  return [kong?.version, files[CONF], kong?.dropIn].join('\0');
}

/**
 * The programs of a model host as far as they have to do with Kong; undefined for any other command line. A configuration with
 * the word `broken` does not parse; one with `unloadable` parses, and is refused when it is loaded or started with; one with `unroutable` serves no route.
 */
export function runOnModelKong(state: ModelState, program: string, words: readonly string[]): Reading | undefined {
  const { kong, files } = state;
  if (!kong) return undefined;
  const line = words.join(' ');
  const file = line.match(/\/var\/cache\/fountain\/kong_\S+\.deb/)?.[0];
  const deb = file ?? '';

  const systemctl: Record<string, () => Reading> = {
    'is-enabled kong': () => (kong.enabled ? ok('enabled') : fail('disabled')),
    'is-active kong': () => (kong.active ? ok('active') : fail('inactive', 3)),
    'show kong --property=MainPID': () => ok(`MainPID=${kong.active ? 811 : 0}`),
    'show kong --property=ActiveState,SubState,Result,ExecMainStatus': () => ok('ActiveState=failed'),
    'daemon-reload': () => {
      kong.dropIn = files[DROP_IN] ?? '';
      return ok();
    },
    'enable kong': () => {
      if (kong.version === null) return fail('Unit kong.service does not exist');
      kong.enabled = true;
      return ok();
    },
    'restart kong': () => {
      if (kong.version === null) return fail('Unit kong.service not found', 5);
      const config = files[CONFIG] ?? '';
      kong.active = kong.portHolder === null && config !== '' && !config.includes('unloadable');
      if (kong.active) Object.assign(kong, { startedWith: presentFiles(state), loaded: config });
      return ok();
    },
  };

  /** A request to 127.0.0.1:80 or 443 without a key. */
  function throughTheGateway(): Reading {
    const loaded = kong?.loaded ?? '';
    const isAsked = ({ host, scheme, path }: RouteRequest) =>
      line.endsWith(`Host: ${host} ${scheme}://127.0.0.1${path}`);
    return ok(!loaded.includes('unroutable') && requestsOf(loaded).some(isAsked) ? '401' : '404');
  }

  function curl(): Reading {
    if (file) {
      if (!state.packages.includes('curl')) return fail('', 127);
      files[deb] = 'the package';
      return ok();
    }
    if (!state.packages.includes('curl')) return fail('', 127);
    if (!kong?.active) return fail(line.includes('http_code') ? '000' : '', 7);
    if (line.endsWith('/status')) return ok(JSON.stringify({ memory: {}, configuration_hash: md5(kong.loaded) }));
    if (line.endsWith('/status/ready')) return ok(line.includes('http_code') ? '200' : '{"message":"ready"}');
    if (line.includes('--header Host: ')) return throughTheGateway();
    const posted = words[words.indexOf('--data-binary') + 1] ?? '';
    const config = files[posted.slice(1)];
    if (config === undefined || config.includes('unloadable')) return fail('400');
    kong.loaded = config;
    return ok('304');
  }

  switch (program) {
    case 'dpkg-query':
      if (words.at(-1) !== 'kong') return undefined;
      return kong.version === null ? fail('no packages found matching kong') : ok(`ii  ${kong.version}`);
    case 'systemctl':
      return systemctl[line]?.();
    case 'ss':
      if (kong.active)
        return ok('LISTEN 0 511 0.0.0.0:80 0.0.0.0:* users:(("nginx",pid=812,fd=9),("nginx",pid=811,fd=9))');
      return ok(kong.portHolder ? `LISTEN 0 511 0.0.0.0:80 0.0.0.0:* users:(("${kong.portHolder}",pid=9,fd=6))` : '');
    case 'journalctl':
      return ok('nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)');
    case 'sha256sum':
      return ok();
    case 'kong':
      if (kong.version === null) return fail('', 127);
      return files[words[2] ?? '']?.includes('broken')
        ? fail("Error: Failed parsing:\nin 'services': bad")
        : ok('parse successful');
    case 'apt-get':
      if (!file) return undefined;
      if (!(deb in files)) return fail(`E: Unsupported file ${deb} given on commandline`, 100);
      kong.version = /kong_([\d.]+)\.deb/.exec(deb)?.[1] ?? null;
      return ok();
    case 'curl':
      return /127\.0\.0\.1(:800\d|\/)/.test(line) || file ? curl() : undefined;
  }
  return undefined;
}
