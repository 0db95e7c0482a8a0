import { createHash, createHmac } from 'node:crypto';
import { formatPatch, OMIT_HEADERS, structuredPatch } from 'diff';
import { type Action, Captured, type Probe, type Step, type Text } from './command.ts';
import { redactor, Secret, secretsIn } from './secret.ts';

/** The fields of an exec's input after host-runner.sh; the head of that script documents them. */
interface Envelope {
  nonce: string;
  /** Path of the lock file on the host. */
  lock: string;
  /** One line that names who holds the lock. */
  holder: string;
}

interface WireRecord {
  role: 'fact' | 'volatile' | 'step' | 'rescue';
  name: string;
  timeoutS: number;
  action: Action;
  guard?: readonly Text[];
}

/** The input of an exec that reads facts. */
export function encodeFacts(probes: readonly Probe[], envelope: Envelope): string {
  return encode('facts', '', probeRecords(probes), envelope);
}

/** The input of an exec that reads the facts again under the host's lock, compares their digest and runs the steps. */
export function encodeSteps(
  probes: readonly Probe[],
  factsDigest: string,
  steps: readonly Step[],
  envelope: Envelope,
): string {
  return encode('steps', factsDigest, [...probeRecords(probes), ...flattenSteps(steps)], envelope);
}

/** Steps and their rescues in the order of their records. */
export function flattenSteps(steps: readonly Step[]): (WireRecord & { step: Step })[] {
  return steps.flatMap((step) => [
    stepRecord('step', step),
    ...(step.rescue ?? []).map((rescue) => stepRecord('rescue', rescue)),
  ]);
}

/**
 * What a step does, as data: for people, or, when a key is given, for the plan's hash. Secrets are shown to people as
 * `[redacted]`, and are their HMAC in the hash, so that two plans differ when a secret differs. People also get the
 * `diff` of a file whose present content is known.
 */
export function describeStep(step: Step, hmacKey?: Buffer): Record<string, unknown> {
  const show = (text: Text) => renderText(text, (part) => visiblePart(part, hmacKey));
  const { before: _, ...action } = { before: undefined, ...step.action };
  const shown = Object.fromEntries(
    Object.entries(action).map(([key, value]) => [key, describeValue(key, value, show)] as const),
  );
  return {
    name: step.name,
    effect: step.effect,
    ...shown,
    ...(hmacKey ? {} : describeChange(step.action)),
    ...(step.guard ? { guard: step.guard.map(show) } : {}),
    ...(step.rescue?.length ? { rescue: step.rescue.map((rescue) => describeStep(rescue, hmacKey)) } : {}),
  };
}

/** A unified diff, without the file's name. Where the new content has secrets, what is removed is not shown: it may hold older ones. */
function describeChange(action: Action): { diff?: string } {
  if (action.verb !== 'write_file' || action.before === undefined) return {};
  const secrets = secretsIn(action.content);
  const after = renderText(action.content, (part) => visiblePart(part));
  // A reading lacks its last line feed.
  const before = redactor(secrets)(action.before).replace(/[^\n]$/, '$&\n');
  const patch = structuredPatch('', '', before, after, undefined, undefined, { context: 2 });
  if (secrets.length > 0) {
    for (const hunk of patch.hunks) {
      hunk.lines = hunk.lines.map((line) => (line.startsWith('-') ? '-[redacted]' : line));
    }
  }
  return { diff: formatPatch(patch, OMIT_HEADERS) };
}

function describeValue(key: string, value: unknown, show: (text: Text) => string): unknown {
  if (key === 'content')
    return `sha256:${createHash('sha256')
      .update(show(value as Text))
      .digest('hex')}`;
  if (key === 'argv' || key === 'items') return (value as readonly Text[]).map(show);
  if (key === 'env') {
    return Object.fromEntries(Object.entries(value as Record<string, Text>).map(([name, text]) => [name, show(text)]));
  }
  if (key === 'stdin' || key === 'config' || key === 'path' || key === 'file') return show(value as Text);
  return value;
}

function visiblePart(part: string | Secret | Captured, hmacKey?: Buffer): string {
  if (typeof part === 'string') return part;
  if (part instanceof Captured) return `<${part.name}>`;
  return hmacKey ? `hmac:${createHmac('sha256', hmacKey).update(part.reveal()).digest('hex')}` : part.toString();
}

function probeRecords(probes: readonly Probe[]): WireRecord[] {
  return probes.map(({ name, action, volatile, timeoutS }) => ({
    role: volatile ? 'volatile' : 'fact',
    name,
    timeoutS: timeoutS ?? 20,
    action,
  }));
}

function stepRecord(role: 'step' | 'rescue', step: Step): WireRecord & { step: Step } {
  const { name, timeoutS, action, guard } = step;
  return { role, name, timeoutS, action, step, ...(guard ? { guard } : {}) };
}

function encode(mode: 'facts' | 'steps', digest: string, records: readonly WireRecord[], envelope: Envelope): string {
  const { nonce, lock, holder } = envelope;
  const body = [...records.flatMap((record) => encodeRecord(record, nonce)), 'END'];
  const fields = ['FOUNTAIN/1', nonce, mode, lock, holder, digest, String(body.length + 7), ...body];
  return fields.map((field) => `${noNul(field)}\0`).join('');
}

function encodeRecord({ role, name, timeoutS, action, guard = [] }: WireRecord, nonce: string): string[] {
  const word = (text: Text) =>
    renderText(text, (part) => {
      if (typeof part === 'string') return part;
      return part instanceof Captured ? `@{${nonce}:${part.name}}` : part.reveal();
    });
  const { environment, data, argv } = parts(action);
  return [
    role,
    name,
    String(timeoutS),
    action.verb,
    ...counted(Object.entries(environment).map(([key, value]) => `${key}=${word(value)}`)),
    ...(data === undefined ? ['0'] : ['1', word(data)]),
    ...counted(argv.map(word)),
    ...counted(guard.map(word)),
  ];
}

function parts(action: Action): { environment: Record<string, Text>; data?: Text; argv: readonly Text[] } {
  switch (action.verb) {
    case 'run':
      return {
        environment: action.env ?? {},
        argv: action.argv,
        ...(action.stdin === undefined ? {} : { data: action.stdin }),
      };
    case 'run_merged':
      return { environment: {}, argv: action.argv };
    case 'run_accepting':
      return { environment: action.env ?? {}, argv: [action.codes.join(','), ...action.argv] };
    case 'capture':
      return { environment: {}, argv: [action.variable, action.prefix, ...action.argv] };
    case 'write_file':
      return { environment: {}, data: action.content, argv: [action.path, action.mode] };
    case 'write_list':
      return { environment: {}, argv: [action.path, action.mode, ...action.items] };
    case 'remove_file':
      return { environment: {}, argv: [action.path] };
    case 'wait_until': {
      const { intervalS, times, want, stop, argv } = action;
      return { environment: {}, argv: [String(intervalS), String(times), want, stop, ...argv] };
    }
    case 'docker_auth':
      return { environment: {}, data: action.config, argv: action.argv };
    case 'run_release':
      return { environment: {}, argv: [action.file, action.replaces, ...(action.options ?? [])] };
    case 'read_releases':
      return { environment: {}, argv: [action.directory] };
    case 'wait_healthy': {
      const { container, url, times, steady } = action;
      return { environment: {}, argv: [container, url, String(times), ...(steady ? [String(steady)] : [])] };
    }
  }
}

function counted(list: readonly string[]): string[] {
  return [String(list.length), ...list];
}

function renderText(text: Text, render: (part: string | Secret | Captured) => string): string {
  if (typeof text === 'string' || text instanceof Secret || text instanceof Captured) return render(text);
  return text.map(render).join('');
}

function noNul(field: string): string {
  if (field.includes('\0')) throw new TypeError('a field for the host contains a NUL character');
  return field;
}

/** What the runner reports, one event a marker; the output between `begin` and `end` belongs to that record. */
export type RunnerEvent =
  | { type: 'begin'; record: number }
  | { type: 'output'; record: number | null; text: string }
  | { type: 'end'; record: number; outcome: 'changed' | 'unchanged' | 'failed' | 'ok'; exit: number; ms: number }
  | { type: 'digest'; digest: string }
  | { type: 'done'; status: 'ok' | 'failed' | 'locked' | 'moved' | 'invalid' };

/**
 * Turns the runner's output into events. Feed it whole lines without their line feed. A marker is preceded by a line
 * feed of its own, so one empty line before each marker is not output.
 */
export function createMarkerParser(nonce: string, emit: (event: RunnerEvent) => void): (line: string) => void {
  const prefix = `\x1e${nonce} `;
  let record: number | null = null;
  let emptyBefore = false;
  return (line) => {
    const wasEmpty = emptyBefore;
    emptyBefore = line === '';
    if (!line.startsWith(prefix)) {
      if (wasEmpty) emit({ type: 'output', record, text: '' });
      if (!emptyBefore) emit({ type: 'output', record, text: line });
      return;
    }
    const [word, ...rest] = line.slice(prefix.length).split(' ');
    if (word === 'begin') {
      record = Number(rest[0]);
      emit({ type: 'begin', record });
    } else if (word === 'end') {
      const outcome = rest[1] as 'changed' | 'unchanged' | 'failed' | 'ok';
      emit({ type: 'end', record: Number(rest[0]), outcome, exit: Number(rest[2]), ms: Number(rest[3]) });
      record = null;
    } else if (word === 'digest') {
      emit({ type: 'digest', digest: rest[0] ?? '' });
    } else if (word === 'done') {
      emit({ type: 'done', status: rest[0] as 'ok' | 'failed' | 'locked' | 'moved' | 'invalid' });
    }
  };
}
