import { expandService } from '../entities.ts';
import type { Entity } from '../schema.ts';
import { flatten, type Row, type Rows } from './flat.ts';

/** What the proxy goes by: the entities of a declarative configuration, with Kong's defaults written out. */
export interface Configuration {
  routes: readonly Route[];
  consumers: readonly Consumer[];
  /** By key. */
  credentials: ReadonlyMap<string, Credential>;
  plugins: readonly PluginEntry[];
  upstreams: readonly Upstream[];
  certificates: readonly Certificate[];
}

export interface Service {
  id: string;
  name: string;
  host: string;
  port: number;
  path: string;
  /** Of a connection that does not come about, beside the first try. */
  retries: number;
  connectTimeoutMs: number;
  readTimeoutMs: number;
}

export interface Route {
  id: string;
  name: string;
  protocols: readonly string[];
  methods: readonly string[];
  hosts: readonly string[];
  paths: readonly string[];
  headers: Readonly<Record<string, readonly string[]>>;
  regexPriority: number;
  httpsRedirectStatusCode: number;
  stripPath: boolean;
  preserveHost: boolean;
  service: Service | undefined;
}

export interface Consumer {
  id: string;
  username: string | undefined;
  customId: string | undefined;
  groups: readonly string[];
}

export interface Credential {
  id: string;
  consumer: Consumer;
}

/** A plugin as it is configured, and what it is for: by ids, all of them where there are none. */
export interface PluginEntry {
  id: string;
  name: string;
  config: Entity;
  service: string | undefined;
  route: string | undefined;
  consumer: string | undefined;
}

export interface Upstream {
  name: string;
  hostHeader: string | undefined;
  targets: readonly { host: string; port: number; weight: number }[];
  checks: Checks;
}

/** Active health checks; times in seconds, and a 0 is one that is off. */
export interface Checks {
  path: string;
  timeout: number;
  headers: Readonly<Record<string, string[]>>;
  healthy: { interval: number; statuses: readonly number[]; successes: number };
  unhealthy: { interval: number; statuses: readonly number[]; http: number; tcp: number; timeouts: number };
}

export interface Certificate {
  /** PEM. */
  cert: string;
  key: string;
  names: readonly string[];
}

const MINUTE_MS = 60_000;
const given = (entity: Entity) =>
  Object.fromEntries(Object.entries(entity).filter(([, value]) => value !== null)) as Entity;

/** Reads a configuration that fits the schema and of which everything is served. */
export function readConfiguration(tree: Entity): Configuration {
  const rows = flatten(tree);
  const services = new Map((rows.services ?? []).flatMap((row) => serviceOf(row)));
  const consumers = new Map((rows.consumers ?? []).map((row) => [row, consumerOf(row, rows)] as const));
  const credentials = (rows.keyauth_credentials ?? []).flatMap((row): [string, Credential][] => {
    const consumer = row.owners.consumer && consumers.get(row.owners.consumer);
    return consumer ? [[String(row.entity.key), { id: row.id, consumer }]] : [];
  });
  return {
    // The routes of a service that is not enabled lead nowhere.
    routes: (rows.routes ?? [])
      .filter(({ owners }) => !owners.service || services.has(owners.service))
      .map((row) => routeOf(row, row.owners.service && services.get(row.owners.service))),
    consumers: [...consumers.values()],
    credentials: new Map(credentials),
    plugins: (rows.plugins ?? []).filter(({ entity }) => entity.enabled !== false).map(pluginOf),
    upstreams: (rows.upstreams ?? []).map((row) => upstreamOf(row, rows)),
    certificates: (rows.certificates ?? []).map((row) => certificateOf(row, rows)),
  };
}

function serviceOf(row: Row): [Row, Service][] {
  const entity = given(expandService(row.entity));
  if (entity.enabled === false) return [];
  const { name = row.id, host, port = 80, path = '/', retries = 5 } = entity;
  const { connect_timeout: connectTimeoutMs = MINUTE_MS, read_timeout: readTimeoutMs = MINUTE_MS } = entity;
  return [[row, { id: row.id, name, host, port, path, retries, connectTimeoutMs, readTimeoutMs } as Service]];
}

function routeOf({ id, entity }: Row, service: Service | undefined): Route {
  const {
    name = id,
    protocols = ['http', 'https'],
    methods = [],
    hosts = [],
    paths = [],
    headers = {},
  } = given(entity);
  const { regex_priority: regexPriority = 0, https_redirect_status_code: httpsRedirectStatusCode = 426 } =
    given(entity);
  const { strip_path: stripPath = true, preserve_host: preserveHost = false } = given(entity);
  const rest = { regexPriority, httpsRedirectStatusCode, stripPath, preserveHost, service };
  return { id, name, protocols, methods, hosts, paths, headers, ...rest } as Route;
}

function consumerOf(row: Row, rows: Rows): Consumer {
  const { username, custom_id: customId } = given(row.entity);
  const groups = (rows.acls ?? []).filter(({ owners }) => owners.consumer === row).map(({ entity }) => entity.group);
  return { id: row.id, username, customId, groups } as Consumer;
}

function pluginOf({ id, entity, owners: { service, route, consumer } }: Row): PluginEntry {
  const { name, config = {} } = given(entity);
  const owners = { service: service?.id, route: route?.id, consumer: consumer?.id };
  return { id, name: String(name), config: given(config as Entity), ...owners };
}

function upstreamOf(row: Row, rows: Rows): Upstream {
  const { name, host_header: hostHeader, healthchecks = {} } = given(row.entity);
  const { active = {} } = given(healthchecks as Entity);
  const targets = (rows.targets ?? [])
    .filter(({ owners }) => owners.upstream === row)
    .map(({ entity }) => {
      const [, host = '', port = '8000'] = /^(.*?)(?::(\d+))?$/.exec(String(entity.target)) ?? [];
      return { host, port: Number(port), weight: Number(entity.weight ?? 100) };
    });
  return { name, hostHeader, targets, checks: checksOf(active as Entity) } as Upstream;
}

/** Kong's defaults: kong/db/schema/entities/upstreams.lua. */
function checksOf(active: Entity): Checks {
  const { http_path: path = '/', timeout = 1, headers = {}, healthy = {}, unhealthy = {} } = given(active);
  const { interval = 0, successes = 0, http_statuses: good = [200, 302] } = given(healthy as Entity);
  const { http_failures: http = 0, tcp_failures: tcp = 0, timeouts = 0, ...bad } = given(unhealthy as Entity);
  const { interval: badInterval = 0, http_statuses: statuses = [429, 404, 500, 501, 502, 503, 504, 505] } = bad;
  return {
    ...{ path, timeout, headers },
    healthy: { interval, statuses: good, successes },
    unhealthy: { interval: badInterval, statuses, http, tcp, timeouts },
  } as Checks;
}

function certificateOf(row: Row, rows: Rows): Certificate {
  const names = (rows.snis ?? [])
    .filter(({ owners }) => owners.certificate === row)
    .map(({ entity }) => String(entity.name).toLowerCase());
  return { cert: String(row.entity.cert), key: String(row.entity.key), names };
}
