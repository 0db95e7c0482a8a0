import { inspect } from 'node:util';

const REDACTED = '[redacted]';

/**
 * A value that must not be seen: it prints, serialises and inspects as `[redacted]`.
 * Only `reveal()` gives the text, so every place that lets it out can be found by name.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [inspect.custom](): string {
    return REDACTED;
  }
}

/** Every secret inside a value, however deep; used to redact what comes back from outside. */
export function secretsIn(value: unknown): Secret[] {
  if (value instanceof Secret) return [value];
  if (value === null || typeof value !== 'object') return [];
  return Object.values(value).flatMap(secretsIn);
}

/**
 * Returns a function that replaces each of the given secrets in a text: as it is, as JSON has it, in base64 (also as a part
 * of what was encoded, as in Docker's `user:token`), and each line of a secret of several, since output comes by the line.
 * Secrets under 4 characters, and parts under 8, are left: replacing them would garble every line.
 */
export function redactor(secrets: readonly Secret[]): (text: string) => string {
  const needles = secrets
    .map((secret) => secret.reveal())
    .filter((value) => value.length >= 4)
    .flatMap((value) => [value, JSON.stringify(value).slice(1, -1), ...base64Forms(value), ...longLines(value)])
    .sort((a, b) => b.length - a.length);
  return (text) => needles.reduce((result, needle) => result.split(needle).join(REDACTED), text);
}

/** Alone, and behind zero, one or two bytes of others: then without the characters that have bits of its neighbours. */
function base64Forms(value: string): string[] {
  const bytes = Buffer.from(value);
  const parts = [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    return text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
  });
  const forms = [bytes.toString('base64').replace(/=+$/, ''), ...parts.filter((part) => part.length >= 8)];
  return forms.flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_')]);
}

function longLines(value: string): string[] {
  return value
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line.length >= 8);
}

/** A value made of JSON with every text inside it redacted, however deep; the names of fields stay. */
export function redactDeep<T>(value: T, redact: (text: string) => string): T;
export function redactDeep(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map((item) => redactDeep(item, redact));
  if (value === null || typeof value !== 'object' || value instanceof Secret) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, redactDeep(item, redact)]));
}
