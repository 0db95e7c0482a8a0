import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { HostSpec } from '../hosts.ts';
import { cgroupFlags, innerEngineDropIn } from './cgroup.ts';
import { type Engine, networkName } from './engine.ts';
import { NODE_ON_MACHINE } from './packages/programs.ts';
import { run } from './run.ts';

export interface ContainerOptions {
  engine: Engine;
  image: string;
  /** The sandbox's: label of everything it makes. */
  id: string;
  privateIp: string;
  /** Of the bridge, where the registry listens. */
  gateway: string;
  /** Certificate of the registry's authority. */
  ca: string;
  /** A directory of the machine's own, for as long as it lives. */
  directory: string;
}

export const containerName = (id: string, spec: HostSpec) => `fountain-sandbox-${id}-${spec.id}`;

// --privileged would want more than many machines may give.
const capabilities = [
  'SYS_ADMIN',
  'NET_ADMIN',
  'SYS_PTRACE',
  'NET_RAW',
  'SYSLOG',
  'AUDIT_CONTROL',
  'SYS_NICE',
  'IPC_LOCK',
  'DAC_READ_SEARCH',
  'MAC_ADMIN',
  'SYS_BOOT',
];

/** Makes the container of a machine, switched off, with all that its first boot needs; returns its id. */
export async function makeContainer(spec: HostSpec, options: ContainerOptions): Promise<string> {
  const { engine, image, id, privateIp, gateway, directory } = options;
  const meminfo = join(directory, 'meminfo');
  await writeFile(meminfo, meminfoOf(spec.ramMb), { mode: 0o444 });
  const name = containerName(id, spec);
  const label = ['--label', `fountain-sandbox=${id}`];
  await engine.docker(['volume', 'create', ...label, name]);
  const printed = await engine.docker([
    'create',
    ...label,
    ...['--name', name, '--hostname', `ip-${privateIp.replaceAll('.', '-')}`],
    ...['--network', networkName(id), '--ip', privateIp, '--add-host', `ghcr.io:${gateway}`],
    ...['--memory', `${spec.ramMb}m`, '--memory-swap', `${2 * spec.ramMb}m`],
    ...['--volume', `${name}:/var/lib/docker`, '--volume', `${meminfo}:/proc/meminfo:ro`],
    // For the stand-in packages: here once, and not in each of them.
    ...['--volume', `${process.execPath}:${NODE_ON_MACHINE}:ro`],
    ...['--tmpfs', '/run', '--tmpfs', '/run/lock', ...cgroupFlags],
    ...['--security-opt', 'seccomp=unconfined', '--security-opt', 'apparmor=unconfined'],
    ...['--device-cgroup-rule', 'a *:* rwm', ...capabilities.map((capability) => `--cap-add=${capability}`)],
    // systemd's way to shut down; a `reboot` typed inside ends the container with an error, which starts it again.
    ...['--stop-signal', 'SIGRTMIN+3', '--restart', 'on-failure'],
    image,
  ]);
  const container = printed.trim();
  await copyIn(container, filesOf(spec, container, options), options);
  return container;
}

/** The bundle's memory, with as much swap: the kernel would tell of the computer underneath. */
function meminfoOf(ramMb: number): string {
  const total = `${ramMb * 1024} kB`;
  const free = `${Math.round(ramMb * 0.8) * 1024} kB`;
  return Object.entries({
    MemTotal: total,
    MemFree: free,
    MemAvailable: free,
    Buffers: '0 kB',
    Cached: '0 kB',
    SwapCached: '0 kB',
    SwapTotal: total,
    SwapFree: total,
  })
    .map(([key, value]) => `${`${key}:`.padEnd(16)}${value.padStart(12)}\n`)
    .join('');
}

/** A NoCloud seed, from which cloud-init makes the login, the keys and the launch script's run; and what the inner engine needs. */
function filesOf(spec: HostSpec, container: string, { engine, ca }: ContainerOptions): Record<string, string> {
  const seed = 'var/lib/cloud/seed/nocloud';
  const userData = spec.userData || '#cloud-config\n{}\n';
  return {
    [`${seed}/meta-data`]: JSON.stringify({ 'instance-id': spec.id, 'public-keys': spec.authorizedKeys }),
    [`${seed}/user-data`]: userData.startsWith('#') ? userData : `#!/bin/sh\n${userData}`,
    'etc/systemd/system/docker.service.d/sandbox.conf': innerEngineDropIn(engine.cgroup, container),
    'etc/docker/certs.d/ghcr.io/ca.crt': ca,
    // The kernel is this computer's, and so is what of /proc/sys is not a machine's own: this is, with Debian's first value.
    'opt/sandbox/max_map_count': '65530\n',
    'etc/fstab': '/opt/sandbox/max_map_count /proc/sys/vm/max_map_count none bind 0 0\n',
  };
}

async function copyIn(container: string, files: Record<string, string>, options: ContainerOptions): Promise<void> {
  const folder = join(options.directory, 'files');
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const tar = join(options.directory, 'files.tar');
  const flags = ['--create', '--file', tar, '--owner=0', '--group=0', '--mode=u=rwX,go=rX', '--directory', folder];
  await run('tar', [
    ...flags,
    ...Object.keys(files)
      .map((path) => path.split('/')[0] as string)
      .filter((top, index, all) => all.indexOf(top) === index),
  ]);
  await run('bash', ['-euc', 'docker cp - "$1":/ <"$2"', '-', container, tar]);
}
