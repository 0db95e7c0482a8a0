import { z } from 'zod';
import { type HttpMethod, httpMethods } from '../lib/http-methods.ts';
import { pluginProblems } from '../lib/kong-plugins.ts';

/**
 * What the gateway reads of an openapi.yaml: paths, methods, and the extensions `x-kong-*` in the meaning of decK's
 * openapi2kong (github.com/Kong/go-apiops, docs/learnservice_oas.yaml). One spec is one service here, so what would make
 * a service of a path or an operation stands at the root only.
 */

export type Entity = Readonly<Record<string, unknown>>;

/** What may stand at the root, at a path and at an operation; plugins, without any $ref, under `x-kong-plugin-NAME`. */
export interface KongExtensions {
  'x-kong-name'?: string | undefined;
  'x-kong-route-defaults'?: Entity | undefined;
  [field: string]: unknown;
}

export interface PathItem extends KongExtensions, Partial<Record<HttpMethod, KongExtensions>> {}

export interface OpenApi extends KongExtensions {
  paths: Readonly<Record<string, PathItem>>;
  'x-kong-tags'?: readonly string[] | undefined;
  'x-kong-service-defaults'?: Entity | undefined;
  'x-kong-upstream-defaults'?: Entity | undefined;
}

const PLUGIN = 'x-kong-plugin-';

/** Fields of Kong's own, but for those that are made of the manifest and the paths. */
const defaultsWithout = (...ours: string[]) =>
  z
    .record(
      z.string().refine((field) => !ours.includes(field), 'is made of the manifest and the paths'),
      z.unknown(),
    )
    .optional();
const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._~-]*$/, 'takes letters, digits and . _ ~ - after the first');
const routeDefaults = defaultsWithout('name', 'hosts', 'methods', 'paths', 'service', 'plugins', 'regex_priority');
const onRoutes = { 'x-kong-name': name.optional(), 'x-kong-route-defaults': routeDefaults };
const operation = extended({ operationId: name.optional(), ...onRoutes });
const operations = Object.fromEntries(httpMethods.map((method) => [method, operation.optional()]));

/** A path with braces around names of parameters, and none of what a regular expression or an address means otherwise. */
const path = z.string().regex(/^\/([A-Za-z0-9._~/-]|\{[A-Za-z_][A-Za-z0-9_-]*\})*$/, 'is no path such as /a/{id}');

const document: z.ZodType<OpenApi> = extended({
  openapi: z.string().regex(/^3\./, 'is not 3.x'),
  paths: z.record(path, extended({ ...operations, ...onRoutes })),
  'x-kong-tags': z.array(name).optional(),
  'x-kong-service-defaults': defaultsWithout('name', 'host', 'port', 'url', 'routes', 'plugins'),
  'x-kong-upstream-defaults': defaultsWithout('name', 'targets'),
  ...onRoutes,
});

/** The parts of an openapi.yaml that the gateway reads; each $ref of a plugin is exchanged for what it leads to. */
export const openApiSchema: z.ZodType<OpenApi> = document.transform(followReferences);

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

/** Plugins that are none, or have unknown options, and references that lead nowhere, are problems, wherever they stand. */
function followReferences(spec: OpenApi, context: z.core.$RefinementCtx<unknown>): OpenApi {
  const places = Object.entries(spec.paths).flatMap(([at, item]) => [
    { path: ['paths', at], place: item as KongExtensions },
    ...httpMethods.map((method) => ({ path: ['paths', at, method], place: item[method] ?? {} })),
  ]);
  for (const { path, place } of [{ path: [], place: spec as KongExtensions }, ...places]) {
    for (const field of Object.keys(place).filter((one) => one.startsWith(PLUGIN))) {
      const plugin = resolved(spec, place[field]);
      place[field] = plugin;
      const none = [{ path: [], message: 'is no mapping, or its $ref leads to none' }];
      for (const problem of plugin ? pluginProblems(field.slice(PLUGIN.length), plugin) : none) {
        context.addIssue({ code: 'custom', path: [...path, field, ...problem.path], message: problem.message });
      }
    }
  }
  return spec;
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
