import type { z } from 'zod';
import { nearest } from './nearest.ts';

export interface ZodProblem {
  path: readonly PropertyKey[];
  /** As a sentence without its subject: `is missing`. It repeats no value, which may be a secret, but names of unknown fields. */
  message: string;
  /** The field that an unknown one was probably meant to be. */
  didYouMean?: string;
}

/** What a zod schema found wrong, with one problem per field, also where several are unknown. */
export function zodProblems({ issues }: z.ZodError, schema: z.ZodType): ZodProblem[] {
  return issues.flatMap((issue) => problemsOf(issue, schema));
}

function problemsOf(issue: z.core.$ZodIssue, schema: z.ZodType): ZodProblem[] {
  if (issue.code !== 'unrecognized_keys') return [{ path: issue.path, message: wording(issue) }];
  const known = knownFields(schema, issue.path);
  return issue.keys.map((key) => {
    const path = [...issue.path, key.slice(0, 80)];
    const didYouMean = nearest(key, known);
    if (didYouMean === undefined) return { path, message: 'is unknown' };
    return { path, message: `is unknown; did you mean ${didYouMean}?`, didYouMean };
  });
}

function wording(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type' && issue.message.endsWith('received undefined')) return 'is missing';
  const text = issue.message.replace(/^Invalid input: /, '');
  return text.charAt(0).toLowerCase() + text.slice(1);
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
