import { createHash } from 'node:crypto';
import { parseDocument, type YAMLError } from 'yaml';
import { type Kind, kindsOf } from './entities.ts';
import { unserved } from './proxy/unserved.ts';
import { checkReferences } from './references.ts';
import { type Entity, type Field, isEntity, type Problem, printProblem, validate } from './schema.ts';

/** Of what Kong has loaded when it has loaded nothing. */
export const EMPTY_HASH = '0'.repeat(32);

const NOT_PARSED = 'failed parsing declarative configuration';
/** Which kinds of entities may stand inside which. */
const NESTED: Record<string, readonly string[]> = {
  services: ['routes', 'plugins'],
  routes: ['plugins'],
  consumers: ['plugins', 'keyauth_credentials', 'acls'],
  upstreams: ['targets'],
  certificates: ['snis'],
};
const META: Record<string, Field> = {
  _format_version: { type: 'string', required: true, oneOf: ['1.1', '2.1', '3.0'] },
  _transform: { type: 'boolean' },
  _comment: { type: 'string' },
  _ignore: { type: 'array', elements: { type: 'any' } },
};

/** What Kong tells of a configuration as `configuration_hash`: the MD5 of its bytes. */
export function configurationHash(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

/**
 * Gives what Kong says after `Failed parsing:` of a declarative configuration, undefined of a good one.
 * @param plugins those enabled in kong.conf
 */
export function checkDeclarative(text: string, plugins: readonly string[]): string | undefined {
  const read = readDeclarative(text, plugins);
  if ('value' in read) return undefined;
  return read.words ?? printProblem(read.problem);
}

/** Reads a declarative configuration, or gives what is wrong with it: `problem` as the admin API answers it, of YAML also in words. */
export function readDeclarative(
  text: string,
  plugins: readonly string[],
): { value: Entity } | { problem: Problem; words?: string } {
  const read = readYaml(text);
  if (typeof read === 'string') return { problem: { error: read }, words: read };
  const problem = checkTree(read.value, plugins) ?? unserved(read.value);
  return problem === undefined ? read : { problem };
}

function checkTree(value: Entity, plugins: readonly string[]): Problem | undefined {
  const kinds = kindsOf(plugins);
  const lists = Object.keys(kinds).map((kind) => [kind, listOf(kind, kinds)] as const);
  const schema: Field = { type: 'record', fields: { ...META, ...Object.fromEntries(lists) } };
  return validate(schema, value) ?? checkReferences(value, kinds);
}

function listOf(kind: string, kinds: Readonly<Record<string, Kind>>): Field {
  const own = kinds[kind]?.field;
  const inside = (NESTED[kind] ?? []).filter((one) => kinds[one]).map((one) => [one, listOf(one, kinds)] as const);
  return {
    type: 'array',
    elements: { ...own, type: 'record', fields: { ...own?.fields, ...Object.fromEntries(inside) } },
  };
}

/** YAML 1.1, as libyaml reads it: a later key of the same name wins. */
function readYaml(text: string): { value: Entity } | string {
  const document = parseDocument(text, { version: '1.1', uniqueKeys: false });
  const [error] = document.errors;
  if (error) return `${NOT_PARSED}: ${inWordsOfLibyaml(error, text)}`;
  try {
    const value: unknown = document.toJS();
    return isEntity(value) ? { value } : `${NOT_PARSED}: expected an object`;
  } catch (thrown) {
    return `${NOT_PARSED}: ${(thrown as Error).message}`;
  }
}

function inWordsOfLibyaml({ code, linePos, pos: [start] }: YAMLError, text: string): string {
  const said = WORDS[code] ?? 'did not find expected key';
  const { line = 1, col = 1 } = linePos?.[0] ?? {};
  if (code !== 'BLOCK_AS_IMPLICIT_KEY') return `${line}:${col}: ${said}`;
  // libyaml points at the colon that is one too many, `yaml` at what is before it.
  const lines = text.slice(0, start + Math.max(0, text.slice(start).search(/:(\s|$)/))).split('\n');
  return `${lines.length}:${(lines.at(-1) ?? '').length + 1}: ${said}`;
}

const WORDS: Partial<Record<YAMLError['code'], string>> = {
  BAD_INDENT: 'did not find expected key',
  BAD_SCALAR_START: 'found character that cannot start any token',
  BLOCK_AS_IMPLICIT_KEY: 'mapping values are not allowed in this context',
  MISSING_CHAR: "did not find expected ',' or ']'",
  TAB_AS_INDENT: 'found character that cannot start any token',
  UNEXPECTED_TOKEN: 'did not find expected <document start>',
  MULTIPLE_DOCS: 'did not find expected <document start>',
};
