import { AppError } from '../lib/errors.ts';
import { type BootView, bootProbes, parseBoot } from '../recipes/base/boot-view.ts';
import type { Readiness } from '../schemas/host-reads.ts';
import type { Instance } from '../schemas/lightsail.ts';
import type { Lightsail } from '../services/lightsail.ts';
import type { Ssh } from '../services/ssh.ts';
import type { HostReader } from './host-reader.ts';

interface Dependencies {
  lightsail: Pick<Lightsail, 'instance' | 'hostKeys'>;
  readHost: HostReader;
  ssh: Pick<Ssh, 'presentedHostKey'>;
  sshPort: number;
}

export interface ReadinessQuery {
  region: string;
  instance_name: string;
  /** Needed for the rungs that log in. */
  ssh_key_path?: string | undefined;
}

type Rung = Readiness['ladder'][number];
type Look = () => Promise<Omit<Rung, 'name'>>;

const reached = (reason: string | null = null, at: string | null = null) => ({ reached: true, at, reason });
const missing = (reason: string) => ({ reached: false, at: null, reason });

/** Climbs until a rung is not reached; those above it wait for it. Reads only. */
export function createReadiness(dependencies: Dependencies): (query: ReadinessQuery) => Promise<Readiness> {
  const { lightsail } = dependencies;
  return async (query) => {
    const { region, instance_name } = query;
    const instance = await lightsail.instance(region, instance_name);
    if (!instance) throw new AppError('instance_not_found', `There is no instance ${instance_name} in ${region}.`);
    const ladder: Rung[] = [];
    for (const [name, look] of Object.entries(rungs(instance, query, dependencies))) {
      const below = ladder.at(-1);
      const waits = below && !below.reached;
      ladder.push({ name, ...(waits ? missing(`waits for ${below.name}`) : await look()) });
    }
    return { instance_name, region, ready: ladder.every((rung) => rung.reached), ladder };
  };
}

function rungs(instance: Instance, query: ReadinessQuery, dependencies: Dependencies): Record<string, Look> {
  const { lightsail, ssh, sshPort } = dependencies;
  const login = onceLoggedIn(query, dependencies);
  return {
    requested: async () => reached(null, instance.created_at),
    running: async () => (instance.state === 'running' ? reached() : missing(`it is ${instance.state}`)),
    ip_assigned: async () =>
      instance.public_ip === null ? missing('it has no public address yet') : reached(instance.public_ip),
    host_key_known: async () => {
      const keys = await lightsail.hostKeys(instance.region, instance.name);
      return keys.length === 0
        ? missing('AWS does not report its host keys yet')
        : reached(keys.map(({ algorithm }) => algorithm).join(', '));
    },
    tcp_22: () =>
      attempt(async () => {
        const { fingerprint } = await ssh.presentedHostKey({ host: instance.public_ip ?? '', port: sshPort });
        return reached(`port ${sshPort} shows ${fingerprint}`);
      }),
    ssh_login: () =>
      attempt(async () => {
        const host = await login();
        return host ? reached(`as ${host.username}`) : missing('not looked at: give ssh_key_path');
      }),
    boot_finished: async () => bootFinished(await login()),
    apt_idle: async () => aptIdle(await login()),
  };
}

async function attempt(look: Look): ReturnType<Look> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof AppError) return missing(`${error.code}: ${error.message}`);
    throw error;
  }
}

type LoggedIn = BootView & { username: string };

/** Logs in once, at the first question; undefined when the caller gave no key. */
function onceLoggedIn(
  { ssh_key_path, ...named }: ReadinessQuery,
  { readHost }: Dependencies,
): () => Promise<LoggedIn | undefined> {
  let seen: Promise<LoggedIn> | undefined;
  const look = async (ssh_key_path: string): Promise<LoggedIn> => {
    const { readings, host } = await readHost({ ...named, ssh_key_path }, bootProbes());
    return { username: host.username, ...parseBoot(readings) };
  };
  return async () => {
    if (ssh_key_path === undefined) return undefined;
    seen ??= look(ssh_key_path);
    return seen;
  };
}

function bootFinished(host: LoggedIn | undefined) {
  if (host?.cloudInit === 'finished') return reached(host.said || 'cloud-init is not installed');
  return missing(`cloud-init: ${host?.said}`);
}

function aptIdle(host: LoggedIn | undefined) {
  return host?.aptBusy ? missing('the system installs its own updates just now') : reached();
}
