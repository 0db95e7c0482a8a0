import type { Probe, Readings } from '../lib/command.ts';
import { type AppView, appsProbes, parseApps } from './app-view.ts';
import { base } from './base.ts';
import { type DockerWish, docker } from './docker.ts';

export interface HostView {
  system: string;
  architecture: string;
  memory_mb: number | null;
  swap_mb: number;
  disk_free_mb: number | null;
  first_boot: 'finished' | 'running' | 'failed';
  docker: { version: string | null; enabled: boolean; active: boolean; network: boolean };
  apps: readonly AppView[];
}

const ANY_SOURCE: DockerWish = { source: 'distribution' };

/** What GET /services/status reads, in one exec. */
export function hostProbes(): Probe[] {
  return [...base.probes({}), ...docker.probes(ANY_SOURCE), ...appsProbes()];
}

export function parseHost(readings: Readings): HostView {
  const { host, serverVersion, enabled, active, network } = docker.parse(readings);
  return {
    system: host.system,
    architecture: host.architecture,
    memory_mb: host.memoryMb,
    swap_mb: host.swapMb,
    disk_free_mb: host.diskFreeMb,
    first_boot: host.cloudInit,
    docker: { version: serverVersion, enabled, active, network },
    apps: parseApps(readings),
  };
}
