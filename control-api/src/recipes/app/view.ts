import type { Probe, Reading, Readings } from '../../lib/command.ts';
import { AppError } from '../../lib/errors.ts';
import type { DockerApp } from '../../schemas/host-reads.ts';
import { lastLines, linesOf, outputOf } from '../recipe.ts';
import { parseReleases, RELEASES_PROBE } from './facts.ts';

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
export function parseApps(readings: Readings): DockerApp[] {
  const rows = linesOf(outputOf(readings, 'apps.containers')).flatMap(parseRow);
  const releases = parseReleases(readings);
  const names = new Set([...rows.map((row) => labelOf(row, 'fountain.app')), ...releases.map(({ app }) => app)]);
  return [...names].sort().map((name) => {
    const row = rows.find(({ Names }) => Names === name);
    const release = row ? labelOf(row, 'fountain.release') : '';
    const before = row ? labelOf(row, 'fountain.replaces').split('+') : [];
    const own = releases.filter(({ app }) => app === name);
    const interrupted = rows.some(({ Names }) => [`${name}-replaced`, `${name}-candidate`].includes(Names));
    const said = row?.Status ?? (interrupted ? '' : withoutContainer(readings));
    const status = [said, interrupted ? 'a deployment was interrupted: repeat it' : ''];
    return {
      name,
      state: row?.State ?? 'absent',
      status: status.filter(Boolean).join('; '),
      image: row ? imageOf(row) : null,
      ports: (row?.Ports ?? '').split(', ').filter(Boolean),
      releases: own.map(({ id, digest, image }) => ({
        ...{ id, digest, image },
        ...{ running: id === release, previous: id !== release && before.includes(id) },
      })),
    };
  });
}

/** Why an app that has releases has no container, for all that the host can tell. */
function withoutContainer(readings: Readings): string {
  if (readings['apps.containers']?.exit !== 0) return 'Docker does not answer';
  return 'no container: its deployment failed, as GET /operations tells, or somebody removed it; deploy it again';
}

/** Reads the last lines that a container wrote, with their times. */
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

/** `docker ps` cuts the digest off what a container was started from; our label has it. */
function imageOf(row: Row): string {
  const digest = labelOf(row, 'fountain.digest');
  return digest === '' || row.Image.includes('@') ? row.Image : `${row.Image}@${digest}`;
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
