import { AppError } from '../../lib/errors.ts';
import { parseImage } from '../../lib/image-reference.ts';
import type { Secret } from '../../lib/secret.ts';
import type { DeployDockerAppBody } from '../../schemas/app.ts';
import type { StackApp } from '../../schemas/manifest.ts';
import type { Manifests } from '../../services/manifests.ts';
import type { SecretsFile } from '../../services/secrets-file.ts';

type Filled = 'docker_image' | 'name' | keyof typeof USUAL;

/** What deploy-docker-app shall bring about, every field known. */
export type AppDeployment = Omit<DeployDockerAppBody, Filled | 'app' | 'tag'> & {
  [Field in Filled]: NonNullable<DeployDockerAppBody[Field]>;
};

export interface AppDeployments {
  /**
   * What a body means: its own fields, else those of the manifest that it names, else what is usual.
   * @throws {AppError} app_not_found when there is no such manifest; invalid_request when another name has ports or volumes of the
   * manifest; manifest_invalid, secrets_file_unusable
   */
  of(body: DeployDockerAppBody): Promise<AppDeployment>;
}

interface Dependencies {
  manifests: Manifests;
  secretsFile: Pick<SecretsFile, 'path' | 'read'>;
}

const USUAL = {
  ports: [] as number[],
  publish: 'private',
  env: {},
  secret_env: {},
  volumes: [] as string[],
  memory_mb: 256,
  capabilities: [],
} satisfies Partial<DeployDockerAppBody>;

export function createAppDeployments({ manifests, secretsFile }: Dependencies): AppDeployments {
  return {
    async of({ app: name, tag = 'latest', ...body }) {
      if (name === undefined) return whole({ ...USUAL, ...defined(body) });
      const app = await find(name);
      const { env = {}, secret_env = {} } = body;
      const fields = { ...USUAL, ...fieldsOf(app, tag), ...defined(body) };
      if (fields.name !== name) requireOwn(fields, app);
      const secrets = await secretsOf(app, { ...env, ...secret_env });
      return whole({
        ...fields,
        // Name by name: whoever wants another log level wants the rest as it is.
        env: { ...without(app.env, secret_env), ...env },
        secret_env: { ...secrets, ...secret_env },
      });
    },
  };

  async function find(name: string): Promise<StackApp> {
    const { apps } = await manifests.read();
    const found = apps.find((app) => app.name === name);
    if (found) return found;
    throw new AppError('app_not_found', `There is no manifest of an app ${name}.`, {
      hint: 'Take one of those in details, or write apps/NAME.yaml in STACK_DIR.',
      details: apps.map((app) => ({ message: app.name })),
    });
  }

  /** The values of those that the manifest names, but for what the body has. */
  async function secretsOf({ name, secrets }: StackApp, body: object): Promise<Record<string, Secret>> {
    const wanted = secrets.filter((secret) => !Object.hasOwn(body, secret));
    if (wanted.length === 0) return {};
    const { apps } = await secretsFile.read();
    const values = new Map(Object.hasOwn(apps, name) ? Object.entries(apps[name] ?? {}) : []);
    const missing = wanted.filter((secret) => !values.has(secret)).map((secret) => `apps.${name}.${secret}`);
    if (missing.length === 0) return Object.fromEntries([...values].filter(([secret]) => wanted.includes(secret)));
    throw new AppError('secrets_file_unusable', `${secretsFile.path} has no value for ${missing.join(', ')}.`, {
      hint: `The manifest of ${name} names it: write it there, or send it in secret_env.`,
    });
  }
}

/** Two containers on one port of the two, or writing one SQLite file: neither would be noticed before the harm is done. */
function requireOwn(
  { name, ports, volumes }: Pick<AppDeployment, 'name' | 'ports' | 'volumes'>,
  { name: app, ports: taken, volumes: kept }: StackApp,
): void {
  const others = (path: string, shared: readonly unknown[]) =>
    shared.length === 0 ? [] : [{ path, message: `are to be others than those of ${app}: ${shared.join(', ')}` }];
  const details = [
    ...others(
      '/ports',
      ports.filter((port) => taken.includes(port)),
    ),
    ...others(
      '/volumes',
      namesOf(volumes).filter((volume) => namesOf(kept).includes(volume)),
    ),
  ];
  if (details.length === 0) return;
  const told = details.map(({ path, message }) => `${path.slice(1)} ${message}`).join('; ');
  throw new AppError('invalid_request', `${name} would be a second ${app} beside the first: ${told}.`, {
    hint: `To deploy ${app} itself, leave out name. For one beside it, send ports and volumes of its own.`,
    details,
  });
}

function namesOf(volumes: readonly string[]): string[] {
  return volumes.map((volume) => volume.slice(0, volume.indexOf(':')));
}

function fieldsOf({ name, image, ports, container_port, volumes, memory_mb, health_path }: StackApp, tag: string) {
  return { name, docker_image: `${image}:${tag}`, ports: [...ports], container_port, volumes, memory_mb, health_path };
}

function whole({
  name,
  docker_image = '',
  ...rest
}: Omit<AppDeployment, 'docker_image' | 'name'> & DeployDockerAppBody) {
  return { ...rest, docker_image, name: name ?? parseImage(docker_image).name };
}

function defined<T extends object>(fields: T): { [Field in keyof T]: Exclude<T[Field], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}

function without<T>(all: Record<string, T>, names: object): Record<string, T> {
  return Object.fromEntries(Object.entries(all).filter(([name]) => !Object.hasOwn(names, name)));
}
