import type { EngineState } from '../docker/state.ts';

/** All that survives a reboot: the disk. Plain JSON, so that a sandbox can keep its hosts over a restart. */
export interface MachineState {
  files: Record<string, FileState>;
  directories: Record<string, true>;
  packages: Record<string, PackageState>;
  /** Archives whose lists `apt-get update` has read, by name. */
  lists: string[];
  units: Record<string, UnitState>;
  /** Packages that apt leaves alone: `apt-mark hold`. */
  held: string[];
  /** Of all units, oldest first. */
  journal: JournalEntry[];
  /** Settings of the kernel that were changed since it booted, e.g. vm.max_map_count. */
  sysctl: Record<string, string>;
  /** Swap files that are on. */
  swaps: string[];
  firstBootDone: boolean;
  engine: EngineState;
}

export interface FileState {
  text: string;
  /** Octal digits without leading zeros, as `stat -c %a` prints them. */
  mode: string;
  /** Of a file whose content nobody reads (fallocate); else the text's own length. */
  bytes?: number;
  /** `user:group`; root:root where it is left out. */
  owner?: string;
}

export interface UnitState {
  enabled: boolean;
  active: boolean;
  /** It ended badly, and nobody has started it since. */
  failed?: boolean;
  /** How its last run ended, as systemd names it; `success` while it runs. */
  result?: string;
  /** Exit code or number of the signal of its main process. */
  status?: number;
  /** How often systemd has started it again by itself. */
  restarts?: number;
  /** Its drop-ins as the last `daemon-reload` found them. */
  dropIns?: string;
}

export interface JournalEntry {
  /** Milliseconds since 1970. */
  at: number;
  unit: string;
  /** Program and number of its process, e.g. `systemd[1]`. */
  by: string;
  text: string;
}

export interface PackageState {
  version: string;
  /** dpkg's abbreviation: `ii ` installed, `iU ` unpacked, `iF ` its script for configuring it failed. */
  status: 'ii ' | 'iU ' | 'iF ';
  /** Version that was configured last, where that is not this one. */
  configured?: string;
}
