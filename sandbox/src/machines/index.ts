import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Host, HostDriver, HostSpec } from '../hosts.ts';
import { baseImage } from './base-image.ts';
import { memoryFolder } from './cgroup.ts';
import { findEngine, makeNetwork, sweep } from './engine.ts';
import { createMachine } from './machine.ts';
import { serveVendorPackages, type VendorPackages } from './packages/index.ts';
import { type MachineRegistry, startRegistry } from './registry/index.ts';

export interface MachinesOptions {
  /** What is reachable on a public address; 22 must be among them. */
  ports?: readonly number[];
  /** Gets a line now and then while long work goes on. */
  progress?: (line: string) => void;
}

export interface Machine extends Host {
  /** Id of its container. */
  readonly container: string;
  /** Folder of the kernel's accounts of its memory. */
  readonly memoryFolder: string;
}

export interface Machines extends HostDriver {
  /** Label `fountain-sandbox=<id>` of every container, volume and network made. */
  readonly id: string;
  readonly registry: MachineRegistry;
  readonly vendorSettings: Readonly<Record<string, string>>;
  create(spec: HostSpec): Promise<Machine>;
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const usualPorts = [22, 80, 443, ...range(8000, 8010), ...range(8080, 8090), 9200];

/**
 * Real Debian 12 machines as containers of the Docker engine of this computer, on a network of their own with a registry
 * that they know as ghcr.io. Needs Linux, root and what scripts/install-test-tools.sh installs. Throws when something
 * of that is missing. The first call on an engine builds the base image, for a minute or two.
 */
export async function createMachines(options: MachinesOptions = {}): Promise<Machines> {
  const { ports = usualPorts, progress = (line: string) => void process.stderr.write(`${line}\n`) } = options;
  const engine = await findEngine();
  const id = randomBytes(4).toString('hex');
  const image = await baseImage(engine, progress);
  const directory = await mkdtemp(join(tmpdir(), `fountain-machines-${id}-`));
  const hosts = new Set<Machine>();
  let registry: MachineRegistry | undefined;
  let packages: VendorPackages | undefined;

  async function close(): Promise<void> {
    await Promise.all([...hosts].map((host) => host.destroy()));
    await registry?.close();
    await packages?.close();
    await sweep(engine, id);
    await rm(directory, { recursive: true, force: true });
  }

  async function open() {
    const { prefix, gateway } = await makeNetwork(engine, id);
    registry = await startRegistry(gateway, join(directory, 'registry'));
    packages = await serveVendorPackages(gateway, join(directory, 'packages'));
    return { prefix, gateway, registry, packages };
  }

  const {
    prefix,
    gateway,
    registry: opened,
    packages: served,
  } = await open().catch(async (error) => {
    await close();
    throw error;
  });

  return {
    id,
    registry: opened,
    images: opened,
    vendorSettings: served.settings,
    blueprints: ['debian_12'],
    async create(spec) {
      const own = await mkdtemp(join(directory, 'machine-'));
      // The cloud gives each host its own last part; the network of the machines is theirs alone.
      const privateIp = `${prefix}.${spec.privateIp.split('.')[3]}`;
      const forget = async () => {
        hosts.delete(machine);
        await rm(own, { recursive: true, force: true });
      };
      const ways = { engine, image, id, privateIp, gateway, ca: opened.ca, directory: own, ports, forget };
      const host = await createMachine(spec, ways);
      const machine = Object.assign(host, { memoryFolder: memoryFolder(engine.cgroup, host.container) });
      hosts.add(machine);
      return machine;
    },
    close,
  };
}
