import type { GatewayWish } from '../../../../src/recipes/kong/generate/wish.ts';
import { openApiSchema } from '../../../../src/schemas/kong-extensions.ts';
import {
  type AppManifest,
  appManifestSchema,
  type StackApp,
  stackManifestSchema,
} from '../../../../src/schemas/manifest.ts';

const instance = { name: 'apps', bundle: 'nano_3_0', blueprint: 'debian_12', firewall: [ssh()] };

function ssh() {
  return { protocol: 'tcp', from_port: 22, to_port: 22 };
}

export const stackManifest = {
  domain: 'example.com',
  region: 'eu-central-1',
  availability_zone: 'eu-central-1a',
  key_pair: 'a-key',
  github_repository: 'an/owner',
  instances: { opensearch: instance, kong: instance, apps: instance },
  gateway: { cors_origins: ['https://example.com'] },
};

export const appManifest = {
  ports: [8101, 8201],
  container_port: 8080,
  host: 'things',
  kong: 'thing-service',
  memory_mb: 96,
};

/** An app whose contract has these paths. */
export function makeApp(
  paths: object,
  { spec = {}, ...manifest }: Partial<AppManifest> & { spec?: object } = {},
): StackApp {
  return {
    ...appManifestSchema.parse({ ...appManifest, ...manifest }),
    image: 'ghcr.io/an/thing-api',
    name: 'thing-api',
    spec: openApiSchema.parse({ openapi: '3.1.0', paths, ...spec }),
  };
}

/** A wish for these apps. */
export function makeWish(
  apps: readonly StackApp[],
  { gateway = {}, ...more }: Partial<GatewayWish> & { gateway?: object } = {},
): GatewayWish {
  const manifest = stackManifestSchema.parse({ ...stackManifest, gateway: { ...stackManifest.gateway, ...gateway } });
  return { stack: { manifest, apps }, consumers: [], certificates: [], appsIp: '10.0.0.7', ...more };
}
