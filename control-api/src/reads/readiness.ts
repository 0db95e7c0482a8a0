import { AppError } from '../lib/errors.ts';
import type { HostResolver } from '../operations/host-target.ts';
import type { Instance } from '../schemas/lightsail.ts';
import type { HostSessions } from '../services/host-session.ts';
import type { Lightsail } from '../services/lightsail.ts';
import type { Ssh } from '../services/ssh.ts';

/** A rung of the ladder from "asked for" to "packages can be installed". */
export interface Rung {
  name: string;
  reached: boolean;
  /** When it was reached, as far as anybody knows; null otherwise. */
  at: string | null;
  /** Why it is not reached or not known, or what was seen. */
  reason: string | null;
}

export interface Readiness {
  instance_name: string;
  region: string;
  ready: boolean;
  ladder: Rung[];
}

interface Dependencies {
  lightsail: Lightsail;
  hosts: HostResolver;
  sessions: HostSessions;
  ssh: Pick<Ssh, 'presentedHostKey'>;
  sshPort: number;
}

export interface ReadinessQuery {
  region: string;
  instance_name: string;
  /** Needed for the rungs that log in. */
  ssh_key_path?: string | undefined;
}

type Look = () => Promise<Omit<Rung, 'name' | 'reached'> & { reached: boolean }>;

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
  const login = hostFacts(query, dependencies);
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
        const facts = await login();
        return facts ? reached(`as ${facts.username}`) : missing('not looked at: give ssh_key_path');
      }),
    boot_finished: async () => bootFinished((await login())?.cloudInit),
    apt_idle: async () => aptIdle((await login())?.aptUnits),
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

interface HostFacts {
  username: string;
  cloudInit: { exit: number; output: string } | undefined;
  aptUnits: { exit: number; output: string } | undefined;
}

/** Logs in once, at the first question; undefined when the caller gave no key. */
function hostFacts(query: ReadinessQuery, { hosts, sessions }: Dependencies): () => Promise<HostFacts | undefined> {
  let facts: Promise<HostFacts | undefined> | undefined;
  const read = async (): Promise<HostFacts | undefined> => {
    const { ssh_key_path } = query;
    if (ssh_key_path === undefined) return undefined;
    const signal = AbortSignal.timeout(30_000);
    const host = await hosts.resolve({ ...query, ssh_key_path }, signal);
    const session = await sessions.open(host, signal);
    try {
      const { readings } = await session.readFacts([
        { name: 'cloud_init', action: { verb: 'run', argv: ['cloud-init', 'status'] } },
        { name: 'apt_units', action: { verb: 'run', argv: ['systemctl', 'is-active', ...APT_UNITS] } },
      ]);
      return { username: host.username, cloudInit: readings.cloud_init, aptUnits: readings.apt_units };
    } finally {
      session.end();
    }
  };
  return () => {
    facts ??= read();
    return facts;
  };
}

/** The units with which Debian and Ubuntu install updates on their own, among other times right after the first boot. */
const APT_UNITS = ['apt-daily.service', 'apt-daily-upgrade.service'];

function bootFinished(reading: HostFacts['cloudInit']) {
  if (!reading || reading.exit === 127) return reached('cloud-init is not installed');
  const status = reading.output.replace('status: ', '');
  return status === 'done' ? reached(status) : missing(`cloud-init: ${status}`);
}

function aptIdle(reading: HostFacts['aptUnits']) {
  const busy = (reading?.output ?? '').split('\n').some((state) => state === 'active' || state === 'activating');
  return busy ? missing('the system installs its own updates just now') : reached();
}
