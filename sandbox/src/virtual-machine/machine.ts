import type { HostSpec } from '../hosts.ts';
import { createEngine, type Engine, type EngineSnapshot, type VirtualRegistry } from '../virtual-docker/index.ts';
import { systemOf } from './systems.ts';
import { createTime, type Time } from './time.ts';

export interface File {
  /** As `stat -c %a` prints it. */
  mode: string;
  content: string;
}

/** What lives on the disk: it survives a reboot. */
export interface Disk {
  files: Record<string, File>;
  /** Installed packages and their versions. */
  packages: Record<string, string>;
  enabled: string[];
  freeMb: number;
}

/** A Debian or Ubuntu in memory. */
export interface Machine {
  readonly spec: HostSpec;
  readonly time: Time;
  readonly engine: Engine;
  disk: Disk;
  swap: { file: string; mb: number }[];
  active: Set<string>;
  publicIp: string;
  /** When cloud-init will have finished, in the machine's own time. */
  bootedAt: number;
  /** Until when something else holds dpkg's lock. */
  dpkgLockedUntil: number;
  diskFull: boolean;
  /** Who holds the runner's lock, in the order of asking. */
  locks: Map<string, string>;
  commandLines: string[];
  /** Takes or gives back (negative) disk; false when there is not enough. */
  chargeDisk(mb: number): boolean;
  boot(publicIp: string): Promise<void>;
  shutDown(): Promise<void>;
}

export interface MachineSnapshot {
  disk: Disk;
  docker: EngineSnapshot;
}

interface Options {
  registry: VirtualRegistry;
  timeScale: number;
  /** How long cloud-init works after the first boot. */
  firstBootMs: number;
}

/** MiB that the base system takes of the disk. */
const SYSTEM_MB = 1500;

export function createMachine(
  spec: HostSpec,
  { registry, timeScale, firstBootMs }: Options,
  saved?: MachineSnapshot,
): Machine {
  const time = createTime(timeScale);
  const machine: Machine = {
    spec,
    time,
    engine: createEngine(
      {
        ramMb: spec.ramMb,
        architecture: 'amd64',
        privateIp: spec.privateIp,
        publicIp: () => machine.publicIp,
        now: () => new Date(time.now()),
        readFile: (path) => machine.disk.files[path]?.content,
        chargeDisk: (mb) => machine.chargeDisk(mb),
      },
      registry,
    ),
    disk: saved?.disk ?? newDisk(spec),
    swap: [],
    active: new Set(),
    publicIp: '',
    bootedAt: 0,
    dpkgLockedUntil: 0,
    diskFull: false,
    locks: new Map(),
    commandLines: [],
    chargeDisk(mb) {
      if (mb > 0 && (machine.diskFull || mb > machine.disk.freeMb)) return false;
      machine.disk.freeMb -= mb;
      return true;
    },
    async boot(publicIp) {
      machine.publicIp = publicIp;
      const fstab = machine.disk.files['/etc/fstab']?.content ?? '';
      machine.swap = swapFiles(fstab, machine.disk.files);
      machine.active = new Set(machine.disk.enabled);
      if (machine.active.has('docker')) await machine.engine.start();
    },
    async shutDown() {
      await machine.engine.stop();
      for (const path of Object.keys(machine.disk.files)) if (path.startsWith('/run/')) delete machine.disk.files[path];
      machine.locks.clear();
    },
  };
  if (saved) machine.engine.restore(saved.docker);
  else machine.bootedAt = time.now() + firstBootMs;
  return machine;
}

export function snapshotMachine({ disk, engine }: Machine): MachineSnapshot {
  return { disk, docker: engine.snapshot() };
}

function newDisk({ blueprintId, diskGb }: HostSpec): Disk {
  const { osRelease, packages } = systemOf(blueprintId);
  return {
    files: {
      '/etc/os-release': { mode: '644', content: osRelease },
      '/etc/fstab': {
        mode: '644',
        content: '# /etc/fstab: static file system information\n/dev/xvda1 / ext4 defaults 0 1\n',
      },
    },
    packages: { ...packages },
    enabled: ['ssh', 'apt-daily.timer'],
    freeMb: diskGb * 1024 - SYSTEM_MB,
  };
}

/** The swap files that fstab names and that are there; `fallocate` and `mkswap` leave their size and kind as content. */
function swapFiles(fstab: string, files: Disk['files']): Machine['swap'] {
  return fstab.split('\n').flatMap((line) => {
    const [file = '', , kind] = line.trim().split(/\s+/);
    const mb = /^swap (\d+)$/.exec(files[file]?.content ?? '')?.[1];
    return kind === 'swap' && mb ? [{ file, mb: Number(mb) }] : [];
  });
}
