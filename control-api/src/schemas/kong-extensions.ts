import { z } from 'zod';

/**
 * What the gateway reads of an openapi.yaml: paths, methods, and the extensions `x-kong-*` in the meaning of decK's
 * openapi2kong (github.com/Kong/go-apiops, docs/learnservice_oas.yaml). One spec is one service here, so what would make
 * a service of a path or an operation stands at the root only.
 */

export const httpMethods = ['get', 'head', 'post', 'put', 'patch', 'delete', 'options', 'trace'] as const;

export type Entity = Readonly<Record<string, unknown>>;

/** What may stand at the root, at a path and at an operation; plugins under `x-kong-plugin-NAME`. */
export interface KongExtensions {
  'x-kong-name'?: string | undefined;
  'x-kong-route-defaults'?: Entity | undefined;
  [field: string]: unknown;
}

export interface PathItem extends KongExtensions, Partial<Record<(typeof httpMethods)[number], KongExtensions>> {}

export interface OpenApi extends KongExtensions {
  paths: Readonly<Record<string, PathItem>>;
  'x-kong-tags'?: readonly string[] | undefined;
  'x-kong-service-defaults'?: Entity | undefined;
  'x-kong-upstream-defaults'?: Entity | undefined;
}

const PLUGIN = 'x-kong-plugin-';

/** Plugins of a place in a spec by name, with a $ref to elsewhere in the spec followed. */
export function kongPlugins(spec: OpenApi, place: KongExtensions): Record<string, Entity> {
  const named = Object.entries(place).filter(([field]) => field.startsWith(PLUGIN));
  return Object.fromEntries(named.map(([field, value]) => [field.slice(PLUGIN.length), resolved(spec, value) ?? {}]));
}

const defaults = z.record(z.string(), z.unknown()).optional();
const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._~-]*$/, 'takes letters, digits and . _ ~ - after the first');
const onRoutes = { 'x-kong-name': name.optional(), 'x-kong-route-defaults': defaults };
const operation = extended({ operationId: name.optional(), ...onRoutes });
const operations = Object.fromEntries(httpMethods.map((method) => [method, operation.optional()]));

/** A path with braces around names of parameters, and none of what a regular expression or an address means otherwise. */
const path = z.string().regex(/^\/([A-Za-z0-9._~/-]|\{[A-Za-z_][A-Za-z0-9_-]*\})*$/, 'is no path such as /a/{id}');

export const openApiSchema: z.ZodType<OpenApi> = extended({
  openapi: z.string('is no text such as 3.1.0').regex(/^3\./, 'is not 3.x'),
  paths: z.record(path, extended({ ...operations, ...onRoutes })),
  'x-kong-tags': z.array(name).optional(),
  'x-kong-service-defaults': defaults,
  'x-kong-upstream-defaults': defaults,
  ...onRoutes,
}).superRefine(refuseLooseEnds);

/** An object that takes whatever OpenAPI has, but of `x-kong-*` only `shape` and plugins. */
function extended<T extends z.core.$ZodLooseShape>(shape: T) {
  return z.looseObject(shape).superRefine((value, context) => {
    for (const field of Object.keys(value)) {
      if (!field.startsWith('x-kong-') || field in shape || field.startsWith(PLUGIN)) continue;
      const known = Object.keys(shape).filter((one) => one.startsWith('x-kong-'));
      const message = `is not known here: only ${[...known, `${PLUGIN}NAME`].join(', ')}`;
      context.addIssue({ code: 'custom', path: [field], message });
    }
  });
}

/** Plugins that are none and references that lead nowhere, wherever they stand. */
function refuseLooseEnds(spec: OpenApi, context: z.core.$RefinementCtx<unknown>): void {
  const places = Object.entries(spec.paths).flatMap(([at, item]) => [
    { path: ['paths', at], place: item as KongExtensions },
    ...httpMethods.map((method) => ({ path: ['paths', at, method], place: item[method] ?? {} })),
  ]);
  for (const { path, place } of [{ path: [], place: spec as KongExtensions }, ...places]) {
    for (const field of Object.keys(place).filter((one) => one.startsWith(PLUGIN))) {
      if (resolved(spec, place[field])) continue;
      context.addIssue({ code: 'custom', path: [...path, field], message: 'is no mapping, or its $ref leads to none' });
    }
  }
}

function resolved(spec: OpenApi, value: unknown): Entity | undefined {
  if (!isEntity(value)) return undefined;
  if (typeof value.$ref !== 'string') return value;
  const steps = value.$ref.split('/').slice(1);
  const found = steps.reduce<unknown>((at, step) => (isEntity(at) ? at[step] : undefined), spec);
  return value.$ref.startsWith('#/') && isEntity(found) && found.$ref === undefined ? found : undefined;
}

function isEntity(value: unknown): value is Entity {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
