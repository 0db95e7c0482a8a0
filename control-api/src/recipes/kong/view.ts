import type { Probe, Readings } from '../../lib/command.ts';
import type { HostStatus } from '../../schemas/host-reads.ts';
import { md5Of } from './config.ts';
import { kongProbes, parseKong } from './facts.ts';

type Configuration = NonNullable<HostStatus['kong']>['configuration'];

const READ = ['kong.config', 'kong.loaded', 'kong.brought'];

/** What GET /services/status reads of Kong's configuration. */
export function configurationProbes(): Probe[] {
  return kongProbes([]).filter(({ name }) => READ.includes(name));
}

/** Which configuration Kong runs; null when it does not tell, or there is no file. */
export function parseConfiguration(readings: Readings): Configuration {
  const { config, loadedHash, brought } = parseKong(readings);
  if (config === null || loadedHash === null) return null;
  const file = md5Of(`${config}\n`);
  if (loadedHash !== file) return 'not as in its file';
  return file === (brought ?? file) ? 'as brought' : 'not as brought last';
}
