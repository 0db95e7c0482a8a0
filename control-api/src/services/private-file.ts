import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppError } from '../lib/errors.ts';
import { nonce } from '../lib/ids.ts';

/**
 * Writes a file that only its owner can read, whole or not at all, on disk when it resolves; its folder is made.
 * @throws {AppError} journal_unavailable when it cannot be written
 */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  const folder = dirname(path);
  const beside = `${path}.${nonce()}`;
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const file = await open(beside, 'wx', 0o600);
    await file
      .writeFile(text)
      .then(() => file.sync())
      .finally(() => file.close());
    await rename(beside, path);
    // A new name is only on disk when its folder is.
    const directory = await open(folder);
    await directory.sync().finally(() => directory.close());
  } catch (cause) {
    await rm(beside, { force: true }).catch(() => undefined);
    const { code } = cause as NodeJS.ErrnoException;
    throw new AppError('journal_unavailable', `${path} cannot be written (${code}).`, { cause });
  }
}
