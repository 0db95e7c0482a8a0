import { PORT as SEARCH_PORT } from '../../control-api/src/recipes/opensearch/settings.ts';
import type { Stack, StackApp } from '../../control-api/src/schemas/manifest.ts';
import timing from '../../deploy-manifests/timing.json' with { type: 'json' };
import { GATEWAY_PORT, gatewayService } from './gateway.ts';
import { SEARCH_VOLUME, searchService } from './search.ts';

/**
 * What compose.yaml says (compose-spec.io): the apps as their manifests have them, the gateway, and OpenSearch if asked for.
 * @throws {Error} when an app has the port of one of those two
 */
export function composeModel(stack: Stack) {
  for (const { name, ports } of stack.apps) {
    if (![GATEWAY_PORT, SEARCH_PORT].includes(ports[0])) continue;
    const why = `is that of the gateway or of OpenSearch on a developer's computer (docs/compose.md): take another`;
    throw new Error(`deploy-manifests/apps/${name}.yaml: ports.0: ${ports[0]} ${why}`);
  }
  const volumes = stack.apps.flatMap((app) => app.volumes.map((volume) => volume.replace(/:.*/, '')));
  const services: Record<string, object> = {
    ...Object.fromEntries(stack.apps.map((app) => [app.name, appService(app)])),
    kong: gatewayService(stack),
    opensearch: searchService(),
  };
  return {
    name: 'fountainai',
    services,
    volumes: Object.fromEntries([...volumes, SEARCH_VOLUME].sort().map((name) => [name, {}])),
  };
}

/** As a deployment runs it, and with a root that nobody can write to. Its HEALTHCHECK is the image's. */
function appService(app: StackApp) {
  const environment = {
    ...Object.fromEntries(Object.entries(app.env).map(([name, value]) => [name, literal(value)])),
    // Without a value: that of the shell or of .env; not set where neither has one.
    ...Object.fromEntries(app.secrets.map((name) => [name, null])),
  };
  return {
    image: `${app.image}:\${TAG:-main}`,
    // From nowhere else, unless somebody says so: not even its owner has an image of that name before the first push.
    pull_policy: `\${PULL_POLICY:-build}`,
    build: {
      context: 'app-services/dist',
      dockerfile: '../Dockerfile',
      args: { NODE_IMAGE: `\${NODE_IMAGE:-node:24-slim}`, SERVICE: app.name },
    },
    ports: [`127.0.0.1:${app.ports[0]}:${app.container_port}`],
    ...(Object.keys(environment).length > 0 ? { environment } : {}),
    volumes: app.volumes,
    read_only: true,
    mem_limit: `${app.memory_mb}m`,
    cap_drop: ['ALL'],
    security_opt: ['no-new-privileges:true'],
    stop_grace_period: `${timing.drain_s + timing.close_s}s`,
  };
}

/** Compose fills in what follows a dollar. */
function literal(text: string): string {
  return text.replaceAll('$', '$$$$');
}
