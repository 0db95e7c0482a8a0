import { createHash } from 'node:crypto';
import known from '../known-runners.json' with { type: 'json' };

export interface WireRecord {
  role: string;
  timeoutS: number;
  verb: string;
  environment: string[];
  stdin: string | undefined;
  words: string[];
  guard: string[];
}

export interface Request {
  nonce: string;
  mode: string;
  lock: string;
  holder: string;
  digest: string;
  records: WireRecord[];
}

/** What follows a script that we know; undefined when it is not one of known-runners.json. */
export function afterKnownRunner(input: Buffer): Buffer | undefined {
  const runner = known.find(({ bytes, sha256 }) => digestOf(input.subarray(0, bytes)) === sha256);
  return runner && input.subarray(runner.bytes);
}

/** Tells whoever changed the script what to add. */
export function unknownRunner(input: Buffer): string {
  const end = input.indexOf('FOUNTAIN/1\0');
  const script = end === -1 ? input : input.subarray(0, end);
  const entry = JSON.stringify({ sha256: digestOf(script), bytes: script.length, format: 'FOUNTAIN/1' });
  const file = 'sandbox/src/virtual-host/known-runners.json';
  return `virtual host: it runs no shell, only the scripts in ${file}, and this is none of them: ${entry}\n`;
}

/** Takes the runner's fields apart; undefined when the input is not whole. The head of host-runner.sh documents them. */
export function readRequest(input: Buffer): Request | undefined {
  const fields = input.toString().split('\0');
  if (fields.at(-1) === '') fields.pop();
  const [format, nonce = '', mode = '', lock = '', holder = '', digest = '', count] = fields;
  const whole =
    fields.length >= 8 && format === 'FOUNTAIN/1' && count === String(fields.length) && fields.at(-1) === 'END';
  if (!whole) return undefined;
  return { nonce, mode, lock, holder, digest, records: readRecords(fields.slice(7)) };
}

function readRecords(fields: readonly string[]): WireRecord[] {
  const records: WireRecord[] = [];
  let at = 0;
  const next = () => fields[at++] ?? '';
  const list = () => Array.from({ length: Number(next()) }, next);
  while (at < fields.length && fields[at] !== 'END') {
    const role = next();
    next();
    const timeoutS = Number(next());
    const verb = next();
    const environment = list();
    const stdin = next() === '1' ? next() : undefined;
    const words = list();
    records.push({ role, timeoutS, verb, environment, stdin, words, guard: list() });
  }
  return records;
}

function digestOf(text: Buffer): string {
  return createHash('sha256').update(text).digest('hex');
}
