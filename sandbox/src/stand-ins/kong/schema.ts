/** A small copy of Kong's schema language (kong/db/schema/init.lua of 3.9.3), with its words. */
export interface Field {
  type: 'any' | 'string' | 'number' | 'integer' | 'boolean' | 'array' | 'set' | 'map' | 'record' | 'foreign';
  required?: boolean;
  oneOf?: readonly (string | number)[];
  between?: readonly [number, number];
  gt?: number;
  lenMin?: number;
  /** Of strings: gives what is wrong. */
  check?: (value: string) => string | undefined;
  elements?: Field;
  keys?: Field;
  values?: Field;
  fields?: Fields;
  /** Of records: what is wrong with the whole. */
  entityChecks?: readonly ((value: Entity) => string | undefined)[];
  /** Of records: what a record stands for, e.g. with shorthands written out, before it is checked. */
  expand?: (value: Entity) => Entity;
  /** Of records: the fields that this one has, or a complaint about the field `key`. */
  variant?: (value: Entity) => Fields | { key: string; problem: string };
}

export type Fields = Readonly<Record<string, Field>>;
export type Entity = Record<string, unknown>;
/** What is wrong: a text, or by field name or entry number from 1. */
export type Problem = string | { [key: string]: Problem };

const ARTICLE: Partial<Record<Field['type'], string>> = { integer: 'an', array: 'an' };

/** Gives what is wrong with `value`, which is there. */
export function validate(field: Field, value: unknown): Problem | undefined {
  if (!isOfType(field, value)) return `expected ${ARTICLE[field.type] ?? 'a'} ${field.type}`;
  if (typeof value === 'string') return validateString(field, value);
  if (typeof value === 'number') return validateNumber(field, value);
  if (Array.isArray(value)) return validateList(field, value);
  if (field.type === 'record') return validateRecord(field, value as Entity);
  if (field.type === 'map') return validateMap(field, value as Entity);
  return undefined;
}

export function isEntity(value: unknown): value is Entity {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isOfType({ type }: Field, value: unknown): boolean {
  if (type === 'any') return true;
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'array' || type === 'set') return Array.isArray(value) || isEmptyEntity(value);
  // An empty table of Lua is both.
  if (type === 'map' || type === 'record') return isEntity(value) || isEmptyList(value);
  // In a file, another entity is named by its name or id.
  if (type === 'foreign') return typeof value === 'string';
  return typeof value === type;
}

const isEmptyEntity = (value: unknown) => isEntity(value) && Object.keys(value).length === 0;
const isEmptyList = (value: unknown) => Array.isArray(value) && value.length === 0;

function validateString({ oneOf, lenMin = 1, check }: Field, value: string): string | undefined {
  if (value.length < lenMin) return `length must be at least ${lenMin}`;
  if (oneOf && !oneOf.includes(value)) return `expected one of: ${oneOf.join(', ')}`;
  return check?.(value);
}

function validateNumber({ oneOf, between, gt }: Field, value: number): string | undefined {
  if (between && (value < between[0] || value > between[1])) {
    return `value should be between ${between[0]} and ${between[1]}`;
  }
  if (gt !== undefined && value <= gt) return `value must be greater than ${gt}`;
  return oneOf && !oneOf.includes(value) ? `expected one of: ${oneOf.join(', ')}` : undefined;
}

function validateList({ lenMin = 0, elements }: Field, list: unknown[]): Problem | undefined {
  if (list.length < lenMin) return `length must be at least ${lenMin}`;
  if (!elements) return undefined;
  return collect(list.map((item, at) => [String(at + 1), validate(elements, item)]));
}

function validateMap({ keys, values }: Field, map: Entity): Problem | undefined {
  const found = Object.entries(map).map(([key, value]): [string, Problem | undefined] => [
    key,
    (keys && validate(keys, key)) ?? (values && validate(values, value)),
  ]);
  return collect(found);
}

function validateRecord(
  { fields = {}, variant, expand, entityChecks = [] }: Field,
  given: Entity,
): Problem | undefined {
  const value = expand?.(given) ?? given;
  const own = variant?.(value) ?? {};
  if (typeof own.problem === 'string') return { [String(own.key)]: own.problem };
  const known = { ...fields, ...(own as Fields) };
  const unknown = Object.keys(value).filter((key) => !Object.hasOwn(known, key));
  const problems = collect([
    ...Object.entries(known).map(([key, one]): [string, Problem | undefined] => [key, validateField(one, value[key])]),
    ...unknown.map((key): [string, Problem] => [key, 'unknown field']),
  ]);
  if (problems) return problems;
  const said = entityChecks.flatMap((check) => check(value) ?? []);
  return said.length === 0 ? undefined : { '@entity': Object.fromEntries(said.map((text, at) => [at + 1, text])) };
}

function validateField(field: Field, value: unknown): Problem | undefined {
  if (value !== undefined && value !== null) return validate(field, value);
  if (!field.required) return undefined;
  // What a record must have is asked for even where the record is left out.
  return field.type === 'record' ? validate(field, {}) : 'required field missing';
}

function collect(found: readonly [string, Problem | undefined][]): Problem | undefined {
  const wrong = found.flatMap(([key, problem]) => (problem === undefined ? [] : [[key, problem] as const]));
  return wrong.length === 0 ? undefined : Object.fromEntries(wrong);
}

/** Kong's own way of printing it: `in 'services':`, `  - in entry 1 of 'services':`, ... */
export function printProblem(problem: Problem, item = '', indent = ''): string {
  if (typeof problem === 'string') return indent + problem;
  const lines = Object.entries(problem).map(([key, inside]) => {
    const where = /^\d+$/.test(key) ? `- in entry ${key} of '${item}'` : `in '${key}'`;
    if (typeof inside === 'string') return `${indent}${where}: ${inside}`;
    return `${indent}${where}:\n${printProblem(inside, key, `${indent}  `)}`;
  });
  return lines.join('\n');
}
