import timing from '../../../../../deploy-manifests/timing.json' with { type: 'json' };
import type { Entity } from '../../../schemas/kong-extensions.ts';
import type { StackApp } from '../../../schemas/manifest.ts';
import { certificateEntities, isCovered } from './certificates.ts';
import { consumerEntities } from './consumers.ts';
import { commonPlugins, servicePlugins } from './plugins.ts';
import { printYaml } from './print.ts';
import { routesOf } from './routes.ts';
import type { GatewayWish } from './wish.ts';

/**
 * The declarative configuration of Kong (format 3.0) that the contracts and manifests ask for, as YAML. The same wish gives the
 * same bytes. Keys of consumers and certificates are in it.
 * @throws {AppError} secrets_file_unusable for a consumer with access to an app that there is not
 */
export function generateKong(wish: GatewayWish): string {
  return printYaml(kongConfiguration(wish), COMMENT);
}

/** What generateKong prints; an upstream for each app, in their order. */
export function kongConfiguration(wish: GatewayWish) {
  const { stack, consumers, certificates, appsIp } = wish;
  return {
    _format_version: '3.0',
    services: stack.apps.map((app) => serviceOf(app, wish)),
    upstreams: stack.apps.map((app) => upstreamOf(app, appsIp)),
    plugins: commonPlugins(stack.manifest),
    ...(consumers.length > 0 ? { consumers: consumerEntities(consumers, stack.apps) } : {}),
    ...(certificates.length > 0 ? { certificates: certificateEntities(certificates) } : {}),
  };
}

const COMMENT = ` Generated from deploy-manifests and each app's openapi.yaml: change those, not this (npm run kong:generate).
 The control API makes the same for a host when it is deployed: with the apps host's address in place of 127.0.0.1, with the
 consumers of SECRETS_FILE, their keys and groups, and with the certificates that POST /tls/issue-certificate got.`;

/** Milliseconds. Kong's own are a minute each; a host that does not answer is found out sooner. */
const TIMEOUTS = { connect_timeout: 2000, write_timeout: 30_000, read_timeout: 30_000 };

/**
 * How often a request is tried again where a target refuses it, breaks off or does not answer in time: once, since there are two
 * targets. Kong 3.9 leaves nginx's proxy_next_upstream as it is (error timeout), so GET, PUT and DELETE go out again after they
 * were sent; POST, PATCH and LOCK only where nothing was sent yet (RFC 9110 has the former idempotent, and so they must be).
 */
const RETRIES = 1;

function serviceOf(app: StackApp, { stack: { manifest }, certificates }: GatewayWish): Entity {
  const host = `${app.host}.${manifest.domain}`;
  const transport = isCovered(host, certificates) ? { protocols: ['https'], https_redirect_status_code: 308 } : {};
  const plugins = servicePlugins(app);
  const tags = tagsOf(app);
  const routes = routesOf(app, { hosts: [host], preflight: manifest.gateway.cors_origins.length > 0, transport });
  return {
    name: app.kong,
    host: upstreamName(app),
    retries: RETRIES,
    ...TIMEOUTS,
    ...app.spec['x-kong-service-defaults'],
    ...tags,
    ...(plugins.length > 0 ? { plugins } : {}),
    routes: routes.map((route) => ({ ...route, ...tags })),
  };
}

function upstreamOf(app: StackApp, appsIp: string): Entity {
  return {
    name: upstreamName(app),
    healthchecks: { active: activeCheck },
    ...app.spec['x-kong-upstream-defaults'],
    ...tagsOf(app),
    targets: app.ports.map((port) => ({ target: `${appsIp}:${port}` })),
  };
}

/**
 * As the services and the deployment of apps expect it: all three go by the same file. Who drains says so and who is gone
 * refuses; a few answers that are late only tell of a busy host, and mostly there is no other target to go to.
 */
const activeCheck: Entity = {
  type: 'http',
  http_path: '/ready',
  timeout: timing.probe_timeout_s,
  healthy: { interval: timing.probe_interval_s, successes: timing.probe_successes, http_statuses: [200] },
  unhealthy: {
    interval: timing.probe_interval_s,
    http_failures: timing.probe_failures,
    tcp_failures: timing.probe_failures,
    timeouts: timing.probe_timeouts,
  },
};

function upstreamName({ kong }: StackApp): string {
  return `${kong}.upstream`;
}

function tagsOf({ spec: { 'x-kong-tags': tags } }: StackApp): Entity {
  return tags === undefined ? {} : { tags };
}
