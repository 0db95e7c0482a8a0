import { readFile } from 'node:fs/promises';

/** The parts of an OpenAPI 3.1 document that are read here, every $ref resolved. */
export interface Spec {
  info: { title: string; version: string };
  paths: Record<string, PathItem>;
}

/** `parameters` belong to each of its operations. */
export type PathItem = Partial<Record<Method, Operation>> & { parameters?: Parameter[] };

export type Method = (typeof methods)[number];

export interface Operation {
  operationId: string;
  parameters?: Parameter[];
  requestBody?: { required?: boolean; content: Content };
  responses: Record<string, { content?: Content; headers?: Record<string, unknown> }>;
}

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  schema: Schema;
}

export type Schema = Record<string, unknown>;
type Content = Record<string, { schema?: Schema }>;

export const methods = ['get', 'post', 'put', 'delete'] as const;

/**
 * Reads a contract: `openapi.json` beside the program, where a bundle has put it, else `openapi.yaml` in `folder`.
 * Throws when a $ref points nowhere or goes in a circle.
 */
export async function readSpec(folder: URL): Promise<Spec> {
  const json = await readFile(new URL('openapi.json', folder), 'utf8').catch(() => undefined);
  return resolveRefs(json === undefined ? await readYaml(new URL('openapi.yaml', folder)) : JSON.parse(json));
}

/** The library is loaded only here, so that an image needs none. */
async function readYaml(file: URL): Promise<unknown> {
  const { parse } = await import('yaml');
  return parse(await readFile(file, 'utf8'));
}

/** Puts what each `$ref` of this document points to in its place. */
export function resolveRefs(document: unknown): Spec {
  const resolve = (value: unknown, open: readonly string[]): unknown => {
    if (Array.isArray(value)) return value.map((item) => resolve(item, open));
    if (typeof value !== 'object' || value === null) return value;
    const { $ref, ...rest } = value as { $ref?: unknown };
    if (typeof $ref !== 'string') {
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolve(item, open)]));
    }
    if (open.includes($ref)) throw new Error(`${$ref} refers to itself`);
    return { ...(resolve(at(document, $ref), [...open, $ref]) as object), ...rest };
  };
  return resolve(document, []) as Spec;
}

/** Follows a JSON pointer within the document. */
function at(document: unknown, ref: string): unknown {
  if (!ref.startsWith('#/')) throw new Error(`${ref}: only references within the document are known`);
  const keys = ref.slice(2).split('/');
  const found = keys.reduce<unknown>((value, key) => {
    const name = key.replaceAll('~1', '/').replaceAll('~0', '~');
    return typeof value === 'object' && value !== null ? (value as Schema)[name] : undefined;
  }, document);
  if (found === undefined) throw new Error(`${ref} points to nothing`);
  return found;
}
