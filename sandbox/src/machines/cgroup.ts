/** What depends on the version of cgroups. Version 1 is proven by e2e/machines; version 2 is written from the manuals, unproven. */

export interface Cgroup {
  version: 1 | 2;
  /** Of the engine outside: `cgroupfs` or `systemd`. */
  driver: string;
}

/**
 * Flags of `docker run` for a systemd that also runs an engine. With a cgroup namespace of its own the inner engine cannot
 * start containers.
 */
export const cgroupFlags = ['--cgroupns=host', '--volume', '/sys/fs/cgroup:/sys/fs/cgroup:rw'];

/**
 * Drop-in for docker.service inside the machine. Without it the inner engine puts its containers beside the machine's
 * cgroup, where the machine's memory limit does not hold them.
 */
export function innerEngineDropIn(cgroup: Cgroup, containerId: string): string {
  const parent = `--cgroup-parent=${pathOf(cgroup, containerId)}`;
  // With version 2 the inner engine would choose the systemd driver, which takes slices only.
  const driver = cgroup.version === 2 ? '--exec-opt native.cgroupdriver=cgroupfs ' : '';
  return `[Service]\nEnvironment="DOCKER_OPTS=${driver}${parent}"\n`;
}

/** Folder of the machine's memory accounting, as root of this computer sees it. */
export function memoryFolder(cgroup: Cgroup, containerId: string): string {
  return `/sys/fs/cgroup${cgroup.version === 1 ? '/memory' : ''}${pathOf(cgroup, containerId)}`;
}

function pathOf({ driver }: Cgroup, containerId: string): string {
  return driver === 'systemd' ? `/system.slice/docker-${containerId}.scope` : `/docker/${containerId}`;
}
