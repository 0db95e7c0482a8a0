import type { Clock } from '../lib/clock.ts';
import type { HostNaming } from '../operations/hosts/host-target.ts';
import { appsProbes, logsProbe, parseApps, parseLogs } from '../recipes/app/view.ts';
import { hostProbes, parseHost } from '../recipes/host-view.ts';
import { isUnit, journalProbe, parseJournal } from '../recipes/units-view.ts';
import type { DockerApp, HostStatus, Logs } from '../schemas/host-reads.ts';
import type { HostReader } from './host-reader.ts';

export interface HostReads {
  dockerApps(naming: HostNaming): Promise<DockerApp[]>;
  /** @throws {AppError} app_not_found */
  logs(query: HostNaming & { name: string; lines: number }): Promise<Logs>;
  status(naming: HostNaming): Promise<HostStatus>;
}

/** What GETs tell of a host. */
export function createHostReads(read: HostReader, clock: Pick<Clock, 'now'>): HostReads {
  return {
    async dockerApps(naming) {
      return parseApps((await read(naming, appsProbes())).readings);
    },
    async logs({ name, lines, ...naming }) {
      if (isUnit(name)) {
        return { name, lines: parseJournal((await read(naming, [journalProbe(name, lines)])).readings, name) };
      }
      return { name, lines: parseLogs((await read(naming, [logsProbe(name, lines)])).readings, name) };
    },
    async status(naming) {
      const { readings, host } = await read(naming, hostProbes());
      return { address: host.address, ...parseHost(readings, clock.now()) };
    },
  };
}
