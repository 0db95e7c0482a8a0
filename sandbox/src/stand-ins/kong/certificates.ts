import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { Entity } from './schema.ts';

/** Checks of certificates: kong/db/schema/typedefs.lua and entities/certificates.lua of 3.9.3; none looks at the dates. */

export function checkCertificate(pem: string): string | undefined {
  return thrownBy(() => new X509Certificate(pem), 'invalid certificate');
}

export function checkKey(pem: string): string | undefined {
  return thrownBy(() => createPrivateKey(pem), 'invalid key');
}

/** Of an entity whose `cert` and `key` are good ones. */
export function checkPair({ cert, key }: Entity): string | undefined {
  const fits = new X509Certificate(String(cert)).checkPrivateKey(createPrivateKey(String(key)));
  return fits ? undefined : 'certificate does not match key';
}

function thrownBy(act: () => unknown, what: string): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    // The text itself is not in what OpenSSL says.
    return `${what}: ${(error as NodeJS.ErrnoException).code ?? 'not PEM'}`;
  }
}
