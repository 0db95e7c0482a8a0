import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { z } from 'zod';

/** The route's zod schemas as JSON schemas, its `bodyExample` as the body's example. */
export const transform: typeof jsonSchemaTransform = (route) => {
  const { bodyExample, ...schema } = (route.schema ?? {}) as Record<string, unknown>;
  for (const part of ['params', 'querystring', 'headers', 'body']) schema[part] = withoutId(schema[part]);
  const transformed = jsonSchemaTransform({ ...route, schema } as typeof route);
  if (bodyExample) Object.assign(transformed.schema.body as object, { examples: [bodyExample] });
  describeReferences(schema.response as Responses, transformed.schema.response as Responses);
  return transformed;
};

type Responses = Record<string, object> | undefined;

/** @fastify/swagger does not find the description of a response behind a reference. */
function describeReferences(schemas: Responses = {}, described: Responses = {}): void {
  for (const [status, schema] of Object.entries(schemas)) {
    if (schema instanceof z.ZodType) Object.assign(described[status] as object, { description: schema.description });
  }
}

/** Parameters are listed one by one in the document, and a reference cannot carry an example. */
function withoutId(schema: unknown): unknown {
  return schema instanceof z.ZodType ? schema.clone(schema.def) : schema;
}

/** What @fastify/swagger and the zod provider made of all routes, tidied. */
export const transformObject: typeof jsonSchemaTransformObject = (route) => {
  const document = jsonSchemaTransformObject(route) as Document;
  for (const parameter of parametersOf(document)) showWithoutFillingIn(parameter);
  dropUnused(document);
  return document;
};

interface Document {
  paths?: Record<string, Record<string, { parameters?: Parameter[] }>>;
  components?: { schemas?: Record<string, object> };
}

interface Parameter {
  required?: boolean;
  schema?: { example?: unknown; examples?: unknown[] };
}

function parametersOf({ paths = {} }: Document): Parameter[] {
  return Object.values(paths).flatMap((path) => Object.values(path).flatMap(({ parameters = [] }) => parameters));
}

/** Swagger UI fills a parameter in with its `example`, not with its `examples`; an If-Match filled in would refuse the call. */
function showWithoutFillingIn({ required, schema }: Parameter): void {
  if (required || schema?.example === undefined) return;
  schema.examples = [schema.example];
  delete schema.example;
}

/** Every schema comes in a form for requests and one for answers; most are used in one of them only. */
function dropUnused(document: Document): void {
  const schemas = document.components?.schemas ?? {};
  for (let before = -1; before !== Object.keys(schemas).length; ) {
    before = Object.keys(schemas).length;
    const text = JSON.stringify(document);
    for (const name of Object.keys(schemas)) {
      if (!text.includes(`"#/components/schemas/${name}"`)) delete schemas[name];
    }
  }
}
