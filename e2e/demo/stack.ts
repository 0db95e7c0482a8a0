import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';

export type Role = 'opensearch' | 'kong' | 'apps';

interface Instance {
  name: string;
  bundle: string;
  blueprint: string;
  static_ip?: string;
  firewall: object[];
}

/** What the demo takes from deploy-manifests/stack.yaml: it rolls out what is written there. */
interface Stack {
  domain: string;
  region: string;
  availability_zone: string;
  key_pair: string;
  github_repository: string;
  instances: Record<Role, Instance>;
}

const folder = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, folder), 'utf8');

export const stack: Stack = parse(read('deploy-manifests/stack.yaml'));

/** Whose images they are, as names of images have it. */
export const owner = stack.github_repository.toLowerCase().replace(/\/.*/, '');

interface App {
  name: string;
  /** Without tag. */
  image: string;
  /** That of the image made of what is here. */
  tag: string;
  host: string;
}

/** The apps by name, the sequence service first, which has no peers. */
export const apps: readonly App[] = readdirSync(new URL('deploy-manifests/apps/', folder))
  .map((file) => file.replace(/\.yaml$/, ''))
  .sort()
  .map((name) => {
    const { image = `ghcr.io/${owner}/${name}`, host } = parse(read(`deploy-manifests/apps/${name}.yaml`));
    const { version: tag } = JSON.parse(read(`app-services/${name}/package.json`));
    return { name, image, tag, host: `${host}.${stack.domain}` };
  });

export type Service =
  | 'central-sequence-service'
  | 'character-management-api'
  | 'core-script-management-api'
  | 'session-context-management-api'
  | 'story-factory-api';

/** @throws {Error} when deploy-manifests has no such app */
export function appNamed(service: Service) {
  const app = apps.find(({ name }) => name === service);
  if (!app) throw new Error(`deploy-manifests has no app ${service}`);
  return app;
}
