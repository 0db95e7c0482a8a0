import type { Credentials } from '../../docker/registry.ts';
import type { Call } from '../program.ts';

/** What the client's config.json holds for a registry. Docker Hub goes by its old address there. */
export function credentialsFor({ environment, machine }: Call, registry: string): Credentials | undefined {
  const file = machine.files.find(`${environment.DOCKER_CONFIG ?? '/root/.docker'}/config.json`);
  const key = registry === 'docker.io' ? 'https://index.docker.io/v1/' : registry;
  try {
    const { auths } = JSON.parse(file?.text ?? '{}') as { auths?: Record<string, { auth?: string }> };
    const pair = Buffer.from(auths?.[key]?.auth ?? '', 'base64').toString();
    const colon = pair.indexOf(':');
    return colon > 0 ? { username: pair.slice(0, colon), password: pair.slice(colon + 1) } : undefined;
  } catch {
    return undefined;
  }
}
