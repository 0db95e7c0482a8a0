import type { Machine } from './machine.ts';

export interface ProgramIo {
  stdin: string;
  env: Readonly<Record<string, string>>;
}

export interface ProgramResult {
  exit: number;
  stdout: string;
  stderr: string;
}

/** A program of the machine; `argv` is what follows its name. */
export type Program = (
  machine: Machine,
  argv: readonly string[],
  io: ProgramIo,
) => Promise<ProgramResult> | ProgramResult;

export function ok(stdout = ''): ProgramResult {
  return { exit: 0, stdout, stderr: '' };
}

/** Ends with `exit` and these words on the second output. */
export function failed(exit: number, stderr: string, stdout = ''): ProgramResult {
  return { exit, stdout, stderr: `${stderr}\n` };
}
