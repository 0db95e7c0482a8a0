import { generateKeyPairSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { AppError } from '../../lib/errors.ts';
import { Secret } from '../../lib/secret.ts';
import { writePrivateFile } from '../private-file.ts';

/** An ECDSA key of the curve P-256; PEM, PKCS#8. */
export function newKey(): Secret {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return new Secret(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
}

/**
 * The key that stands for us at ACME directories, made when there is none. It has an account with each of them.
 * @throws {AppError} journal_unavailable when it cannot be read or written
 */
export async function accountKey(path: string): Promise<Secret> {
  const there = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw new AppError('journal_unavailable', `${path} cannot be read (${cause.code}).`, { cause });
  });
  if (there !== undefined) return new Secret(there);
  const key = newKey();
  await writePrivateFile(path, key.reveal());
  return key;
}
