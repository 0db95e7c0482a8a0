import type { Probe, Reading, Readings } from '../lib/command.ts';
import { AppError } from '../lib/errors.ts';
import type { UnitName, UnitStatus } from '../schemas/host-reads.ts';
import { ADMIN_CERTIFICATE } from './opensearch/tls.ts';
import { lastLines, linesOf, outputOf } from './recipe.ts';

/** Where each tells how it is, asked on the host itself, and how to ask with TLS, where that may be needed. */
const HEALTH: Record<UnitName, { url: string; tls?: readonly string[] }> = {
  opensearch: {
    url: 'http://127.0.0.1:9200/_cluster/health',
    tls: [...ADMIN_CERTIFICATE, 'https://127.0.0.1:9200/_cluster/health'],
  },
  kong: { url: 'http://127.0.0.1:8007/status/ready' },
};

const NAMES = Object.keys(HEALTH) as UnitName[];
const CURL = ['curl', '--silent', '--max-time', '5', '--write-out', '\\n%{http_code}'];

/** What GET /services/status tells of the programs that are packages, not containers. */
export function unitsProbes(): Probe[] {
  const format = `--showformat=\${binary:Package} \${db:Status-Abbrev} \${Version}\\n`;
  const read = (name: string, argv: readonly string[]): Probe => ({
    name: `units.${name}`,
    volatile: true,
    action: { verb: 'run', argv },
  });
  return [
    read('packages', ['dpkg-query', '--show', format, ...NAMES]),
    ...NAMES.flatMap((name) => {
      const { url, tls } = HEALTH[name];
      return [
        read(`${name}.state`, ['systemctl', 'is-active', name]),
        read(`${name}.health`, [...CURL, url]),
        ...(tls ? [read(`${name}.health_tls`, [...CURL, ...tls])] : []),
      ];
    }),
  ];
}

/** Null for what is not installed; of what was removed, dpkg goes on knowing the configuration files. */
export function parseUnits(readings: Readings): Record<UnitName, UnitStatus | null> {
  const rows = linesOf(readings['units.packages']?.output).map((line) => line.split(/\s+/));
  const unit = (name: UnitName): UnitStatus | null => {
    const [, status = 'un', version] = rows.find(([found = '']) => found.split(':')[0] === name) ?? [];
    if (/^.[nc]$/.test(status)) return null;
    const state = linesOf(readings[`units.${name}.state`]?.output)[0] ?? 'unknown';
    return {
      version: version ?? '',
      state: /^.i$/.test(status) ? state : 'half installed',
      health:
        healthOf(name, outputOf(readings, `units.${name}.health`)) ??
        healthOf(name, outputOf(readings, `units.${name}.health_tls`)),
    };
  };
  return { opensearch: unit('opensearch'), kong: unit('kong') };
}

/** OpenSearch answers with the colour of its cluster; Kong with 200 once it serves, else 503. */
function healthOf(name: UnitName, answer: string | undefined): string | null {
  const lines = linesOf(answer);
  const status = lines.pop();
  if (status === undefined || status === '000') return null;
  if (name === 'kong') return status === '200' ? 'ready' : 'not ready';
  return /"status"\s*:\s*"(green|yellow|red)"/.exec(lines.join(''))?.[1] ?? null;
}

export function isUnit(name: string): name is UnitName {
  return name in HEALTH;
}

export function journalProbe(name: UnitName, lines: number): Probe {
  const options = ['--unit', name, '--lines', String(lines), '--no-pager', '--output', 'short-iso'];
  return { name: 'unit.logs', volatile: true, action: { verb: 'run_merged', argv: ['journalctl', ...options] } };
}

/** The lines of a unit's journal, oldest first. Throws app_not_found when the unit has none. */
export function parseJournal(readings: Readings, name: UnitName): string[] {
  const { exit, output }: Reading = readings['unit.logs'] ?? { exit: 127, output: '' };
  if (exit !== 0) {
    throw new AppError('step_failed', `journalctl --unit ${name} ended with exit ${exit}: ${lastLines(output)}.`);
  }
  const lines = linesOf(output).filter((line) => !/^-- .* --$/.test(line));
  if (lines.length > 0) return lines;
  throw new AppError('app_not_found', `The journal of the host has no line of ${name}.`, {
    hint: `POST /services/deploy-${name} installs it.`,
  });
}
