import type { Probe, Readings } from '../lib/command.ts';
import type { HostStatus } from '../schemas/host-reads.ts';
import { appsProbes, parseApps } from './app/view.ts';
import { base } from './base/base.ts';
import { docker } from './docker/docker.ts';
import { configurationProbes, parseCertificates, parseConfiguration } from './kong/view.ts';
import { parseUnits, unitsProbes } from './units-view.ts';

/** What GET /services/status reads, in one exec. */
export function hostProbes(): Probe[] {
  return [
    ...base.probes({}),
    ...docker.probes({ source: 'distribution' }),
    ...appsProbes(),
    ...unitsProbes(),
    ...configurationProbes(),
  ];
}

/** The answer of GET /services/status, but for the address; `now` is when it was read. */
export function parseHost(readings: Readings, now: Date): Omit<HostStatus, 'address'> {
  const { host, serverVersion } = docker.parse(readings);
  const { opensearch, kong } = parseUnits(readings);
  return {
    os: host.system || 'unknown',
    architecture: host.architecture,
    boot: host.cloudInit,
    memory_mb: host.memoryMb,
    swap_mb: host.swapMb,
    disk_free_mb: host.diskFreeMb,
    docker: serverVersion,
    opensearch,
    kong: kong && {
      ...kong,
      configuration: parseConfiguration(readings),
      certificates: parseCertificates(readings, now),
    },
    apps: parseApps(readings).map(({ name, state }) => ({ name, state })),
  };
}
