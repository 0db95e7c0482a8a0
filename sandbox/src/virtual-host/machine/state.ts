import type { EngineState } from '../docker/state.ts';

/** All that survives a reboot: the disk. Plain JSON, so that a sandbox can keep its hosts over a restart. */
export interface MachineState {
  files: Record<string, FileState>;
  directories: Record<string, true>;
  packages: Record<string, PackageState>;
  /** Archives whose lists `apt-get update` has read, by name. */
  lists: string[];
  units: Record<string, { enabled: boolean; active: boolean }>;
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
}

export interface PackageState {
  version: string;
  /** dpkg's abbreviation: `ii ` installed, `iU ` unpacked, not configured. */
  status: 'ii ' | 'iU ';
}
