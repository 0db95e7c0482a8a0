import type { Machine } from '../machine/machine.ts';

/** A start of a unit. */
export interface Start {
  machine: Machine;
  /** Of its main process. */
  pid: number;
  /** Puts lines into the journal, as the program's. */
  say(text: string): void;
  /** By the host's clock. */
  sleep(ms: number): Promise<void>;
}

/** How the run of a unit ended badly, in systemd's terms. */
export interface Failure {
  result: 'exit-code' | 'oom-kill' | 'signal' | 'timeout';
  /** Exit code, or the number of the signal. */
  status: number;
  /** It ended before it counted as started, also where its type is simple. */
  early?: boolean;
}

/** A service of systemd. A new one is a file here and a line in index.ts. */
export interface Unit {
  description: string;
  /** Name of its main process. */
  program: string;
  /** `simple`: whoever starts it is not told what becomes of it. */
  type: 'notify' | 'simple';
  /** It has a script in /etc/init.d too. */
  sysv?: boolean;
  /** Resolves when it runs, or with the reason why it does not; then nothing of it is left. */
  start(start: Start): Promise<Failure | undefined>;
  stop(machine: Machine): Promise<void>;
  /** Undefined for one that cannot: `reload-or-restart` restarts it then. */
  reload?(start: Omit<Start, 'sleep'>): Promise<Failure | undefined>;
}

export const failedWith = (status: number, more: Partial<Failure> = {}): Failure => ({
  result: 'exit-code',
  status,
  ...more,
});
