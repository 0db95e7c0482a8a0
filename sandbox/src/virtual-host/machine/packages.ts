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
}

type Row = Partial<Omit<PackageInfo, 'version'>> & { versions: Record<string, string> };

/** What the archives hold under this name for this system. Versions are those of the archives in November 2026. */
export function packageInfo(system: System, name: string): PackageInfo | undefined {
  const row = (catalogue as Record<string, Row>)[name];
  const version = row?.versions[system.codename] ?? row?.versions['*'];
  if (!row || version === undefined) return undefined;
  const { sizeMb = 2, fetchMb = 1, depends = [], conflicts = [], archive = 'main', units = [] } = row;
  const own = version.replace('CODENAME', system.codename).replace('DISTRIBUTION', system.id);
  return { version: own, sizeMb, fetchMb, depends, conflicts, archive, units };
}
