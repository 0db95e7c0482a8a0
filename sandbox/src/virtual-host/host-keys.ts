import ssh2 from 'ssh2';
import type { HostKey } from '../hosts.ts';

/** A host's own keys: private ones in OpenSSH's form. */
export type PrivateKeys = string[];

/** Ed25519 and ECDSA; an RSA key would take longer to make than the host takes to boot. */
export function makeHostKeys(): PrivateKeys {
  return [
    ssh2.utils.generateKeyPairSync('ed25519').private,
    ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 }).private,
  ];
}

export function publicKeys(keys: PrivateKeys): HostKey[] {
  return keys.map((text) => {
    const key = ssh2.utils.parseKey(text);
    if (key instanceof Error) throw key;
    return { algorithm: key.type, publicKey: key.getPublicSSH().toString('base64') };
  });
}
