import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HostDriver, HostSpec, ImageRegistry } from '../hosts.ts';
import { createProcesses } from './docker/processes.ts';
import { createRegistry } from './docker/registry.ts';
import { createVirtualHost, type SavedHost, type VirtualHost } from './host.ts';
import { virtualImages } from './shipped-images.ts';
import { storyServiceNames, storyServices } from './story-services.ts';
import { vendorSettings } from './vendors.ts';

export type { RegistryImage } from './docker/registry.ts';

export interface VirtualHostOptions {
  /** Where every host listens, each on an address of its own. */
  sshPort?: number;
  /** Factor on every simulated wait; 0: none waits, and deadlines count what would have passed. */
  timeScale?: number;
  /** What cloud-init takes on a first boot, in the host's own time. */
  firstBootMs?: number;
  /** Where what containers write is kept; nowhere beyond the end of the hosts if left out. */
  folder?: string | undefined;
  /** Real milliseconds for which the runner waits for a host's lock. */
  lockWaitMs?: number;
}

export interface VirtualHosts extends HostDriver {
  images: ImageRegistry;
  /** Of every host that is not destroyed, as plain JSON; the registry is not part of it. */
  snapshot(): unknown;
  restore(state: unknown): void;
}

/** Hosts in this process: real SSH servers with a Debian or Ubuntu in memory behind each. */
export function createVirtualHosts(options: VirtualHostOptions = {}): VirtualHosts {
  const { sshPort = 2222, timeScale = 1, firstBootMs = 5000, lockWaitMs = 10_000 } = options;
  const pace = { scale: timeScale, firstBootMs, lockWaitMs };
  const registry = createRegistry(storyServiceNames());
  for (const image of [...virtualImages, ...storyServices(timeScale)]) registry.put(image);
  const processes = createProcesses();
  const hosts = new Map<string, VirtualHost>();
  let saved: readonly SavedHost[] = [];
  const folder = options.folder ?? join(tmpdir(), `fountain-hosts-${process.pid}-${randomBytes(4).toString('hex')}`);

  return {
    blueprints: undefined,
    images: registry,
    vendorSettings,
    async create(spec: HostSpec) {
      const earlier = saved.find(({ id }) => id === spec.id);
      saved = saved.filter((one) => one !== earlier);
      const host = createVirtualHost({
        ...{ spec, registry, processes, pace, sshPort, folder: join(folder, spec.id), saved: earlier },
      });
      hosts.set(spec.id, host);
      return {
        ...host,
        async destroy() {
          hosts.delete(spec.id);
          await host.destroy();
        },
      };
    },
    snapshot: () => ({ hosts: [...structuredClone(saved), ...[...hosts.values()].map((host) => host.save())] }),
    restore(state) {
      saved = (state as { hosts: SavedHost[] }).hosts;
    },
    async close() {
      await Promise.all([...hosts.values()].map((host) => host.stop()));
      await processes.close();
      if (options.folder === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}
