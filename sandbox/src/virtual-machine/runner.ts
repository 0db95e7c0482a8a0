import { createHash } from 'node:crypto';
import type { Machine } from './machine.ts';
import type { RunnerInput, RunnerRecord } from './runner-input.ts';
import { perform, type Verbs } from './verbs.ts';

/** How a run is disturbed; each may act once or be asked again. */
export interface Disturbance {
  /** What the step `number` (0-based, rescues not counted) ends as in place of running; undefined to let it run. */
  failStep(number: number): { exit: number; output: string } | undefined;
  /** Told before a step runs; 'kill' ends the runner on the spot, before the step does anything. */
  beforeStep(number: number): 'go on' | 'kill';
}

export interface Channel {
  /** False once the other side is gone. */
  write(text: string): boolean;
}

/** Seconds for which a run waits for the host's lock. */
const LOCK_WAIT_S = 10;

/** Executes records as host-runner.sh does, on a machine in memory. Returns the runner's exit code. */
export async function runRecords(
  machine: Machine,
  input: RunnerInput,
  channel: Channel,
  disturb: Disturbance,
): Promise<number> {
  const { nonce, mode, lock, holder, digest } = input;
  const mark = (text: string) => channel.write(`\n\x1e${nonce} ${text}\n`);
  if (mode === 'facts') {
    const found = await readFacts(machine, input, (number, output, exit, ms) => {
      mark(`begin ${number}`);
      channel.write(output);
      mark(`end ${number} ok ${exit} ${ms}`);
    });
    mark(`digest ${found}`);
    mark('done ok');
    return 0;
  }
  if (!(await takeLock(machine, lock, holder))) {
    channel.write(`${machine.locks.get(lock)}\n`);
    mark('done locked');
    return 1;
  }
  try {
    if (digest !== '' && (await readFacts(machine, input)) !== digest) {
      mark('done moved');
      return 1;
    }
    return await runSteps(machine, input, { mark, write: channel.write }, disturb);
  } finally {
    machine.locks.delete(lock);
  }
}

async function takeLock({ locks, time }: Machine, lock: string, holder: string): Promise<boolean> {
  const until = time.now() + LOCK_WAIT_S * 1000;
  while (locks.has(lock)) {
    if (time.now() >= until) return false;
    await time.sleep(0.5);
  }
  locks.set(lock, holder);
  return true;
}

type ShowFact = (number: number, output: string, exit: number, ms: number) => void;

/** Reads the facts; volatile ones only when they are shown. Returns the digest of the stable ones. */
async function readFacts(machine: Machine, { records, nonce }: RunnerInput, show?: ShowFact): Promise<string> {
  const hash = createHash('sha256');
  for (const [number, record] of records.entries()) {
    if (record.role !== 'fact' && !(record.role === 'volatile' && show)) continue;
    const started = performance.now();
    const { exit, stdout } = await perform(machine, record, { captured: new Map(), nonce });
    const output = stdout.replace(/\n+$/, '');
    show?.(number, output, exit, Math.round(performance.now() - started));
    if (record.role === 'fact') hash.update(`${exit}\0${output}\0`);
  }
  return hash.digest('hex');
}

interface Output extends Channel {
  mark(text: string): boolean;
}

async function runSteps(
  machine: Machine,
  { records, nonce }: RunnerInput,
  output: Output,
  disturb: Disturbance,
): Promise<number> {
  const verbs: Verbs = { captured: new Map(), nonce };
  let failed = false;
  let step = -1;
  for (const [number, record] of records.entries()) {
    if (record.role === 'step') {
      if (failed) break;
      step += 1;
    }
    if (record.role !== 'step' && !(record.role === 'rescue' && failed)) continue;
    const started = performance.now();
    if (!output.mark(`begin ${number}`)) return 74;
    if (record.role === 'step' && disturb.beforeStep(step) === 'kill') return 137;
    const { exit, outcome, text } = await act(
      machine,
      record,
      verbs,
      record.role === 'step' ? disturb.failStep(step) : undefined,
    );
    if (text !== '') output.write(text.endsWith('\n') ? text : `${text}\n`);
    output.mark(`end ${number} ${exit === 0 ? outcome : 'failed'} ${exit} ${Math.round(performance.now() - started)}`);
    if (exit !== 0 && record.role === 'step') failed = true;
  }
  output.mark(failed ? 'done failed' : 'done ok');
  return failed ? 1 : 0;
}

async function act(
  machine: Machine,
  record: RunnerRecord,
  verbs: Verbs,
  failure: { exit: number; output: string } | undefined,
) {
  if (failure) return { exit: failure.exit, outcome: 'changed', text: failure.output };
  const { exit, outcome, merged } = await perform(machine, record, verbs);
  return { exit, outcome, text: merged };
}
