import { readFileSync } from 'node:fs';
import type { Stage } from './stage.ts';

/** In the order of their ports; the first has no peers. */
const services = [
  'central-sequence-service',
  'character-management-api',
  'core-script-management-api',
  'session-context-management-api',
  'story-factory-api',
] as const;
export type Service = (typeof services)[number];
export type ServiceUrls = Record<Service, string>;

export const servicePorts: readonly number[] = services.map((_, place) => 8101 + place);

/** Deploys the five on one host; each keeps what it knows in a volume, and finds the others by their names. */
export async function deployServices(stage: Stage, host: object): Promise<ServiceUrls> {
  const urls: Partial<ServiceUrls> = {};
  for (const [place, name] of services.entries()) {
    const file = new URL(`../../app-services/${name}/package.json`, import.meta.url);
    const { version } = JSON.parse(readFileSync(file, 'utf8'));
    const body = {
      ...host,
      docker_image: `ghcr.io/fountain/${name}:${version}`,
      ports: servicePorts.slice(place, place + 1),
      container_port: 8080,
      publish: 'public',
      health_path: '/ready',
      memory_mb: 96,
      volumes: [`${name}-data:/data`],
    };
    const { url } = await stage.thrice(`Deploy ${name}`, { path: '/services/deploy-docker-app', body });
    urls[name] = String(url);
  }
  return urls as ServiceUrls;
}
