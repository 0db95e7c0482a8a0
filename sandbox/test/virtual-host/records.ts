import { readFileSync } from 'node:fs';

/** The script that the control API feeds to hosts, read as a file: the sandbox imports nothing of the control API. */
export const runner = readFileSync(new URL('../../../control-api/src/host-runner.sh', import.meta.url));

export interface TestRecord {
  role?: 'fact' | 'volatile' | 'step' | 'rescue';
  verb?: string;
  words: readonly string[];
  environment?: readonly string[];
  stdin?: string;
  guard?: readonly string[];
  timeoutS?: number;
}

export interface TestRequest {
  mode?: 'facts' | 'steps';
  nonce?: string;
  lock?: string;
  holder?: string;
  digest?: string;
  records: readonly TestRecord[];
}

export const NONCE = '0123456789abcdef';

/** The input of an exec, the script included. */
export function encode(request: TestRequest): Buffer {
  return Buffer.concat([runner, Buffer.from(encodeFields(request))]);
}

export function encodeFields(request: TestRequest): string {
  const {
    mode = 'steps',
    nonce = NONCE,
    lock = '/run/fountain.lock',
    holder = 'a test',
    digest = '',
    records,
  } = request;
  const body = [...records.flatMap(encodeRecord), 'END'];
  const fields = ['FOUNTAIN/1', nonce, mode, lock, holder, digest, String(body.length + 7), ...body];
  return fields.map((field) => `${field}\0`).join('');
}

function encodeRecord(record: TestRecord): string[] {
  const { role = 'step', verb = 'run', words, environment = [], stdin, guard = [], timeoutS = 20 } = record;
  const counted = (list: readonly string[]) => [String(list.length), ...list];
  const data = stdin === undefined ? ['0'] : ['1', stdin];
  return [
    role,
    'a name',
    String(timeoutS),
    verb,
    ...counted(environment),
    ...data,
    ...counted(words),
    ...counted(guard),
  ];
}

/** Milliseconds differ from run to run. */
export function withoutTimes(output: string): string {
  return output.replace(/^(.\w+ end \d+ \w+ \d+) \d+$/gm, '$1 MS');
}

export interface Ended {
  outcome: string;
  exit: number;
  output: string;
}

/** What the markers say: each record's end by its number, and the last word. */
export function readMarkers(text: string): {
  ends: Record<number, Ended>;
  done: string | undefined;
  digest: string | undefined;
} {
  const ends: Record<number, Ended> = {};
  const pattern = new RegExp(
    `\\n\\x1e${NONCE} begin (\\d+)\\n([\\s\\S]*?)\\n\\x1e${NONCE} end \\1 (\\w+) (\\d+) \\d+\\n`,
    'g',
  );
  for (const [, number, output = '', outcome = '', exit] of text.matchAll(pattern)) {
    ends[Number(number)] = { outcome, exit: Number(exit), output };
  }
  const word = (name: string) => new RegExp(`\\x1e${NONCE} ${name} (\\w+)`).exec(text)?.[1];
  return { ends, done: word('done'), digest: word('digest') };
}
