import { execute, type Run } from './execute.ts';
import type { WireRecord } from './input.ts';
import { type Result, verbs } from './verbs.ts';

/** What a record is performed in. */
export interface Setting extends Pick<Run, 'machine' | 'timer' | 'lock' | 'out' | 'err' | 'signal'> {
  nonce: string;
  captured: Map<string, string>;
  /** What a fault makes of the record in place of its verb. */
  instead?: (() => Failure) | undefined;
}

export interface Failure {
  exit: number;
  output: string;
}

/** Runs a record's verb, unless its guard says that it is not needed. */
export async function perform(record: WireRecord, setting: Setting): Promise<Result> {
  const { machine, timer, lock, out, err, signal, captured, instead } = setting;
  const expanded = expandRecord(record, setting);
  if (!expanded) {
    out('a value was never captured\n');
    return { exit: 65 };
  }
  const { words, guard, stdin, environment } = expanded;
  const run: Run = { machine, timer, lock, limitS: record.timeoutS, environment, stdin, out, err, signal };
  const silent = { ...run, stdin: undefined, out: () => {}, err: () => {} };
  if (guard.length > 0 && (await execute(silent, guard, 60)) === 0) return { exit: 0, unchanged: true };
  if (instead) {
    const { exit, output } = instead();
    out(output);
    return { exit };
  }
  const verb = Object.hasOwn(verbs, record.verb) ? verbs[record.verb] : undefined;
  if (verb) return verb(run, words, captured);
  out(`unknown verb: ${record.verb}\n`);
  return { exit: 64 };
}

/** Puts captured values in their places; undefined when one was never captured. */
function expandRecord(record: WireRecord, { nonce, captured }: Setting): WireRecord | undefined {
  let missing = false;
  const expand = (text: string) => {
    let result = text;
    for (const [variable, value] of captured) result = result.replaceAll(`@{${nonce}:${variable}}`, () => value);
    missing ||= result.includes(`@{${nonce}:`);
    return result;
  };
  const { environment, words, guard, stdin } = record;
  const expanded = {
    ...record,
    words: words.map(expand),
    guard: guard.map(expand),
    environment: environment.map(expand),
    stdin: stdin === undefined ? undefined : expand(stdin),
  };
  return missing ? undefined : expanded;
}
