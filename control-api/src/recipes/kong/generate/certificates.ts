import type { Entity } from '../../../schemas/kong-extensions.ts';
import type { GatewayCertificate } from './wish.ts';

/** Certificates with the names that they are shown for. Of several for one name, the first given is. */
export function certificateEntities(certificates: readonly GatewayCertificate[]): Entity[] {
  const taken = new Set<string>();
  return certificates.flatMap(({ names, certificate, key }) => {
    const own = [...new Set(names)].filter((name) => !taken.has(name)).sort();
    for (const name of own) taken.add(name);
    return own.length > 0 ? [{ cert: certificate, key: key.reveal(), snis: own.map((name) => ({ name })) }] : [];
  });
}

/** Whether one of the certificates is for this host; a wildcard stands for one label. */
export function isCovered(host: string, certificates: readonly GatewayCertificate[]): boolean {
  const wildcard = host.replace(/^[^.]+/, '*');
  return certificates.some(({ names }) => names.includes(host) || names.includes(wildcard));
}
