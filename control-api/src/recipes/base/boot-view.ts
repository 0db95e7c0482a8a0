import type { Probe, Readings } from '../../lib/command.ts';
import { lastLines } from '../recipe.ts';
import { base } from './base.ts';
import { type BaseFacts, parseBase } from './facts.ts';

/** The units with which Debian and Ubuntu install updates on their own, among other times right after the first boot. */
const APT_UNITS = ['apt-daily.service', 'apt-daily-upgrade.service'];

export interface BootView {
  cloudInit: BaseFacts['cloudInit'];
  /** cloud-init's own word, e.g. `done`; '' where it is not installed. */
  said: string;
  /** Whether the system installs its own updates just now. */
  aptBusy: boolean;
}

/** What tells whether packages can be installed on a host that lets us in. */
export function bootProbes(): Probe[] {
  return [
    ...base.probes({}).filter(({ name }) => name === 'base.cloud_init'),
    { name: 'boot.apt_units', action: { verb: 'run', argv: ['systemctl', 'is-active', ...APT_UNITS] } },
  ];
}

/** What the readings of bootProbes say. */
export function parseBoot(readings: Readings): BootView {
  const units = readings['boot.apt_units']?.output.split('\n') ?? [];
  return {
    cloudInit: parseBase(readings).cloudInit,
    said: lastLines(readings['base.cloud_init']?.output ?? '', 1).replace(/^status:\s*/, ''),
    aptBusy: units.some((state) => state === 'active' || state === 'activating'),
  };
}
