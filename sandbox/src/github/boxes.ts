import { randomInt } from 'node:crypto';
import type { KeyRow } from './models.ts';

/** Loaded when first wanted: most tests of the cloud have nothing to open. */
async function sodium() {
  const { default: loaded } = await import('libsodium-wrappers');
  await loaded.ready;
  const { ORIGINAL } = loaded.base64_variants;
  return {
    loaded,
    text: (bytes: Uint8Array) => loaded.to_base64(bytes, ORIGINAL),
    bytes: (base64: string) => loaded.from_base64(base64, ORIGINAL),
  };
}

export async function newKey(): Promise<KeyRow> {
  const { loaded, text } = await sodium();
  const { publicKey, privateKey } = loaded.crypto_box_keypair();
  // GitHub's ids are numbers of some 18 digits.
  const id = `${randomInt(10 ** 8, 10 ** 9)}${randomInt(10 ** 8, 10 ** 9)}`;
  return { id, publicKey: text(publicKey), privateKey: text(privateKey) };
}

/** The text that was sealed for the key; undefined for what it does not open. */
export async function opened(sealed: string, key: KeyRow): Promise<string | undefined> {
  const { loaded, bytes } = await sodium();
  try {
    const text = loaded.crypto_box_seal_open(bytes(sealed), bytes(key.publicKey), bytes(key.privateKey));
    return Buffer.from(text).toString();
  } catch {
    return undefined;
  }
}
