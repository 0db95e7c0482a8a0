import type { Machine } from '../machine/machine.ts';

/** One run of a program on a virtual host. */
export interface Call {
  /** Without the program's own name. */
  words: readonly string[];
  environment: Readonly<Record<string, string>>;
  stdin: string;
  machine: Machine;
  out(text: string): void;
  err(text: string): void;
  /** Waits by the host's clock. Rejects when the program's time is up or its host goes down. */
  sleep(ms: number): Promise<void>;
  /** Aborted with the program. */
  signal: AbortSignal;
}

/** Gives its exit code. */
export type Run = (call: Call) => number | Promise<number>;

export interface Program {
  run: Run;
  /** Packages that bring it, any of them; without these it is part of every system. */
  from?: readonly string[];
  /** What it leaves behind when it is killed in the middle. */
  halfDone?: (call: Call) => void;
}

/** Prints `text` as a complaint and gives the exit code. */
export function complain(call: Call, text: string, exit: number): number {
  call.err(`${text}\n`);
  return exit;
}
