import type { z } from 'zod';
import { nearest } from './nearest.ts';
import { zodWording } from './zod-wording.ts';

export interface ZodProblem {
  path: readonly PropertyKey[];
  /** As a sentence without its subject: `is missing`. It repeats no value, which may be a secret, but names of unknown fields. */
  message: string;
  /** The field that an unknown one was probably meant to be. */
  didYouMean?: string;
}

/** What a schema makes of data, or what is wrong with it: one problem per field, also where several are unknown. */
export function checkWith<T>(schema: z.ZodType<T>, data: unknown): { value: T } | { problems: ZodProblem[] } {
  const parsed = schema.safeParse(data, { error: zodWording });
  if (parsed.success) return { value: parsed.data };
  return { problems: parsed.error.issues.flatMap((issue) => problemsOf(issue, schema)) };
}

function problemsOf(issue: z.core.$ZodIssue, schema: z.ZodType): ZodProblem[] {
  if (issue.code !== 'unrecognized_keys') return [{ path: issue.path, message: issue.message }];
  const known = knownFields(schema, issue.path);
  return issue.keys.map((key) => {
    const path = [...issue.path, key.slice(0, 80)];
    const didYouMean = nearest(key, known);
    if (didYouMean === undefined) return { path, message: 'is unknown' };
    return { path, message: `is unknown; did you mean ${didYouMean}?`, didYouMean };
  });
}

/** The names that an object inside a schema takes, found by walking the path through wrappers, arrays and unions. */
function knownFields(schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] {
  const { def } = (schema as z.ZodType)._zod as { def: z.core.$ZodTypes['_zod']['def'] };
  switch (def.type) {
    case 'object': {
      const [key, ...rest] = path;
      if (key === undefined) return Object.keys(def.shape);
      const inner = def.shape[String(key)];
      return inner ? knownFields(inner, rest) : [];
    }
    case 'array':
      return knownFields(def.element, path.slice(1));
    case 'union':
      return def.options.flatMap((option) => knownFields(option, path));
    case 'pipe':
      return knownFields(def.in, path);
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
      return knownFields(def.innerType, path);
    default:
      return [];
  }
}
