import type { Secret } from '../../lib/secret.ts';

/**
 * Seals a value for the holder of a public key, 32 bytes in base64: nobody else can open it, and twice the same value
 * gives two different texts. libsodium is loaded with the first (some 30 ms and 20 MB).
 */
export async function seal(value: Secret, publicKey: string): Promise<string> {
  const { default: sodium } = await import('libsodium-wrappers');
  await sodium.ready;
  const { ORIGINAL } = sodium.base64_variants;
  const sealed = sodium.crypto_box_seal(value.reveal(), sodium.from_base64(publicKey, ORIGINAL));
  return sodium.to_base64(sealed, ORIGINAL);
}
