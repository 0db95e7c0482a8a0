import { checkCertificate, checkKey, checkPair } from './certificates.ts';
import {
  checkCidr,
  checkHeaderName,
  checkHost,
  checkName,
  checkPath,
  checkRouteHost,
  checkRoutePath,
  checkSni,
} from './checks.ts';
import { boolean, common, foreign, integer, isSet, list, record, string, strings, uuid } from './fields.ts';
import { anything, otherPlugins, plugins } from './plugins.ts';
import type { Entity, Field, Fields } from './schema.ts';
import { target, upstream } from './upstreams.ts';

/** The entities of a declarative configuration: kong/db/schema/entities of 3.9.3, as far as the README says. */

export interface Kind {
  /** By which entities of its kind are told apart, when it must be the only one of its name. */
  unique?: string;
  /** Fields that name another entity, by the other's kind. */
  references: Readonly<Record<string, string>>;
  /** Which fields, beside the parent, no two may have alike. */
  identity?: readonly string[];
  field: Field;
}

const PROTOCOLS = ['grpc', 'grpcs', 'http', 'https', 'tcp', 'tls', 'tls_passthrough', 'udp'];
const TIMEOUT = integer({ between: [1, 2 ** 31 - 2] });

const service: Field = {
  type: 'record',
  expand: expandService,
  fields: {
    ...common,
    ...{
      name: string({ check: checkName }),
      retries: integer({ between: [0, 32_767] }),
      path: string({ check: checkPath }),
    },
    protocol: string({ oneOf: PROTOCOLS }),
    host: string({ required: true, check: checkHost }),
    port: integer({ between: [0, 65_535] }),
    ...{ connect_timeout: TIMEOUT, write_timeout: TIMEOUT, read_timeout: TIMEOUT, enabled: boolean() },
    ...{ client_certificate: foreign, tls_verify: boolean(), tls_verify_depth: integer({ between: [0, 64] }) },
    ca_certificates: list(uuid),
  },
};

/** With the shorthand `url` written out. */
export function expandService(value: Entity): Entity {
  return typeof value.url === 'string' ? { ...withoutUrl(value), ...readUrl(value.url) } : value;
}

function withoutUrl({ url: _, ...rest }: Entity): Entity {
  return rest;
}

/** Kong's shorthand: LuaSocket's url.parse. */
function readUrl(url: string): Entity {
  const [, scheme, host, port, path] =
    /^(?:([a-z][\w+.-]*):)?(?:\/\/(?:[^/@]*@)?([^/:?#]*)(?::(\d+))?)?([^?#]*)/i.exec(url) ?? [];
  const guessed = port === '80' ? 'http' : port === '443' ? 'https' : 'http';
  const protocol = scheme ?? guessed;
  const known = protocol === 'https' ? 443 : 80;
  return { protocol, host: host || null, port: port ? Number(port) : known, path: path || null };
}

/** A route of HTTP says what it matches. */
function routeMatches({ protocols = ['http', 'https'], ...route }: Entity): string | undefined {
  const wanted = Array.isArray(protocols) ? protocols : [];
  const protocol = wanted.includes('https') ? 'https' : 'http';
  if (!wanted.includes(protocol)) return undefined;
  const names = ['methods', 'hosts', 'headers', 'paths', ...(protocol === 'https' ? ['snis'] : [])];
  if (names.some((name) => isSet(route[name]))) return undefined;
  return `must set one of ${names.map((name) => `'${name}'`).join(', ')} when 'protocols' is '${protocol}'`;
}

const address: Field = { type: 'record', fields: { ip: string({ check: checkCidr }), port: integer() } };

const route: Field = {
  type: 'record',
  entityChecks: [routeMatches],
  fields: {
    ...common,
    ...{
      name: string({ check: checkName }),
      protocols: { type: 'set', lenMin: 1, elements: string({ oneOf: PROTOCOLS }) },
    },
    ...{ methods: strings({ check: (text) => (/^[A-Z]+$/.test(text) ? undefined : `invalid value: ${text}`) }) },
    ...{ hosts: strings({ check: checkRouteHost }), paths: strings({ check: checkRoutePath }) },
    ...{ snis: strings({ check: checkSni }), sources: list(address), destinations: list(address) },
    headers: { type: 'map', keys: string({ check: checkHeaderName }), values: strings() },
    https_redirect_status_code: integer({ oneOf: [426, 301, 302, 307, 308] }),
    ...{ strip_path: boolean(), preserve_host: boolean(), request_buffering: boolean(), response_buffering: boolean() },
    ...{ regex_priority: integer(), path_handling: string({ oneOf: ['v0', 'v1'] }), service: foreign },
  },
};

const consumer: Field = {
  type: 'record',
  fields: { ...common, username: string(), custom_id: string() },
  entityChecks: [
    ({ username, custom_id }) =>
      isSet(username) || isSet(custom_id)
        ? undefined
        : "at least one of these fields must be non-empty: 'custom_id', 'username'",
  ],
};

/** A plugin's fields depend on its name; `enabled` are those of kong.conf. */
function plugin(enabled: readonly string[]): Field {
  return {
    type: 'record',
    fields: {
      ...{
        ...common,
        name: string({ required: true }),
        instance_name: string({ check: checkName }),
        enabled: boolean(),
      },
      ...{ protocols: { type: 'set', elements: string({ oneOf: PROTOCOLS }) }, service: foreign, route: foreign },
      ...{ consumer: foreign, config: anything },
    },
    variant({ name }) {
      if (typeof name !== 'string') return {};
      const known = plugins[name];
      if (!enabled.includes(name) || !(known || otherPlugins.includes(name))) {
        const problem = `plugin '${name}' not enabled; add it to the 'plugins' configuration property`;
        return { key: 'name', problem };
      }
      const needsConfig = Object.values(known?.config ?? {}).some(({ required }) => required);
      return known ? { config: { type: 'record', fields: known.config, required: needsConfig } } : {};
    },
    entityChecks: [
      ({ name, config = {} }) => {
        const checks = plugins[String(name)]?.checks ?? [];
        return checks.map((check) => check((config ?? {}) as Entity)).find((text) => text !== undefined);
      },
    ],
  };
}

const cert: Fields = { cert: string({ required: true, check: checkCertificate }) };
const alternative: Fields = { cert_alt: string({ check: checkCertificate }), key_alt: string({ check: checkKey }) };

/** Every kind of entity by its name, with these plugins enabled; a plugin may bring kinds of its own. */
export function kindsOf(enabled: readonly string[]): Record<string, Kind> {
  const credential = (fields: Fields): Field => record({ ...common, ttl: integer(), consumer: foreign, ...fields });
  const ofConsumer = { consumer: 'consumers' };
  const keyauth = { unique: 'key', references: ofConsumer, field: credential({ key: string() }) };
  const acl = {
    references: ofConsumer,
    identity: ['group'],
    field: credential({ group: string({ required: true }) }),
  };
  return {
    certificates: {
      references: {},
      field: {
        ...record({ ...common, ...cert, key: string({ required: true, check: checkKey }), ...alternative }),
        entityChecks: [checkPair],
      },
    },
    ca_certificates: { references: {}, field: record({ ...common, ...cert, cert_digest: string() }) },
    snis: {
      unique: 'name',
      references: { certificate: 'certificates' },
      field: record({ ...common, name: string({ required: true, check: checkSni }), certificate: foreign }),
    },
    upstreams: { unique: 'name', references: { client_certificate: 'certificates' }, field: upstream },
    targets: { references: { upstream: 'upstreams' }, identity: ['target'], field: target },
    consumers: { unique: 'username', references: {}, field: consumer },
    services: { unique: 'name', references: { client_certificate: 'certificates' }, field: service },
    routes: { unique: 'name', references: { service: 'services' }, field: route },
    plugins: {
      references: { service: 'services', route: 'routes', ...ofConsumer },
      identity: ['name', 'service', 'route', 'consumer'],
      field: plugin(enabled),
    },
    ...(enabled.includes('key-auth') ? { keyauth_credentials: keyauth } : {}),
    ...(enabled.includes('acl') ? { acls: acl } : {}),
  };
}
