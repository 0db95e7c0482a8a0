import { X509Certificate } from 'node:crypto';
import { parse } from 'yaml';
import type { Probe, Readings } from '../../lib/command.ts';
import type { HostStatus } from '../../schemas/host-reads.ts';
import { md5Of } from './config.ts';
import { kongProbes, parseKong } from './facts.ts';

type Kong = NonNullable<HostStatus['kong']>;

const READ = ['kong.config', 'kong.loaded', 'kong.brought'];

/** What GET /services/status reads of Kong's configuration. */
export function configurationProbes(): Probe[] {
  return kongProbes([]).filter(({ name }) => READ.includes(name));
}

/** Which configuration Kong runs; null when it does not tell, or there is no file. */
export function parseConfiguration(readings: Readings): Kong['configuration'] {
  const { config, loadedHash, brought } = parseKong(readings);
  if (config === null || loadedHash === null) return null;
  const file = md5Of(`${config}\n`);
  if (loadedHash !== file) return 'not as in its file';
  return file === (brought ?? file) ? 'as brought' : 'not as brought last';
}

/** The certificates in Kong's file. What cannot be read is left out: Kong itself says what is wrong with it. */
export function parseCertificates(readings: Readings, now: Date): Kong['certificates'] {
  try {
    const { certificates } = parse(parseKong(readings).config ?? '') ?? {};
    return Array.isArray(certificates) ? certificates.flatMap((one) => certificateOf(one, now)) : [];
  } catch {
    return [];
  }
}

function certificateOf(
  entity: { cert?: string; snis?: ({ name: string } | string)[] },
  now: Date,
): Kong['certificates'] {
  try {
    const { validToDate } = new X509Certificate(entity.cert ?? '');
    const names = (entity.snis ?? []).map((sni) => String(typeof sni === 'string' ? sni : sni.name));
    return [{ names, not_after: validToDate.toISOString(), expired: validToDate <= now }];
  } catch {
    return [];
  }
}
