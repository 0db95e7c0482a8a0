import { type HttpMethod, httpMethods, isSafe } from '../../../lib/http-methods.ts';
import type { Entity, KongExtensions, OpenApi } from '../../../schemas/kong-extensions.ts';
import type { StackApp } from '../../../schemas/manifest.ts';
import { coverExactly } from './cover.ts';
import { pluginsOf } from './plugins.ts';

type Access = 'read' | 'write';

/** What operations must have in common to share a route. */
interface Terms {
  access: Access;
  /** `x-kong-name` of the operation or its path. */
  name: string | undefined;
  defaults: Entity;
  plugins: readonly Entity[];
  /** In a contract whose operations differ in their terms: whether the path has parameters. Others need no priorities. */
  regexPriority?: number;
}

interface Group {
  terms: Terms;
  methodsByPath: Map<string, Set<string>>;
}

interface Surroundings {
  hosts: readonly string[];
  /** Whether a browser may ask with OPTIONS first. */
  preflight: boolean;
  /** Protocols and how http is sent on to https. */
  transport: Entity;
}

/** Groups of acl, one per kind of access; who may write may read. */
export function groupOf(kong: string, access: Access): string {
  return `${kong}-${access}`;
}

/** The fewest routes that let exactly the methods and paths of an app's contract through, reading and writing apart. */
export function routesOf(app: StackApp, { hosts, preflight, transport }: Surroundings): Entity[] {
  const routes = groupsOf(app).flatMap(({ terms, methodsByPath }) => {
    return coverExactly(methodsByPath, httpMethods).map(({ methods, paths }, _, all) => {
      const upper = methods.map((method) => method.toUpperCase());
      const parts = [app.kong, terms.name, terms.name && all.length === 1 ? undefined : methods.join('-')];
      return {
        name: parts.filter((part) => part !== undefined).join('.'),
        strip_path: false,
        ...terms.defaults,
        ...transport,
        hosts,
        methods: preflight && !upper.includes('OPTIONS') ? [...upper, 'OPTIONS'] : upper,
        paths: paths.map(pattern),
        ...(terms.regexPriority === undefined ? {} : { regex_priority: terms.regexPriority }),
        plugins: withAcl(app.kong, terms),
      };
    });
  });
  return uniquelyNamed(routes);
}

/** Operations by their terms, in the order of the contract. */
function groupsOf({ spec }: StackApp): Group[] {
  const groups = new Map<string, Group>();
  const operations = Object.entries(spec.paths).flatMap(([path, item]) =>
    httpMethods.flatMap((method) =>
      item[method] ? [{ path, method, terms: termsOf(spec, item, item[method], method) }] : [],
    ),
  );
  const differ = operations.some(({ terms }) => terms.plugins.length > 0 || terms.name || hasOwnDefaults(spec, terms));
  for (const { path, method, terms } of operations) {
    const whole = differ ? { ...terms, regexPriority: path.includes('{') ? 100 : 200 } : terms;
    const key = JSON.stringify(whole);
    const group = groups.get(key) ?? { terms: whole, methodsByPath: new Map() };
    groups.set(key, group);
    group.methodsByPath.set(path, (group.methodsByPath.get(path) ?? new Set()).add(method));
  }
  return [...groups.values()];
}

/** As decK has it: defaults of the nearest place alone; plugins of the path and, before those of its name, of the operation. */
function termsOf(spec: OpenApi, path: KongExtensions, operation: KongExtensions, method: HttpMethod): Terms {
  const defaults = 'x-kong-route-defaults';
  return {
    access: isSafe(method) ? 'read' : 'write',
    name: operation['x-kong-name'] ?? path['x-kong-name'],
    defaults: operation[defaults] ?? path[defaults] ?? spec[defaults] ?? {},
    plugins: pluginsOf(path, operation),
  };
}

function hasOwnDefaults(spec: OpenApi, { defaults }: Terms): boolean {
  return JSON.stringify(defaults) !== JSON.stringify(spec['x-kong-route-defaults'] ?? {});
}

function withAcl(kong: string, { access, plugins }: Terms): readonly Entity[] {
  if (plugins.some(({ name }) => name === 'acl')) return plugins;
  const allow = access === 'read' ? [groupOf(kong, 'read'), groupOf(kong, 'write')] : [groupOf(kong, 'write')];
  return [{ name: 'acl', config: { allow, hide_groups_header: true } }, ...plugins];
}

/** The whole path, with anything but a slash for a parameter. */
function pattern(path: string): string {
  const escaped = path.replaceAll('.', '\\.').replace(/\{[^}]+\}/g, '[^/]+');
  return `~${escaped}$`;
}

/** Counts up where a name comes again, past those that the contract gives itself. */
function uniquelyNamed<T extends { name: string }>(routes: readonly T[]): T[] {
  const given = new Set(routes.map(({ name }) => name));
  const taken = new Set<string>();
  return routes.map((route) => {
    let { name } = route;
    for (let count = 2; taken.has(name); count++) {
      const next = `${route.name}-${count}`;
      if (!given.has(next)) name = next;
    }
    taken.add(name);
    return { ...route, name };
  });
}
