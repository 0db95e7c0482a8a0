import type { Readings } from '../../lib/command.ts';
import { linesOf, outputOf } from '../recipe.ts';

export interface BaseFacts {
  /** e.g. `debian 12`; '' when it could not be read. */
  system: string;
  /** e.g. `bookworm`. */
  codename: string;
  /** As dpkg and Docker both name it: `amd64`, `arm64`. */
  architecture: string;
  /** MiB that the kernel manages, which is somewhat less than the bundle's; null when unknown. */
  memoryMb: number | null;
  swapMb: number;
  cloudInit: 'finished' | 'running' | 'failed';
  /** What `dpkg --audit` says; '' is fine. */
  dpkgAudit: string;
  /** Fully installed packages of those asked for, with their versions. */
  packages: Readonly<Record<string, string>>;
  swapFiles: readonly string[];
  /** '' when there is none; null when it could not be read, so that it is never overwritten unseen. */
  fstab: string | null;
  /** MiB free under /var/lib; null when unknown. */
  diskFreeMb: number | null;
  /** Of hosts outside Lightsail only. */
  addresses: readonly string[];
}

/** What every later recipe needs; the base recipe installs it. */
export const BASE_PACKAGES = ['ca-certificates', 'curl'];

/** The base packages that are not there yet; when there are some, the base recipe reads the package lists anew. */
export function missingPackages(facts: BaseFacts): string[] {
  return BASE_PACKAGES.filter((name) => !(name in facts.packages));
}

export function parseBase(readings: Readings): BaseFacts {
  const release = parseOsRelease(outputOf(readings, 'base.os') ?? '');
  const memory = parseMeminfo(outputOf(readings, 'base.memory') ?? '');
  return {
    system: `${release.ID ?? ''} ${release.VERSION_ID ?? ''}`.trim(),
    codename: release.VERSION_CODENAME ?? '',
    architecture: linesOf(outputOf(readings, 'base.architecture'))[0] ?? '',
    memoryMb: memory.MemTotal === undefined ? null : Math.floor(memory.MemTotal / 1024),
    swapMb: Math.ceil((memory.SwapTotal ?? 0) / 1024),
    cloudInit: parseCloudInit(readings),
    dpkgAudit: (readings['base.dpkg_audit']?.output ?? '').trim(),
    packages: parsePackages(readings['base.packages']?.output ?? ''),
    swapFiles: linesOf(outputOf(readings, 'base.swap_files')),
    fstab: outputOf(readings, 'base.fstab') ?? (readings['base.fstab']?.exit === 1 ? '' : null),
    diskFreeMb: parseDf(outputOf(readings, 'base.disk') ?? ''),
    addresses: (outputOf(readings, 'base.addresses') ?? '').split(/\s+/).filter(Boolean),
  };
}

/** os-release(5): NAME=value lines, the value perhaps in quotes. */
function parseOsRelease(text: string): Record<string, string> {
  const pairs = linesOf(text).map((line) => /^([A-Z_]+)=(["']?)(.*)\2$/.exec(line));
  return Object.fromEntries(pairs.flatMap((match) => (match ? [[match[1], match[3]] as const] : [])));
}

/** Values in KiB. */
function parseMeminfo(text: string): Record<string, number> {
  const pairs = linesOf(text).map((line) => /^(\w+):\s+(\d+) kB$/.exec(line));
  return Object.fromEntries(pairs.flatMap((match) => (match ? [[match[1], Number(match[2])] as const] : [])));
}

/**
 * Exit 127: a host without cloud-init, so there is nothing to wait for. Exit 2 (since 23.4): done, with recoverable
 * errors. Exit 1 with "status: error": it ended badly. A host not booted through yet says "running" or "not run".
 */
function parseCloudInit(readings: Readings): BaseFacts['cloudInit'] {
  const { exit, output } = readings['base.cloud_init'] ?? { exit: 127, output: '' };
  if (exit === 127) return 'finished';
  if ((exit === 0 || exit === 2) && /status:\s*(done|disabled|degraded)/.test(output)) return 'finished';
  return /status:\s*error/.test(output) && exit !== 2 ? 'failed' : 'running';
}

/** `name[:architecture] status version`; the second letter of the status is what the package is, `i` is installed. */
function parsePackages(text: string): Record<string, string> {
  const rows = linesOf(text).map((line) => line.split(/\s+/));
  const installed = rows.filter(([, status]) => status?.[1] === 'i' && status.length === 2);
  return Object.fromEntries(installed.map(([name = '', , version = '']) => [name.split(':')[0] ?? '', version]));
}

/** `df --output=avail -BM`: a heading, then e.g. `12345M`. */
function parseDf(text: string): number | null {
  const match = /^\s*(\d+)M\s*$/m.exec(text);
  return match ? Number(match[1]) : null;
}
