import { kongPlugins } from '../../lib/kong-plugins.ts';

/** Files of Kong on a host. Kong tells YAML by the end of the name, so each ends with .yml. */
export const CONF = '/etc/kong/kong.conf';
export const CONFIG = '/etc/kong/kong.yml';
export const NEXT_CONFIG = '/etc/kong/kong.next.yml';
export const PREVIOUS_CONFIG = '/etc/kong/kong.previous.yml';
/** MD5 of the configuration that was brought last. */
export const BROUGHT = '/var/lib/fountain/kong.config';
export const DROP_IN = '/etc/systemd/system/kong.service.d/fountain.conf';

/** With less RAM than this (MiB; a bundle of 2 GB shows some 1950), Kong gets one worker and small caches. */
const LARGE_HOST_MB = 1800;

/**
 * kong.conf: no database, admin and status API on loopback only. One worker instead of one per core saved four fifths of the
 * memory in one report (supabase/cli, pull request 1271); mem_cache_size is taken twice. Access logs are off because the
 * package installs no rotation for them.
 */
export function kongConf(memoryMb: number | null): string {
  const small = memoryMb !== null && memoryMb < LARGE_HOST_MB;
  return lines([
    'database = off',
    `declarative_config = ${CONFIG}`,
    'proxy_listen = 0.0.0.0:80 reuseport backlog=16384, 0.0.0.0:443 http2 ssl reuseport backlog=16384',
    'admin_listen = 127.0.0.1:8001',
    'status_listen = 127.0.0.1:8007',
    'admin_gui_listen = off',
    ...(small ? ['nginx_worker_processes = 1', 'mem_cache_size = 16m'] : []),
    `plugins = ${Object.keys(kongPlugins).join(',')}`,
    'proxy_access_log = off',
    'admin_access_log = off',
    'anonymous_reports = off',
  ]);
}

/** The package's unit is not started again when it ends; with this it is, however often. */
export const DROP_IN_TEXT = lines([
  '[Unit]',
  'StartLimitIntervalSec=0',
  '',
  '[Service]',
  'Restart=always',
  'RestartSec=2',
]);

/** Whether Kong on the host reads the file that we write, by its kong.conf. */
export function readsOurConfig(conf: string): boolean {
  return new RegExp(`^\\s*declarative_config\\s*=\\s*${CONFIG}\\s*$`, 'm').test(conf);
}

function lines(text: readonly string[]): string {
  return `${['# Written by the control API, which overwrites changes made here.', ...text].join('\n')}\n`;
}
