import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import type { Machine } from '../machine/machine.ts';
import { createTimer, type Timer } from '../pace.ts';
import { Killed } from './execute.ts';
import type { Request, WireRecord } from './input.ts';
import { type Failure, perform, type Setting } from './perform.ts';
import { stripNewlines } from './text.ts';

/** The other end of the runner's output. */
export interface Reader {
  write(text: string): void;
  /** Of the runner's second output. */
  complain(text: string): void;
  /** Nobody reads any more. */
  gone(): boolean;
}

/** What faults do to the steps of an exec, numbered from 0 without facts and rescues. */
export interface StepFaults {
  /** Called while the step begins; it is killed where the answer is true. */
  begin(step: number): Promise<boolean>;
  instead(step: number): (() => Failure) | undefined;
}

const LONGEST_LINE = 65_536;

interface Options {
  request: Request;
  machine: Machine;
  reader: Reader;
  faults: StepFaults;
}

/** Does what host-runner.sh does with its input, and gives its exit code. Throws Killed when it does not come to its end. */
export async function runRecords({ request, machine, reader, faults }: Options): Promise<number> {
  const { nonce, mode, lock, holder, digest, records } = request;
  const power = machine.power();
  const timer = createTimer(machine.pace.scale, machine.skip);
  const mark = (text: string) => reader.write(`\n\x1e${nonce} ${text}\n`);
  const finish = (status: string, exit: number) => {
    mark(`done ${status}`);
    return exit;
  };
  const readFacts = createFactReader({ request, machine, power, timer, reader, mark });

  if (mode === 'facts') {
    mark(`digest ${await readFacts(true)}`);
    return finish('ok', 0);
  }
  if (!machine.files.isDirectory(posix.dirname(lock))) {
    reader.complain(`main: line 367: ${lock}: No such file or directory\n`);
    return finish('invalid', 1);
  }
  const release = await machine.locks.take(lock, machine.pace.lockWaitMs);
  if (!release) {
    reader.write(machine.files.read(lock));
    return finish('locked', 1);
  }
  try {
    power.throwIfAborted();
    machine.files.write(lock, `${holder}\n`, '600');
    if (digest !== '' && (await readFacts(false)) !== digest) return finish('moved', 1);
    const ended = await runSteps({ records, nonce, lock, machine, power, timer, reader, mark, faults });
    if (ended === 'gone') return 74;
    return ended === 'failed' ? finish('failed', 1) : finish('ok', 0);
  } finally {
    release();
  }
}

interface Facts {
  request: Request;
  machine: Machine;
  power: AbortSignal;
  timer: Timer;
  reader: Reader;
  mark(text: string): void;
}

/** Reads the facts, shows them where wanted, and gives the digest of the stable ones. */
function createFactReader({ request, machine, power, timer, reader, mark }: Facts) {
  return async (show: boolean): Promise<string> => {
    const hash = createHash('sha256');
    for (const [number, record] of request.records.entries()) {
      if (record.role !== 'fact' && !(record.role === 'volatile' && show)) continue;
      const started = performance.now();
      const { exit, output } = await readFact(record, {
        nonce: request.nonce,
        lock: request.lock,
        machine,
        timer,
        signal: power,
      });
      if (show) {
        mark(`begin ${number}`);
        reader.write(output);
        mark(`end ${number} ok ${exit} ${elapsed(started)}`);
      }
      if (record.role === 'fact') hash.update(`${exit}\0${output}\0`);
    }
    return hash.digest('hex');
  };
}

/** In a subshell, as it were: nothing that it captures is kept. */
async function readFact(record: WireRecord, setting: Omit<Setting, 'out' | 'err' | 'captured'>) {
  let text = '';
  const out = (more: string) => {
    text += more;
  };
  const { exit } = await perform(record, { ...setting, out, err: () => {}, captured: new Map() });
  return { exit, output: stripNewlines(text) };
}

interface Steps extends Omit<Facts, 'request'> {
  records: readonly WireRecord[];
  nonce: string;
  lock: string;
  faults: StepFaults;
}

async function runSteps({
  records,
  nonce,
  lock,
  machine,
  power,
  timer,
  reader,
  mark,
  faults,
}: Steps): Promise<'ok' | 'failed' | 'gone'> {
  const captured = new Map<string, string>();
  let failed = false;
  let step = -1;
  for (const [number, record] of records.entries()) {
    const isStep = record.role === 'step';
    if (isStep && failed) break;
    if (!isStep && !(record.role === 'rescue' && failed)) continue;
    if (isStep) step += 1;
    const started = performance.now();
    mark(`begin ${number}`);
    if (isStep && reader.gone()) return 'gone';
    const killed = isStep && (await faults.begin(step));
    const relay = createRelay(reader);
    const signal = killed ? AbortSignal.abort(new Killed()) : power;
    const instead = isStep ? faults.instead(step) : undefined;
    const setting = { nonce, lock, machine, timer, out: relay.push, err: relay.push, signal, captured, instead };
    const { exit, unchanged } = await perform(record, setting);
    const outcome = exit !== 0 ? 'failed' : unchanged ? 'unchanged' : 'changed';
    relay.push(`\n\x1e${nonce} end ${number} ${outcome} ${exit} ${elapsed(started)}\n`);
    failed ||= isStep && exit !== 0;
  }
  return failed ? 'failed' : 'ok';
}

/** Passes whole lines on, up to the step's end marker; longer ones than it may hold become several. */
function createRelay({ write }: Reader) {
  let held = '';
  return {
    push(text: string): void {
      const lines = `${held}${text.replaceAll('\0', '')}`.split('\n');
      held = lines.pop() ?? '';
      for (const line of lines) {
        for (let at = 0; at <= line.length; at += LONGEST_LINE) write(`${line.slice(at, at + LONGEST_LINE)}\n`);
      }
    },
  };
}

function elapsed(started: number): number {
  return Math.floor(performance.now() - started);
}
