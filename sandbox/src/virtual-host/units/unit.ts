import type { Machine } from '../machine/machine.ts';

/** A service of systemd. A new one is a file here and a line in index.ts. */
export interface Unit {
  /** Gives the reason when it cannot start. */
  start(machine: Machine): Promise<string | undefined>;
  stop(machine: Machine): Promise<void>;
  /** Undefined for one that cannot: `reload-or-restart` restarts it then. */
  reload?(machine: Machine): Promise<void>;
}
