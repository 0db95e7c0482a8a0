/** The input of the control API's host runner after its script: NUL-terminated fields, as the head of that script documents. */

export interface RunnerRecord {
  role: 'fact' | 'volatile' | 'step' | 'rescue';
  name: string;
  timeoutS: number;
  verb: string;
  /** NAME=value. */
  environment: string[];
  data: string | undefined;
  argv: string[];
  guard: string[];
}

export interface RunnerInput {
  nonce: string;
  mode: 'facts' | 'steps';
  lock: string;
  holder: string;
  digest: string;
  records: RunnerRecord[];
}

/** Undefined when the input is not whole: nothing may run then. */
export function parseRunnerInput(input: string): RunnerInput | undefined {
  const fields = input.split('\0');
  if (fields.at(-1) === '') fields.pop();
  const [magic, nonce = '', mode, lock = '', holder = '', digest = '', count] = fields;
  if (magic !== 'FOUNTAIN/1' || count !== String(fields.length) || fields.at(-1) !== 'END') return undefined;
  const records: RunnerRecord[] = [];
  let at = 7;
  const next = () => fields[at++] ?? '';
  const counted = () => Array.from({ length: Number(next()) }, next);
  while (fields[at] !== 'END') {
    records.push({
      role: next() as RunnerRecord['role'],
      name: next(),
      timeoutS: Number(next()),
      verb: next(),
      environment: counted(),
      data: next() === '1' ? next() : undefined,
      argv: counted(),
      guard: counted(),
    });
  }
  return { nonce, mode: mode === 'facts' ? 'facts' : 'steps', lock, holder, digest, records };
}
