import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The key with which secrets are compared without being kept: DATA_DIR/hmac.key, made at the first start, mode 0600. */
export async function loadHmacKey(dataDir: string): Promise<Buffer> {
  const path = join(dataDir, 'hmac.key');
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const fresh = `${path}.${process.pid}`;
  await writeFile(fresh, randomBytes(32), { mode: 0o600, flush: true });
  try {
    await link(fresh, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(fresh);
  }
  const key = await readFile(path);
  if (key.length !== 32) throw new Error(`${path} is damaged: ${key.length} bytes instead of 32`);
  return key;
}
