import { expandService } from '../entities.ts';
import { type Entity, isEntity, type Problem } from '../schema.ts';
import { served } from './plugins/index.ts';
import { NOT_SERVED } from './plugins/plugin.ts';

/** What Kong would take and the proxy cannot do: it refuses the configuration rather than serve another one. */

type Fields = Readonly<Record<string, (value: unknown) => boolean>>;

const never = () => false;
const isOneOf =
  (...values: unknown[]) =>
  (value: unknown) =>
    values.includes(value);
const isAllOf =
  (...values: unknown[]) =>
  (value: unknown) =>
    !Array.isArray(value) || value.every((one) => values.includes(one));

/** Fields that are not served whatever they say, or only with these values. */
const LIMITS: Readonly<Record<string, Fields>> = {
  services: {
    protocol: isOneOf('http'),
    ...{ client_certificate: never, tls_verify: isOneOf(false), tls_verify_depth: never, ca_certificates: isAllOf() },
  },
  routes: {
    protocols: isAllOf('http', 'https'),
    headers: (value) => !/"~\*/.test(JSON.stringify(value)),
    ...{ snis: isAllOf(), sources: isAllOf(), destinations: isAllOf(), path_handling: isOneOf('v0') },
  },
  upstreams: {
    ...{ algorithm: isOneOf('round-robin'), hash_on: isOneOf('none'), hash_fallback: isOneOf('none') },
    ...{ client_certificate: never, use_srv_name: isOneOf(false), healthchecks: onlyActiveHttp },
  },
  certificates: { cert_alt: never, key_alt: never },
  keyauth_credentials: { ttl: isOneOf(0) },
};

function onlyActiveHttp(value: unknown): boolean {
  const { threshold = 0, active = {}, passive = {} } = value as Record<string, Entity | number>;
  const { unhealthy = {} } = passive as Entity;
  const counts = Object.entries(unhealthy as Entity).filter(([name]) => name !== 'http_statuses');
  return threshold === 0 && ((active as Entity).type ?? 'http') === 'http' && counts.every(([, count]) => count === 0);
}

/** Gives what is not served, in the form of the schema's problems; the configuration fits the schema. */
export function unserved(tree: Entity): Problem | undefined {
  const lists = Object.entries(tree).filter(([kind, list]) => Array.isArray(list) && !kind.startsWith('_'));
  return collect(lists.map(([kind, list]) => [kind, listProblem(kind, list as unknown[])]));
}

function listProblem(kind: string, list: readonly unknown[]): Problem | undefined {
  if (kind === 'ca_certificates') return list.length > 0 ? NOT_SERVED : undefined;
  return collect(list.map((one, at) => [String(at + 1), isEntity(one) ? entityProblem(kind, one) : undefined]));
}

function entityProblem(kind: string, given: Entity): Problem | undefined {
  const entity = kind === 'services' ? expandService(given) : given;
  const limited = Object.entries(LIMITS[kind] ?? {}).map(([field, fits]): [string, Problem | undefined] => {
    const value = entity[field];
    return [field, value === undefined || value === null || fits(value) ? undefined : NOT_SERVED];
  });
  const inside = Object.entries(entity).filter(([, list]) => Array.isArray(list) && list.some(isEntity));
  const nested = inside.map(([one, list]): [string, Problem | undefined] => [one, listProblem(one, list as unknown[])]);
  return collect([...limited, ...nested, ...(kind === 'plugins' ? pluginProblem(entity) : [])]);
}

function pluginProblem({ name, config, protocols }: Entity): [string, Problem | undefined][] {
  const plugin = served[String(name)];
  if (!plugin) return [['name', `plugin '${name}' is ${NOT_SERVED}`]];
  const both = !Array.isArray(protocols) || ['http', 'https'].every((one) => protocols.includes(one));
  const fields = plugin.unserved?.(isEntity(config) ? config : {}) ?? {};
  return [
    ['protocols', both ? undefined : NOT_SERVED],
    ['config', collect(Object.entries(fields))],
  ];
}

function collect(found: readonly [string, Problem | undefined][]): Problem | undefined {
  const wrong = found.flatMap(([key, problem]) => (problem === undefined ? [] : [[key, problem] as const]));
  return wrong.length === 0 ? undefined : Object.fromEntries(wrong);
}
