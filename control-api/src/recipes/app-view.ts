import type { Probe, Reading, Readings } from '../lib/command.ts';
import { AppError } from '../lib/errors.ts';
import { parseReleases, RELEASES_PROBE } from './app-facts.ts';
import type { ReleaseInfo } from './app-release.ts';
import { lastLines, linesOf, outputOf } from './recipe.ts';

export interface AppView {
  name: string;
  /** `running`, `exited`, ..., or `absent` when only its releases are there. */
  state: string;
  /** In the engine's words, e.g. `Up 3 hours (healthy)`. */
  status: string;
  /** `repository@sha256:...` of what runs. */
  image: string;
  ports: string;
  /** Id of the release that runs, '' for none. */
  release: string;
  /** An interrupted deployment left a second container: repeat the deployment. */
  interrupted: boolean;
  releases: readonly (ReleaseInfo & { running: boolean })[];
}

interface Row {
  Names: string;
  State: string;
  Status: string;
  Image: string;
  Ports: string;
  Labels: string;
}

/** What the apps of a host are read from. */
export function appsProbes(): Probe[] {
  const argv = ['docker', 'ps', '--all', '--filter', 'label=fountain.app', '--format', '{{json .}}'];
  return [{ name: 'apps.containers', action: { verb: 'run', argv } }, RELEASES_PROBE];
}

/** Every app of a host, by name. */
export function parseApps(readings: Readings): AppView[] {
  const rows = linesOf(outputOf(readings, 'apps.containers')).flatMap(parseRow);
  const releases = parseReleases(readings);
  const names = new Set([...rows.map((row) => labelOf(row, 'fountain.app')), ...releases.map(({ app }) => app)]);
  return [...names].sort().map((name) => {
    const row = rows.find(({ Names }) => Names === name);
    const release = row ? labelOf(row, 'fountain.release') : '';
    const own = releases.filter(({ app }) => app === name);
    return {
      name,
      state: row?.State ?? 'absent',
      status: row?.Status ?? '',
      image: row?.Image ?? '',
      ports: row?.Ports ?? '',
      release,
      interrupted: rows.some(({ Names }) => Names === `${name}-replaced`),
      releases: own.map((info) => ({ ...info, running: info.id === release })),
    };
  });
}

export function logsProbe(name: string, lines: number): Probe {
  const argv = ['docker', 'logs', '--tail', String(lines), '--timestamps', name];
  return { name: 'app.logs', volatile: true, action: { verb: 'run_merged', argv } };
}

/** The log lines, oldest first. Throws app_not_found when there is no such container. */
export function parseLogs(readings: Readings, name: string): string[] {
  const { exit, output }: Reading = readings['app.logs'] ?? { exit: 127, output: '' };
  if (exit === 0) return output.split('\n').filter((line) => line !== '');
  if (exit === 127 || /no such container/i.test(output)) {
    throw new AppError('app_not_found', `There is no app ${name} on the host.`);
  }
  throw new AppError('step_failed', `docker logs ${name} ended with exit ${exit}: ${lastLines(output)}.`);
}

function parseRow(line: string): Row[] {
  try {
    return [JSON.parse(line) as Row];
  } catch {
    return [];
  }
}

/** `docker ps` prints labels as `key=value,key=value`; none of ours holds a comma. */
function labelOf({ Labels }: Row, key: string): string {
  const pair = Labels.split(',').find((text) => text.startsWith(`${key}=`));
  return pair?.slice(key.length + 1) ?? '';
}
