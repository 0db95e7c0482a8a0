import type { Route } from './configuration.ts';

/** What of a request a route may ask for. */
export interface Asked {
  method: string;
  scheme: 'http' | 'https';
  /** As sent, with its port where there is one; in small letters. */
  host: string;
  /** Normal, without query. */
  path: string;
  headers: Readonly<Record<string, string[] | undefined>>;
}

export interface Match {
  route: Route;
  /** What of the path the route's own stands for; undefined where it asks for none. */
  prefix: string | undefined;
}

export type Router = (asked: Asked) => Match | undefined;

/** A route with one of its paths. */
interface Candidate {
  route: Route;
  /** Length of the path's part that it stands for, undefined where it does not. */
  fits(path: string): number | undefined;
  hasPath: boolean;
  /** Numbers of which the greater goes first, the first of them most. */
  rank: readonly number[];
}

/**
 * Kong's router of flavour `traditional_compatible`, 3.9's default: what asks for more goes first, then hosts without a
 * wildcard, more headers, regular expressions, their priority, longer paths (get_priority of kong/router/transform.lua).
 */
export function createRouter(routes: readonly Route[]): Router {
  const candidates = routes
    .flatMap((route) => (route.paths.length === 0 ? [undefined] : route.paths).map((path) => candidateOf(route, path)))
    .sort((a, b) => compare(a.rank, b.rank));
  return (asked) => {
    const hosts = hostsOf(asked);
    for (const { route, fits, hasPath } of candidates) {
      if (!methodFits(route, asked) || !hostFits(route, hosts) || !headersFit(route, asked)) continue;
      const length = fits(asked.path);
      if (length !== undefined) return { route, prefix: hasPath ? asked.path.slice(0, length) : undefined };
    }
    return undefined;
  };
}

function candidateOf(route: Route, path: string | undefined): Candidate {
  const { hosts, headers, methods, regexPriority } = route;
  const regex = path?.startsWith('~') ? new RegExp(`^${path.slice(1)}`) : undefined;
  const count = Object.keys(headers).length;
  const weight = [path, hosts[0], methods[0], count || undefined].filter((one) => one !== undefined).length;
  const plainHosts = hosts.length > 0 && !hosts.some((host) => host.includes('*'));
  const length = regex ? 0 : (path?.length ?? 0);
  return {
    route,
    hasPath: path !== undefined,
    fits(asked) {
      if (path === undefined) return 0;
      if (regex) return regex.exec(asked)?.[0].length;
      return asked.startsWith(path) ? path.length : undefined;
    },
    rank: [weight, Number(plainHosts), count, Number(regex !== undefined), regex ? regexPriority : 0, length],
  };
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((number, index) => number !== b[index]);
  return at < 0 ? 0 : (b[at] ?? 0) - (a[at] ?? 0);
}

/** With and without port. */
function hostsOf({ host, scheme }: Asked): { bare: string; full: string } {
  const bare = host.replace(/:\d*$/, '');
  return { bare, full: host === bare ? `${host}:${scheme === 'https' ? 443 : 80}` : host };
}

const methodFits = ({ methods }: Route, { method }: Asked) => methods.length === 0 || methods.includes(method);

function hostFits({ hosts }: Route, { bare, full }: { bare: string; full: string }): boolean {
  if (hosts.length === 0) return true;
  return hosts.some((host) => {
    const wanted = host.toLowerCase();
    const asked = /:\d+$/.test(wanted) ? full : bare;
    if (wanted.startsWith('*')) return asked.length >= wanted.length && asked.endsWith(wanted.slice(1));
    if (wanted.endsWith('*')) return asked.length >= wanted.length && asked.startsWith(wanted.slice(0, -1));
    return asked === wanted;
  });
}

function headersFit({ headers }: Route, asked: Asked): boolean {
  return Object.entries(headers).every(([name, wanted]) => {
    const values = asked.headers[name.toLowerCase()] ?? [];
    return values.some((value) => wanted.some((one) => one.toLowerCase() === value.toLowerCase()));
  });
}
