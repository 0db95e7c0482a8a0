import { AppError } from '../../lib/errors.ts';

const WANTED = { 'live-restore': true, 'log-driver': 'json-file' } as const;
const WANTED_LOG_OPTIONS = { 'max-size': '10m', 'max-file': '3' } as const;

/**
 * The engine's configuration with what we want merged in: containers survive a restart of the engine, logs rotate.
 * Foreign keys are kept. Returns undefined when `current` says all of it already; throws step_failed when `current`
 * is not a JSON object, since overwriting it could lose somebody's settings.
 */
export function mergeDaemonJson(current: string): string | undefined {
  const old = parseObject(current);
  const oldOptions = old['log-opts'];
  const sameDriver = old['log-driver'] === undefined || old['log-driver'] === WANTED['log-driver'];
  const options = { ...(sameDriver && isObject(oldOptions) ? oldOptions : {}), ...WANTED_LOG_OPTIONS };
  const merged = { ...old, ...WANTED, 'log-opts': options };
  if (JSON.stringify(merged) === JSON.stringify(old)) return undefined;
  return `${JSON.stringify(merged, null, 2)}\n`;
}

function parseObject(text: string): Record<string, unknown> {
  if (text.trim() === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw broken((cause as Error).message);
  }
  if (!isObject(value)) throw broken('it is not an object');
  return value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function broken(why: string): AppError {
  return new AppError('step_failed', `/etc/docker/daemon.json on the host cannot be read as JSON: ${why}.`, {
    hint: 'Mend that file on the host (or move it away), then repeat the call.',
  });
}
