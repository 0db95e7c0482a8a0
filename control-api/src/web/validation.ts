import type { FastifySchemaCompiler } from 'fastify';
import type { z } from 'zod';
import { AppError, type Detail } from '../lib/errors.ts';
import { nearest } from './nearest.ts';

/** Checks a part of a request against its zod schema; what does not fit becomes one detail per field. */
export const validatorCompiler: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart }) => {
  return (data) => {
    const parsed = schema.safeParse(data);
    if (parsed.success) return { value: parsed.data };
    return { error: invalidRequest(parsed.error, schema, httpPart ?? 'body') };
  };
};

/** Says what is wrong without repeating any value: a value may be a secret. Names of unknown fields are repeated. */
function invalidRequest(error: z.ZodError, schema: z.ZodType, part: string): AppError {
  const details = error.issues.flatMap((issue) => toDetails(issue, schema, part));
  const list = details.map(({ path, message }) => (path === '/' ? message : `${path} ${message}`)).join('; ');
  const message = `${subjects[part] ?? 'The request does'} not fit: ${list}`;
  return new AppError('invalid_request', /[.?]$/.test(message) ? message : `${message}.`, { details });
}

const subjects: Record<string, string> = {
  body: 'The body does',
  querystring: 'The query does',
  headers: 'The headers do',
  params: 'The path does',
};

function toDetails(issue: z.core.$ZodIssue, schema: z.ZodType, part: string): Detail[] {
  const at = (...path: PropertyKey[]) => ({ path: `/${path.map(String).join('/')}`, in: part });
  if (issue.code !== 'unrecognized_keys') return [{ ...at(...issue.path), message: wording(issue) }];
  const known = knownFields(schema, issue.path);
  return issue.keys.map((key) => {
    const meant = nearest(key, known);
    const suggestion = meant ? { message: `is unknown; did you mean ${meant}?`, did_you_mean: meant } : {};
    return { ...at(...issue.path, key.slice(0, 80)), message: 'is unknown', ...suggestion };
  });
}

function wording(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type' && issue.message.endsWith('received undefined')) return 'is missing';
  const text = issue.message.replace(/^Invalid input: /, '');
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** The names that an object inside a schema takes, found by walking the issue's path through wrappers, arrays and unions. */
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
