import { archiveOf } from './archives.ts';
import catalogue from './packages.json' with { type: 'json' };
import type { System } from './systems.ts';

export interface PackageInfo {
  version: string;
  /** Megabytes on the disk once installed. */
  sizeMb: number;
  /** Megabytes to fetch. */
  fetchMb: number;
  depends: readonly string[];
  conflicts: readonly string[];
  /** `main` is the system's own; another one must be among apt's sources first. */
  archive: string;
  /** Units that the package brings: started and enabled by its installation, as is Debian's custom. */
  units: readonly string[];
  /** Units that it brings and leaves alone. */
  quietUnits: readonly string[];
  /** One line. */
  description: string;
}

type Row = Partial<Omit<PackageInfo, 'version'>> & { versions: Record<string, string | readonly string[]> };

/**
 * What the archives hold under this name for this system, the newest first. Versions are those of the archives in November
 * 2026.
 */
export function packageVersions(system: System, name: string): PackageInfo[] {
  const row = (catalogue as Record<string, Row>)[name];
  const versions = row?.versions[system.codename] ?? row?.versions['*'];
  if (!row || versions === undefined) return [];
  const { sizeMb = 2, fetchMb = 1, depends = [], conflicts = [], archive = 'main', units = [] } = row;
  const { quietUnits = [], description = '(virtual package)' } = row;
  return [versions].flat().map((version) => {
    const own = version.replace('CODENAME', system.codename).replace('DISTRIBUTION', system.id);
    const from = archiveOf(archive, own);
    return {
      version: own,
      ...{ sizeMb, fetchMb, depends, conflicts, archive: from, units, quietUnits, description },
    };
  });
}

/** The newest, or the one of this version. */
export function packageInfo(system: System, name: string, version?: string): PackageInfo | undefined {
  return packageVersions(system, name).find((one) => version === undefined || one.version === version);
}

/** Names of packages that bring units of their own: those whose installation can fail. */
export const packagesWithUnits = Object.entries(catalogue as Record<string, Row>)
  .filter(([, { units = [], quietUnits = [] }]) => units.length + quietUnits.length > 0)
  .map(([name]) => name);
