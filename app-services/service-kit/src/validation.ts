import Ajv, { type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import fastJson from 'fast-json-stringify';
import type { FastifyInstance, FastifySchemaValidationError } from 'fastify';
import { invalid } from './errors.ts';

/** A body's values must have the type that the contract says; those of queries and paths come as text and are converted. */
export function validateAsTheContractSays(app: FastifyInstance): void {
  const common = { useDefaults: true, allErrors: true, strict: true, allowUnionTypes: true } as const;
  const exact = addFormats.default(new Ajv.default({ ...common, coerceTypes: false }));
  const converting = addFormats.default(new Ajv.default({ ...common, coerceTypes: true }));
  const bodies = once((schema) => exact.compile(schema));
  const others = once((schema) => requirePlainIntegers(schema, converting.compile(schema)));
  app.setValidatorCompiler(({ schema, httpPart }) => (httpPart === 'body' ? bodies : others)(schema as object));
  const answers = once((schema) => fastJson.default(schema));
  app.setSerializerCompiler(({ schema }) => answers(schema as object));
}

/** A DELETE may say application/json and send nothing; whether there must be a body is for the contract to say. */
export function letBodiesBeAbsent(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) =>
    body === '' ? done(null) : parse(request, body, done),
  );
}

const NO_INTEGER = { keyword: 'type', schemaPath: '', params: {}, message: 'must be integer' };

/** Ajv takes for an integer what JavaScript does: also `0x1`, ` 1` and nothing at all. Here these are none. */
function requirePlainIntegers(schema: { properties?: Record<string, { type?: string }> }, validate: ValidateFunction) {
  const integers = Object.entries(schema.properties ?? {}).filter(([, { type }]) => type === 'integer');
  const check = (values: Record<string, unknown>): boolean => {
    const odd = integers.filter(([name]) => typeof values[name] === 'string' && !/^-?\d+$/.test(values[name]));
    const errors = odd.map(([name]) => ({ ...NO_INTEGER, instancePath: `/${name}` }));
    const fits = errors.length === 0 && validate(values);
    check.errors = errors.length === 0 ? (validate.errors ?? null) : errors;
    return fits;
  };
  check.errors = null as FastifySchemaValidationError[] | null;
  return check;
}

/** What is compiled of a schema is kept by its text: a contract says the same of many operations, of errors above all. */
function once<Compiled>(compile: (schema: object) => Compiled): (schema: object) => Compiled {
  const compiled = new Map<string, Compiled>();
  return (schema) => {
    const text = JSON.stringify(schema);
    const known = compiled.get(text) ?? compile(schema);
    compiled.set(text, known);
    return known;
  };
}

/** Deeper than any story, and less than what ends the stack of those who walk through it. */
const DEPTH = 100;

/**
 * Text is kept byte for byte or refused: NUL, which PostgreSQL does not take, and halves of surrogate pairs, which
 * UTF-8 cannot say. So is what is nested too deep.
 */
export function refuseWhatNoDatabaseKeeps(app: FastifyInstance): void {
  app.addHook('preValidation', ({ params, query, body }, _reply, done) => {
    for (const value of [params, query, body]) refuseUnlessStorable(value, DEPTH);
    done();
  });
}

function refuseUnlessStorable(value: unknown, depth: number): void {
  if (typeof value === 'string') {
    if (value.isWellFormed() && !value.includes('\0')) return;
    throw invalid('A text holds a NUL character or half a surrogate pair.');
  }
  if (typeof value !== 'object' || value === null) return;
  if (depth === 0) throw invalid(`Lists and objects are nested more than ${DEPTH} deep.`);
  for (const [key, item] of Object.entries(value)) {
    refuseUnlessStorable(key, depth);
    refuseUnlessStorable(item, depth - 1);
  }
}
