import ssh2, { type ParsedKey } from 'ssh2';
import type { HostKey } from '../hosts.ts';

/** A host's own keys: private ones in OpenSSH's form. */
export type PrivateKeys = string[];

/** Ed25519 and ECDSA; an RSA key would take longer to make than the host takes to boot. */
export function makeHostKeys(): PrivateKeys {
  const { generateKeyPairSync } = ssh2.utils;
  return [
    readable(() => generateKeyPairSync('ed25519').private),
    readable(() => generateKeyPairSync('ecdsa', { bits: 256 }).private),
  ];
}

export function publicKeys(keys: PrivateKeys): HostKey[] {
  return keys.map((text) => {
    const key = ssh2.utils.parseKey(text) as ParsedKey;
    return { algorithm: key.type, publicKey: key.getPublicSSH().toString('base64') };
  });
}

/** ssh2 1.17 drops a zero at the head of a number now and then, and cannot read the key then itself. */
function readable(make: () => string): string {
  for (;;) {
    const key = make();
    if (!(ssh2.utils.parseKey(key) instanceof Error)) return key;
  }
}
