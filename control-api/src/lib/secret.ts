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
 * Returns a function that replaces each of the given secrets in a text, also in the base64 form that Docker's
 * configuration uses, and each line of a secret of several, since output comes by the line. Secrets under 4 characters
 * and lines under 8 are left: replacing them would garble every line.
 */
export function redactor(secrets: readonly Secret[]): (text: string) => string {
  const needles = secrets
    .map((secret) => secret.reveal())
    .filter((value) => value.length >= 4)
    .flatMap((value) => [value, Buffer.from(value).toString('base64').replace(/=+$/, ''), ...longLines(value)])
    .sort((a, b) => b.length - a.length);
  return (text) => needles.reduce((result, needle) => result.split(needle).join(REDACTED), text);
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
