import { Secret } from '../../control-api/src/lib/secret.ts';
import { kongConfiguration } from '../../control-api/src/recipes/kong/generate/generate.ts';
import { kongVersion } from '../../control-api/src/recipes/kong/package.ts';
import { kongConf } from '../../control-api/src/recipes/kong/settings.ts';
import type { Stack } from '../../control-api/src/schemas/manifest.ts';

/** Kong's configuration, from the root of this repository. */
export const KONG_FILE = 'kong/compose.kong.yml';

/** The names below it lead to the computer itself (RFC 6761). */
const DOMAIN = 'localhost';

/** Gives nothing that the services' own ports do not give without one, and those are as open: to this computer alone. */
const DEVELOPER = { username: 'developer', keys: [new Secret('this-is-no-secret')], access: { all: 'write' as const } };

/** Kong's configuration with each app's container as its one target. */
export function gatewayForCompose(stack: Stack) {
  const wish = { stack: atHome(stack), consumers: [DEVELOPER], certificates: [], appsIp: '127.0.0.1' };
  const { upstreams, ...rest } = kongConfiguration(wish);
  const targets = stack.apps.map(({ name, container_port: port }) => [{ target: `${name}:${port}` }]);
  return { ...rest, upstreams: upstreams.map((upstream, index) => ({ ...upstream, targets: targets[index] })) };
}

/** Without what is about other networks: who may come in from where, which would keep the developer out, and where a log goes. */
function atHome({ manifest, apps }: Stack): Stack {
  const { allow_ips: _, http_log: __, ...gateway } = manifest.gateway;
  return {
    manifest: { ...manifest, domain: DOMAIN, gateway },
    apps: apps.map(({ allow_ips: _, ...app }) => app),
  };
}

/** Of the developer's computer. */
export const GATEWAY_PORT = 8080;
/** RAM in MiB of the instance that Kong is deployed on by default, a nano. */
const MEMORY_MB = 512;
/** Where the vendor's own compose file has it; the image's other place is in its root, which nobody may write to. */
const PREFIX = '/var/run/kong';
const CONFIG = '/etc/kong/kong.yml';

/** The vendor's image, with the settings that a host's Kong has but for where it listens and logs. */
export function gatewayService({ apps }: Stack) {
  return {
    image: `kong:${kongVersion(undefined)}`,
    depends_on: apps.map(({ name }) => name),
    ports: [`127.0.0.1:${GATEWAY_PORT}:8000`],
    environment: {
      ...environmentOf(kongConf(MEMORY_MB)),
      KONG_DECLARATIVE_CONFIG: CONFIG,
      KONG_PROXY_LISTEN: '0.0.0.0:8000',
      KONG_PROXY_ERROR_LOG: '/dev/stderr',
      KONG_ADMIN_ERROR_LOG: '/dev/stderr',
      KONG_PREFIX: PREFIX,
      // In seconds. Docker says 600, and a container that is made anew may have another address.
      KONG_DNS_VALID_TTL: '5',
    },
    volumes: [`./${KONG_FILE}:${CONFIG}:ro`],
    read_only: true,
    tmpfs: ['/tmp', PREFIX],
    mem_limit: `${MEMORY_MB}m`,
    security_opt: ['no-new-privileges:true'],
    healthcheck: { test: ['CMD', 'kong', 'health'], interval: '10s', timeout: '10s', retries: 10 },
  };
}

/** kong.conf as Kong takes it from its environment. */
function environmentOf(conf: string): Record<string, string> {
  const settings = conf.matchAll(/^(\w+) = (.*)$/gm);
  return Object.fromEntries([...settings].map(([, name = '', value = '']) => [`KONG_${name.toUpperCase()}`, value]));
}
