import { createHash } from 'node:crypto';

export interface HostKey {
  /** SSH's name of the key's type, e.g. `ssh-ed25519`. */
  algorithm: string;
  /** The key's blob in base64, as in the second field of a .pub file. */
  publicKey: string;
}

/** A key as its blob has it, which begins with the algorithm; undefined for what is no SSH key. */
export function hostKeyOf(blob: Buffer): HostKey | undefined {
  const length = blob.length > 4 ? blob.readUInt32BE(0) : 0;
  const algorithm = blob.subarray(4, 4 + length).toString('latin1');
  return /^[a-z0-9@.-]{4,64}$/.test(algorithm) ? { algorithm, publicKey: blob.toString('base64') } : undefined;
}

/** OpenSSH's form of a key's SHA-256: `SHA256:` and base64 without padding. */
export function fingerprint(publicKey: string): string {
  return `SHA256:${createHash('sha256').update(Buffer.from(publicKey, 'base64')).digest('base64').replace(/=+$/, '')}`;
}
