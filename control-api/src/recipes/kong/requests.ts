import { parse } from 'yaml';

/** A request that a route of the service takes, if the configuration is served; without a key. */
export interface RouteRequest {
  service: string;
  method: string;
  scheme: 'http' | 'https';
  host: string;
  path: string;
}

interface Plugin {
  name?: unknown;
  enabled?: unknown;
  config?: { anonymous?: unknown };
  [scope: string]: unknown;
}

interface Route {
  name?: string;
  hosts?: string[];
  paths?: string[];
  methods?: string[];
  protocols?: string[];
  plugins?: Plugin[];
  /** What else may decide about a request: `headers`, `snis`, `sources`, `destinations`. */
  [more: string]: unknown;
}

interface Service {
  name?: string;
  routes?: Route[];
  plugins?: Plugin[];
}

/**
 * One request for each service that key-auth guards, the simplest that its routes allow. Without a key it goes no further than
 * the gateway, so even a POST does nothing. Services without key-auth have none: what they answer depends on the app.
 * @param text a declarative configuration; Kong says what is wrong with one that is none, so here there are no requests for it
 */
export function routeRequests(text: string): RouteRequest[] {
  try {
    return requestsIn(parse(text));
  } catch {
    return [];
  }
}

function requestsIn({ services = [], plugins = [] }: { services?: Service[]; plugins?: Plugin[] }): RouteRequest[] {
  return services.flatMap((service) => {
    const { name, routes = [] } = service;
    if (name === undefined) return [];
    const guarded = routes.filter((route) => isGuarded(route, service, plugins));
    const [simplest] = guarded.flatMap((route) => requestsFor(name, route)).sort((a, b) => effort(a) - effort(b));
    return simplest ? [simplest] : [];
  });
}

/** Of several key-auth Kong runs the one that is closest to the route, and none that is switched off. */
function isGuarded(route: Route, service: Service, top: readonly Plugin[]): boolean {
  const scoped = top.filter(({ consumer }) => !consumer);
  const nearestFirst = [
    ...(route.plugins ?? []),
    ...scoped.filter((plugin) => plugin.route && nameOf(plugin.route) === route.name),
    ...(service.plugins ?? []),
    ...scoped.filter((plugin) => !plugin.route && plugin.service && nameOf(plugin.service) === service.name),
    ...scoped.filter((plugin) => !plugin.route && !plugin.service),
  ];
  const guard = nearestFirst.find(({ name, enabled }) => name === 'key-auth' && enabled !== false);
  return guard !== undefined && !guard.config?.anonymous;
}

function nameOf(reference: unknown): unknown {
  return typeof reference === 'object' ? (reference as { name?: unknown }).name : reference;
}

/** What a request on the host itself cannot show that it meets. */
const FURTHER_TERMS = ['headers', 'snis', 'sources', 'destinations'];

function requestsFor(service: string, route: Route): RouteRequest[] {
  if (FURTHER_TERMS.some((term) => route[term])) return [];
  const { hosts, paths, methods, protocols } = route;
  const host = hosts?.find((name) => /^[\w.-]+$/.test(name));
  if (host === undefined) return [];
  const scheme = (protocols ?? ['http']).includes('http') ? 'http' : 'https';
  // OPTIONS goes past key-auth, for cors.
  const method =
    methods?.includes('GET') === false ? methods.find((one) => /^[A-Z]+$/.test(one) && one !== 'OPTIONS') : 'GET';
  if (method === undefined) return [];
  return (paths ?? ['/']).flatMap((path) => {
    const sample = path.startsWith('~') ? sampleOf(path.slice(1)) : path;
    return sample === undefined || !/^\/[\w./~-]*$/.test(sample)
      ? []
      : [{ service, method, scheme, host, path: sample }];
  });
}

/** A path that the expression matches; undefined when none is found by putting 1 for each of its variable parts. */
function sampleOf(expression: string): string | undefined {
  const sample = expression
    .replace(/\(\?<\w+>[^()]*\)|\[[^\]]*\][+*?]?|\([^()]*\)[+*?]?|\\[dw][+*?]?/g, '1')
    .replace(/^\^|\$$/g, '')
    .replace(/\\(.)/g, '$1');
  try {
    return new RegExp(`^(?:${expression})`).test(sample) ? sample : undefined;
  } catch {
    return undefined;
  }
}

function effort({ method, path }: RouteRequest): number {
  return (method === 'GET' ? 0 : 1000) + path.length;
}
