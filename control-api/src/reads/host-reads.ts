import type { Probe, Readings } from '../lib/command.ts';
import { AppError } from '../lib/errors.ts';
import type { HostNaming, HostResolver } from '../operations/host-target.ts';
import { appsProbes, logsProbe, parseApps, parseLogs } from '../recipes/app-view.ts';
import { hostProbes, parseHost } from '../recipes/host-view.ts';
import type { DockerApp, HostStatus, Logs } from '../schemas/host-reads.ts';
import type { HostSessions } from '../services/host-session.ts';

interface Dependencies {
  hosts: HostResolver;
  sessions: HostSessions;
}

export interface HostReads {
  dockerApps(naming: HostNaming): Promise<DockerApp[]>;
  /** @throws {AppError} app_not_found */
  logs(query: HostNaming & { name: string; lines: number }): Promise<Logs>;
  status(naming: HostNaming): Promise<HostStatus>;
}

/** Milliseconds within which a host must have answered. */
const PATIENCE_MS = 60_000;

/** What GETs tell of a host: one connection, one exec, no change and no lock. */
export function createHostReads({ hosts, sessions }: Dependencies): HostReads {
  async function read(naming: HostNaming, probes: readonly Probe[]): Promise<{ readings: Readings; address: string }> {
    const patience = AbortSignal.timeout(PATIENCE_MS);
    try {
      const host = await hosts.resolve(naming, patience);
      const session = await sessions.open(host, patience);
      try {
        return { readings: (await session.readFacts(probes)).readings, address: host.address };
      } finally {
        session.end();
      }
    } catch (error) {
      if (!patience.aborted) throw error;
      throw new AppError('timed_out', `The host did not answer within ${PATIENCE_MS / 1000} s.`);
    }
  }

  return {
    async dockerApps(naming) {
      return parseApps((await read(naming, appsProbes())).readings);
    },
    async logs({ name, lines, ...naming }) {
      return { name, lines: parseLogs((await read(naming, [logsProbe(name, lines)])).readings, name) };
    },
    async status(naming) {
      const { readings, address } = await read(naming, hostProbes());
      return { address, ...parseHost(readings) };
    },
  };
}
