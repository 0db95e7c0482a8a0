import { readFile } from 'node:fs/promises';
import { run } from './run.ts';

export type Engine = Awaited<ReturnType<typeof findEngine>>;

/**
 * The Docker engine that answers (DOCKER_HOST or the usual socket), through its command line. It must run on this very
 * machine. Throws when none answers.
 */
export async function findEngine() {
  const docker = (args: readonly string[], input?: string | Buffer) =>
    run('docker', args, input === undefined ? {} : { input });
  const info = await docker(['info', '--format', '{{.CgroupVersion}} {{.CgroupDriver}}']).catch((error: Error) => {
    throw new Error(
      `No Docker engine answers (${error.message}). scripts/with-docker-engine.sh COMMAND runs a command with one.`,
    );
  });
  const [cgroupVersion, cgroupDriver] = info.trim().split(' ');
  return {
    docker,
    cgroup: { version: cgroupVersion === '2' ? (2 as const) : (1 as const), driver: cgroupDriver ?? 'cgroupfs' },
    /** Runs a shell script inside a container, as root. */
    inside: (container: string, script: string, ...args: string[]) =>
      docker(['exec', container, 'bash', '-euc', script, '-', ...args]),
  };
}

/**
 * A bridge of our own, named and labelled with `id`: 172.26.n.0/24 as Lightsail's private addresses, with n free on this
 * machine. Docker's own default ranges are left to the engines inside the machines.
 */
export async function makeNetwork({ docker }: Engine, id: string): Promise<{ prefix: string; gateway: string }> {
  const used = networksOf(await readFile('/proc/net/route', 'utf8'));
  for (let n = 1; n < 255; n++) {
    const prefix = `172.26.${n}`;
    const gateway = `${prefix}.1`;
    if (used.includes(`${prefix}.0`)) continue;
    const flags = ['--label', `fountain-sandbox=${id}`, '--subnet', `${prefix}.0/24`, '--gateway', gateway];
    const made = await docker(['network', 'create', ...flags, networkName(id)]).catch((error: Error) => {
      if (/overlaps/i.test(error.message)) return undefined;
      throw error;
    });
    if (made) return { prefix, gateway };
  }
  throw new Error('Every network from 172.26.1.0/24 to 172.26.254.0/24 is taken.');
}

/**
 * The addresses of networks that /proc/net/route has ways to: also those of bridges without a running container, which
 * are no running interfaces, and of engines beside this one, which does not know them.
 */
export function networksOf(routes: string): string[] {
  const destinations = routes.split('\n').flatMap((line) => /^\S+\t([0-9A-F]{8})\t/.exec(line)?.[1] ?? []);
  return destinations.map((hex) => [...Buffer.from(hex, 'hex').reverse()].join('.'));
}

/** Removes every container, volume and network of a sandbox, those that were made only in part included. */
export async function sweep({ docker }: Engine, id: string): Promise<void> {
  const kinds = [
    { list: ['ps', '--all'], remove: ['rm', '--force', '--volumes'] },
    { list: ['volume', 'ls'], remove: ['volume', 'rm'] },
    { list: ['network', 'ls'], remove: ['network', 'rm'] },
  ];
  for (const { list, remove } of kinds) {
    const found = await docker([...list, '--quiet', '--filter', `label=fountain-sandbox=${id}`]);
    const names = found.split('\n').filter((name) => name !== '');
    if (names.length > 0) await docker([...remove, ...names]);
  }
}

export const networkName = (id: string) => `fountain-sandbox-${id}`;
