import type { z } from 'zod';

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
};

const FORMATS: Readonly<Record<string, string>> = {
  datetime: 'time such as 2026-11-21T10:00:00Z',
  ipv4: 'IPv4 address',
  ipv6: 'IPv6 address',
  url: 'URL',
  email: 'email address',
};

/**
 * What zod finds wrong where a schema has no words of its own, as a sentence without its subject: `is less than 16`. It repeats no
 * value, which may be a secret. To be given to `safeParse` as `error`.
 */
export function zodWording(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is missing' : `is to be ${typed(issue.expected, issue.input)}`;
    case 'invalid_value':
      return issue.input === undefined ? 'is missing' : `is to be ${alternatives(issue.values.map(String))}`;
    case 'too_small':
      return tooSmall(issue);
    case 'too_big':
      return tooBig(issue);
    case 'invalid_format':
      if (issue.format === 'regex') return `does not match ${issue.pattern}`;
      return `is no ${FORMATS[issue.format] ?? issue.format}`;
    case 'not_multiple_of':
      return `is no multiple of ${issue.divisor}`;
    case 'invalid_key':
      return issue.issues[0]?.message ?? 'is no name that fits here';
    default:
      return 'is of no kind that fits here';
  }
}

function typed(expected: string, input: unknown): string {
  const wanted = TYPES[expected] ?? expected;
  const type = input === null ? 'null' : Array.isArray(input) ? 'array' : typeof input;
  // A text that is no number comes as NaN, and a broken number is a number all the same.
  return type === 'number' && ['number', 'int'].includes(expected) ? wanted : `${wanted}, not ${TYPES[type] ?? type}`;
}

function alternatives(values: readonly string[]): string {
  const [last, ...others] = values.toReversed();
  return others.length === 0 ? String(last) : `${others.toReversed().join(', ')} or ${last}`;
}

function tooSmall({ origin, minimum, inclusive }: z.core.$ZodRawIssue<z.core.$ZodIssueTooSmall>): string {
  const unit = unitOf(origin, minimum);
  if (unit === undefined) return inclusive ? `is less than ${minimum}` : `is not more than ${minimum}`;
  if (Number(minimum) === 1) return 'is empty';
  return origin === 'string' ? `is shorter than ${minimum} ${unit}` : `has fewer than ${minimum} ${unit}`;
}

function tooBig({ origin, maximum, inclusive }: z.core.$ZodRawIssue<z.core.$ZodIssueTooBig>): string {
  const unit = unitOf(origin, maximum);
  if (unit === undefined) return inclusive ? `is more than ${maximum}` : `is not less than ${maximum}`;
  return origin === 'string' ? `is longer than ${maximum} ${unit}` : `has more than ${maximum} ${unit}`;
}

/** Undefined of numbers, which are measured by themselves. */
function unitOf(origin: string, count: number | bigint): string | undefined {
  if (['number', 'int', 'bigint', 'date'].includes(origin)) return undefined;
  if (origin === 'string') return Number(count) === 1 ? 'character' : 'characters';
  return Number(count) === 1 ? 'entry' : 'entries';
}
