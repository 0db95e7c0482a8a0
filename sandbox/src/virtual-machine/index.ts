import type { Host, HostDriver, HostSpec, ImageRegistry } from '../hosts.ts';
import { createImageRegistry } from '../virtual-docker/index.ts';
import { createHost } from './host.ts';
import { createMachine, type Machine, type MachineSnapshot, snapshotMachine } from './machine.ts';

interface Options {
  sshPort: number;
  /** How much of a machine's waiting is real: 1 for all, 0 for none (tests). */
  timeScale?: number;
  /** How long cloud-init works after the first boot, in the machine's own time. */
  firstBootMs?: number;
}

export interface VirtualHosts extends HostDriver {
  images: ImageRegistry;
  snapshot(): unknown;
  restore(state: unknown): void;
}

type Saved = Record<string, { machine: MachineSnapshot; hostKey: string }>;

/** Hosts in this process, one registry for all of them. */
export function createVirtualHosts({ sshPort, timeScale = 0.2, firstBootMs = 5000 }: Options): VirtualHosts {
  const registry = createImageRegistry();
  const hosts = new Map<string, { host: Host & { hostKey(): string }; machine: Machine }>();
  let saved: Saved = {};

  return {
    blueprints: undefined,
    images: registry,
    async create(spec: HostSpec): Promise<Host> {
      const kept = saved[spec.id];
      const machine = createMachine(spec, { registry, timeScale, firstBootMs }, kept?.machine);
      const host = createHost(spec, machine, sshPort, kept?.hostKey);
      hosts.set(spec.id, { host, machine });
      return {
        ...host,
        async destroy() {
          hosts.delete(spec.id);
          await host.destroy();
        },
      };
    },
    snapshot: () =>
      Object.fromEntries(
        [...hosts].map(([id, { host, machine }]) => [
          id,
          { machine: snapshotMachine(machine), hostKey: host.hostKey() },
        ]),
      ) satisfies Saved,
    restore(state) {
      saved = state as Saved;
    },
    async close() {
      await Promise.all([...hosts.values()].map(({ host }) => host.destroy()));
      hosts.clear();
    },
  };
}
