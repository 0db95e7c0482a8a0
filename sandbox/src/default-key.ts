import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Writes a region's default private key, the one of DownloadDefaultKeyPair, into `directory` with mode 0600, under the name
 * that AWS's console gives it. Returns its path.
 */
export async function writeDefaultKey(
  { defaultKey }: { defaultKey(region: string): Promise<{ privateKey: string }> },
  directory: string,
  region = 'eu-central-1',
): Promise<string> {
  const path = join(directory, `LightsailDefaultKey-${region}.pem`);
  const { privateKey } = await defaultKey(region);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await writeFile(`${path}.new`, privateKey, { mode: 0o600 });
  await rename(`${path}.new`, path);
  return path;
}
