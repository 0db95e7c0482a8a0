import type { FastifySchemaCompiler } from 'fastify';
import type { z } from 'zod';
import { AppError, type Detail } from '../lib/errors.ts';
import { checkWith, type ZodProblem } from '../lib/zod-problems.ts';

/** Checks a part of a request against its zod schema; what does not fit becomes one detail per field. */
export const validatorCompiler: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart }) => {
  return (data) => {
    const checked = checkWith(schema, data);
    return 'value' in checked ? checked : { error: invalidRequest(checked.problems, httpPart ?? 'body') };
  };
};

/** Says what is wrong without repeating any value: a value may be a secret. Names of unknown fields are repeated. */
function invalidRequest(problems: readonly ZodProblem[], part: string): AppError {
  const details = problems.map((problem) => toDetail(problem, part));
  const list = details.map(({ path, message }) => `${path === '/' ? 'it' : path} ${message}`).join('; ');
  const message = `${subjects[part] ?? 'The request does'} not fit: ${list}`;
  return new AppError('invalid_request', /[.?]$/.test(message) ? message : `${message}.`, { details });
}

const subjects: Record<string, string> = {
  body: 'The body does',
  querystring: 'The query does',
  headers: 'The headers do',
  params: 'The path does',
};

function toDetail({ path, message, didYouMean }: ZodProblem, part: string): Detail {
  const suggestion = didYouMean === undefined ? {} : { did_you_mean: didYouMean };
  return { path: `/${path.map(String).join('/')}`, in: part, message, ...suggestion };
}
