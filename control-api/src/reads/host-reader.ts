import type { Probe, Readings } from '../lib/command.ts';
import { AppError } from '../lib/errors.ts';
import type { HostNaming, HostResolver, HostTarget } from '../operations/hosts/host-target.ts';
import type { HostSessions } from '../services/host-session.ts';

interface Dependencies {
  hosts: Pick<HostResolver, 'resolve'>;
  sessions: HostSessions;
}

/** @throws {AppError} timed_out, and what finding the host and logging in to it throws */
export type HostReader = (
  naming: HostNaming,
  probes: readonly Probe[],
) => Promise<{ readings: Readings; host: HostTarget }>;

/** Milliseconds within which a host must have answered. */
const PATIENCE_MS = 60_000;

/** Reads facts of a host: one connection, one exec, no change and no lock. */
export function createHostReader({ hosts, sessions }: Dependencies, patienceMs = PATIENCE_MS): HostReader {
  return async (naming, probes) => {
    const patience = AbortSignal.timeout(patienceMs);
    try {
      const host = await hosts.resolve(naming, patience);
      const session = await sessions.open(host, patience);
      try {
        return { readings: (await session.readFacts(probes)).readings, host };
      } finally {
        session.end();
      }
    } catch (error) {
      if (!patience.aborted) throw error;
      throw new AppError('timed_out', `The host did not answer within ${patienceMs / 1000} s.`);
    }
  };
}
