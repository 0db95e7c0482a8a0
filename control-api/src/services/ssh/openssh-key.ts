import { generateKeyPairSync, randomBytes } from 'node:crypto';

/**
 * A new Ed25519 private key in OpenSSH's own format, unencrypted. Written here since ssh2's generator drops a leading
 * zero byte: one key in 256 is then such that OpenSSH cannot read it. Source: PROTOCOL.key of OpenSSH.
 */
export function generateEd25519(comment: string): string {
  const { x, d } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  const publicKey = Buffer.from(x as string, 'base64url');
  const seed = Buffer.from(d as string, 'base64url');
  const kind = field('ssh-ed25519');
  const check = randomBytes(4);
  const secret = pad([check, check, kind, field(publicKey), field(Buffer.concat([seed, publicKey])), field(comment)]);
  const none = field('none');
  const blob = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    ...[none, none, field(''), uint32(1)],
    field(Buffer.concat([kind, field(publicKey)])),
    field(secret),
  ]);
  const lines = blob.toString('base64').match(/.{1,70}/g) ?? [];
  return ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join('\n');
}

/** SSH's string: its length in four bytes, then its bytes. */
function field(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([uint32(bytes.length), bytes]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** Filled up with 1, 2, 3... to a multiple of eight bytes. */
function pad(parts: readonly Buffer[]): Buffer {
  const bytes = Buffer.concat(parts);
  const missing = (8 - (bytes.length % 8)) % 8;
  return Buffer.concat([bytes, Buffer.from([...Array(missing).keys()].map((n) => n + 1))]);
}
