import type { Probe, Readings } from '../../lib/command.ts';
import { type BaseFacts, parseBase } from '../base/facts.ts';
import { linesOf, outputOf } from '../recipe.ts';
import { type Listener, parseListeners, portProbes } from './ports.ts';
import type { RouteRequest } from './requests.ts';
import { parseRoutes, routeProbes } from './routes.ts';
import { BROUGHT, CONF, CONFIG, DROP_IN, PREVIOUS_CONFIG } from './settings.ts';

export interface KongFacts {
  /** Of the fully installed package; null when there is none. */
  version: string | null;
  /** Texts of files, without the line feed at their end; null when there is no such file. */
  conf: string | null;
  dropIn: string | null;
  config: string | null;
  /** The configuration before `config`. */
  previous: string | null;
  /** Which package, kong.conf and drop-in the running Kong was started with, as `startId` names it; null when unknown. */
  applied: string | null;
  enabled: boolean;
  active: boolean;
  /** It answers requests: a configuration that is not empty is loaded. */
  ready: boolean;
  /** MD5 of the configuration that is loaded; null when Kong does not tell. */
  loadedHash: string | null;
  /** MD5 of the configuration that was brought last; null when none was. */
  brought: string | null;
  /** By service: what was answered to a request through the gateway. */
  routes: Readonly<Record<string, string>>;
  /** Other programs on ports 80 and 443. */
  listeners: readonly Listener[];
  /** As the base recipe's probes of the same exec found it. */
  host: BaseFacts;
}

export const APPLIED = '/var/lib/fountain/kong.applied';
export const STATUS_URL = 'http://127.0.0.1:8007/status';
/** Prints e.g. `ii  3.9.3`. */
export const SHOW_PACKAGE = ['dpkg-query', '--show', `--showformat=\${db:Status-Abbrev} \${Version}\\n`, 'kong'];
export const IS_ENABLED = ['systemctl', 'is-enabled', 'kong'];

/** `requests`: those by which the routes are looked at. */
export function kongProbes(requests: readonly RouteRequest[]): Probe[] {
  const ready = ['--output', '/dev/null', '--max-time', '5', '--write-out', '%{http_code}', `${STATUS_URL}/ready`];
  const read = (name: string, argv: readonly string[], more: Partial<Probe> = {}): Probe => ({
    name: `kong.${name}`,
    action: { verb: 'run', argv },
    ...more,
  });
  return [
    read('package', SHOW_PACKAGE),
    read('conf', ['cat', CONF]),
    read('dropin', ['cat', DROP_IN]),
    read('config', ['cat', CONFIG]),
    read('previous', ['cat', PREVIOUS_CONFIG]),
    read('applied', ['cat', APPLIED]),
    read('enabled', IS_ENABLED),
    read('active', ['systemctl', 'is-active', 'kong']),
    read('ready', ['curl', '--silent', ...ready], { volatile: true }),
    read('loaded', ['curl', '--silent', '--max-time', '5', STATUS_URL], { volatile: true }),
    read('brought', ['cat', BROUGHT]),
    ...routeProbes(requests),
    ...portProbes(),
  ];
}

export function parseKong(readings: Readings): KongFacts {
  const [status = '', version] = linesOf(outputOf(readings, 'kong.package'))[0]?.split(/\s+/) ?? [];
  const text = (name: string) => outputOf(readings, `kong.${name}`) ?? null;
  const hash = /"configuration_hash":\s*"([0-9a-f]{32})"/.exec(outputOf(readings, 'kong.loaded') ?? '')?.[1];
  return {
    version: /^.i$/.test(status) ? (version ?? null) : null,
    conf: text('conf'),
    dropIn: text('dropin'),
    config: text('config'),
    previous: text('previous'),
    applied: text('applied'),
    enabled: outputOf(readings, 'kong.enabled') !== undefined,
    active: outputOf(readings, 'kong.active') !== undefined,
    ready: outputOf(readings, 'kong.ready')?.trim() === '200',
    loadedHash: hash ?? null,
    brought: text('brought')?.trim() ?? null,
    routes: parseRoutes(readings),
    listeners: parseListeners(readings),
    host: parseBase(readings),
  };
}
