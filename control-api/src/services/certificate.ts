import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { Secret } from '../lib/secret.ts';

/** What a chain says of itself; everything but `names` and times is for people. */
export interface CertificateFacts {
  /** Sorted. */
  names: readonly string[];
  notBefore: Date;
  notAfter: Date;
  fingerprint: string;
  issuer: string;
}

/**
 * Reads the first certificate of a PEM chain.
 * @throws {Error} when it is none, has no names, or `key` is not its key
 */
export function readCertificate(chain: string, key?: Secret): CertificateFacts {
  const leaf = new X509Certificate(chain);
  const names = (leaf.subjectAltName ?? '').split(', ').flatMap((name) => /^DNS:(.+)$/.exec(name)?.[1] ?? []);
  if (names.length === 0) throw new Error('It has no names.');
  if (key && !leaf.checkPrivateKey(createPrivateKey(key.reveal()))) throw new Error('Its key is another one.');
  return {
    names: names.sort(),
    notBefore: leaf.validFromDate,
    notAfter: leaf.validToDate,
    fingerprint: leaf.fingerprint256,
    issuer: /^CN=(.*)$/m.exec(leaf.issuer)?.[1] ?? leaf.issuer.replaceAll('\n', ', '),
  };
}
