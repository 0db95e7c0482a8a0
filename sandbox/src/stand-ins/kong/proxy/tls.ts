import { createSecureContext, type SecureContext } from 'node:tls';
import type { Certificate } from './configuration.ts';

/** Finds the certificate for the name that a client asked for; undefined where there is none. */
export type Certificates = (name: string) => SecureContext | undefined;

/** Kong's order (find_certificate of kong/runloop/certificate.lua): the name, `*.rest`, `start.*`, `*`. */
export function createCertificates(certificates: readonly Certificate[]): Certificates {
  const contexts = new Map<string, SecureContext>();
  for (const { cert, key, names } of certificates) {
    const context = createSecureContext({ cert, key });
    for (const name of names) contexts.set(name, context);
  }
  return (asked) => {
    const name = asked.toLowerCase();
    const wanted = [name, name.replace(/^[^.]+(?=\.[^.]+\.)/, '*'), name.replace(/[^.]+$/, '*'), '*'];
    return wanted.map((one) => contexts.get(one)).find((context) => context !== undefined);
  };
}
