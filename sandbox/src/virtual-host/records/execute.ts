import type { Machine } from '../machine/machine.ts';
import type { Timer } from '../pace.ts';
import { programs } from '../programs/index.ts';
import type { Call, Program } from '../programs/program.ts';

/** The power went, or the runner was killed: nothing more happens. */
export class Killed extends Error {}

class TimeIsUp extends Error {}

/** Bash's own. */
const READ_ONLY = ['BASHOPTS', 'BASH_VERSINFO', 'EUID', 'PPID', 'SHELLOPTS', 'UID'];

/** The surroundings in which a record's programs run. */
export interface Run {
  machine: Machine;
  timer: Timer;
  limitS: number;
  /** Path of the lock file. */
  lock: string;
  /** NAME=value */
  environment: readonly string[];
  stdin: string | undefined;
  out(text: string): void;
  err(text: string): void;
  /** Aborted when the power goes or the record is killed; then no program starts. */
  signal: AbortSignal;
}

/** `timeout SECONDS WORDS...`: gives its exit code, 124 when the time was up, 127 when there is no such program. */
export async function execute(run: Run, words: readonly string[], seconds = run.limitS): Promise<number> {
  const { machine, timer, stdin = '', out, err, signal } = run;
  const [name = '', ...rest] = words;
  const environment: Record<string, string> = {};
  for (const pair of run.environment) {
    const [, key, value] = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(pair) ?? [];
    if (key === undefined || value === undefined || READ_ONLY.includes(key)) {
      out(`cannot be set: ${pair.split('=', 1)[0]}\n`);
      return 65;
    }
    environment[key] = value;
  }
  if (words.length === 0) {
    err("timeout: missing operand\nTry 'timeout --help' for more information.\n");
    return 125;
  }
  machine.commandLines.push(words.join(' '));
  const program = find(machine, name);
  if (typeof program === 'string') {
    err(program);
    return 127;
  }
  const deadline = seconds === 0 ? Number.POSITIVE_INFINITY : timer.now() + seconds * 1000;
  async function sleep(ms: number): Promise<void> {
    const left = deadline - timer.now();
    await timer.sleep(Math.max(0, Math.min(ms, left)), signal);
    if (ms > left) throw new TimeIsUp();
  }
  const call: Call = { words: rest, environment, stdin, machine, out, err, sleep, signal };
  if (signal.aborted) program.halfDone?.(call);
  try {
    signal.throwIfAborted();
    const exit = await program.run(call);
    signal.throwIfAborted();
    return exit;
  } catch (error) {
    if (signal.aborted) throw new Killed();
    if (error instanceof TimeIsUp) return 124;
    throw error;
  }
}

/** The program, or what is printed where there is none. */
function find({ state }: Machine, word: string): Program | string {
  const name = word.replace(/^\/(usr\/)?s?bin\//, '');
  const program = Object.hasOwn(programs, name) ? programs[name] : undefined;
  const missing = `timeout: failed to run command '${word}': No such file or directory\n`;
  if (!program)
    return `${missing}virtual host: ${word} is not among its programs (sandbox/src/virtual-host/programs)\n`;
  const installed = !program.from || program.from.some((one) => state.packages[one]?.status === 'ii ');
  return installed ? program : missing;
}
