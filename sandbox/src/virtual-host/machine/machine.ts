import type { HostSpec } from '../../hosts.ts';
import { createEngine, type Engine } from '../docker/engine.ts';
import type { Processes } from '../docker/processes.ts';
import type { Registry } from '../docker/registry.ts';
import type { Storage } from '../docker/storage.ts';
import { createCountdown, type Pace } from '../pace.ts';
import { createFiles, type Files } from './files.ts';
import { freshState } from './fresh-state.ts';
import { createJournal, type Journal } from './journal.ts';
import { createLocks } from './locks.ts';
import { meminfo, swapBytes, swapsIn, totalKb } from './memory.ts';
import { packageInfo } from './packages.ts';
import { createPorts, type Ports, type Publication } from './ports.ts';
import { createSockets, type Socket, type Sockets } from './sockets.ts';
import type { MachineState } from './state.ts';
import { readSysctl, settingsAtBoot } from './sysctl.ts';
import { type System, systemOf } from './systems.ts';

export interface Machine {
  spec: HostSpec;
  system: System;
  state: MachineState;
  files: Files;
  engine: Engine;
  /** For whatever of the host really listens: they move along when the host is readdressed. */
  ports: Ports;
  locks: ReturnType<typeof createLocks>;
  pace: Pace;
  /** Somebody else's hold on dpkg's and apt's locks. */
  dpkgLock: ReturnType<typeof createCountdown>;
  /** What is left of cloud-init's first run. */
  firstBoot: ReturnType<typeof createCountdown>;
  /** Each program run since the machine was made. */
  commandLines: string[];
  faults: MachineFaults;
  journal: Journal;
  /** What listens on the host. */
  sockets: Sockets;
  /** Units that were started since it booted; `restart`: what is left until systemd starts one again that died. */
  services: Map<string, { pid: number; restart?: ReturnType<typeof createCountdown> }>;
  nextPid(): number;
  /** RAM and swap that programs can have. */
  memoryMb(): number;
  /** Aborted when the power goes. */
  power(): AbortSignal;
  freeBytes(): number;
  /** Time that did not really pass is over for those who wait. */
  skip(ms: number): void;
  /** Up to where systemd takes over: its units are started by whoever boots it. */
  boot(publicIp: string): void;
  /** What it publishes is reached there from now on. */
  readdress(publicIp: string): Promise<void>;
  /** The power goes. What its units still hold is taken away by whoever cut it. */
  shutDown(): Promise<void>;
}

export interface MachineFaults {
  diskFull: boolean;
  /** Units that the kernel kills for want of memory whenever they have started. */
  oomKill: Set<string>;
  /** Units that do not start, and what their program says. */
  unitFails: { unit: string; lines: readonly string[] }[];
  /** Held by other programs, also after the machine has booted anew. */
  ports: { port: number; program: string }[];
}

interface Options {
  spec: HostSpec;
  registry: Registry;
  processes: Processes;
  storage: Storage;
  pace: Pace;
  sshPort: number;
  /** Of an earlier sandbox. */
  saved?: MachineState | undefined;
}

const GIB = 1024 ** 3;
/** What the system itself takes of the disk. */
const SYSTEM_BYTES = 1.4 * GIB;
const FIRST_PID = 800;
const SSHD: Socket = { address: '0.0.0.0', port: 22, program: 'sshd', pids: [611] };

/** A Debian or Ubuntu in memory, switched off. */
export function createMachine({ spec, registry, processes, storage, pace, sshPort, saved }: Options): Machine {
  const system = systemOf(spec.blueprintId);
  // An earlier version's state may lack what it did not know.
  const state = { ...freshState(spec, system), ...saved };
  const dpkgLock = createCountdown();
  const firstBoot = createCountdown();
  const faults: MachineFaults = { diskFull: false, oomKill: new Set(), unitFails: [], ports: [] };
  const services: Machine['services'] = new Map();
  let pids = FIRST_PID;
  let publicIp = '';
  let power = new AbortController();

  const kernel = {
    '/proc/meminfo': () => meminfo(spec.ramMb, swapBytes(state)),
    '/proc/sys/vm/max_map_count': () => `${readSysctl(state.sysctl, 'vm.max_map_count')}\n`,
  };
  const files = createFiles({ state, kernel, freeBytes });
  const addresses = () => ({ publicIp, privateIp: spec.privateIp });
  const ports = createPorts(addresses);
  const sockets = createSockets(() => [SSHD, ...engine.containers.published().map(proxyOf)]);
  const isHeld = (address: string, port: number) => sockets.own(address, port) !== undefined;
  const engine = createEngine({
    ...{ state: state.engine, registry, processes, storage, addresses, ports, isHeld, sshPort, freeBytes },
  });

  function freeBytes(): number {
    if (faults.diskFull) return 0;
    const packages = Object.keys(state.packages).map((name) => packageInfo(system, name)?.sizeMb ?? 0);
    const images = state.engine.images.map(({ sizeMb }) => sizeMb);
    const megabytes = [...packages, ...images].reduce((sum, one) => sum + one, 0);
    return Math.max(0, spec.diskGb * GIB - SYSTEM_BYTES - megabytes * 1_000_000 - files.usedBytes());
  }

  const machine: Machine = {
    ...{
      spec,
      system,
      state,
      files,
      engine,
      ports,
      locks: createLocks(),
      pace,
      dpkgLock,
      firstBoot,
      faults,
      freeBytes,
      sockets,
      services,
    },
    journal: createJournal(state),
    nextPid: () => pids++,
    memoryMb: () => (totalKb(spec.ramMb) + swapBytes(state) / 1024) / 1024,
    commandLines: [],
    power: () => power.signal,
    skip(ms) {
      dpkgLock.skip(ms);
      firstBoot.skip(ms);
      for (const { restart } of services.values()) restart?.skip(ms);
    },
    boot(ip) {
      publicIp = ip;
      power = new AbortController();
      machine.locks = createLocks();
      state.swaps = swapsIn(files.find('/etc/fstab')?.text ?? '').filter((path) => files.find(path));
      if (!state.firstBootDone) firstBoot.start(pace.firstBootMs * pace.scale);
      state.firstBootDone = true;
      state.sysctl = settingsAtBoot(files);
      sockets.clear();
      for (const { port, program } of faults.ports) sockets.open({ address: '0.0.0.0', port, program, pids: [640] });
    },
    async readdress(ip) {
      await ports.readdress(ip);
      publicIp = ip;
    },
    async shutDown() {
      power.abort();
      await engine.powerOff();
      sockets.clear();
      files.removeDirectory('/run');
      state.directories['/run'] = true;
    },
  };
  return machine;
}

function proxyOf({ hostIp, hostPort }: Publication): Socket {
  return { address: hostIp, port: hostPort, program: 'docker-proxy', pids: [2000 + (hostPort % 1000)] };
}
