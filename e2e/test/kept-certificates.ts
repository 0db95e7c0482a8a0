import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import type { World } from '../world.ts';

const DAY_MS = 86_400_000;

/**
 * Puts a certificate where the control API keeps them, as one that the directory of now gave `ageDays` ago for 90 days. Returns
 * its file's path.
 */
export async function keepCertificate(world: World, names: readonly string[], ageDays: number): Promise<string> {
  const notBeforeDate = new Date(Date.now() - ageDays * DAY_MS);
  const made = await generate([{ name: 'commonName', value: 'an authority of long ago' }], {
    ...{ keyType: 'ec', notBeforeDate, notAfterDate: new Date(notBeforeDate.getTime() + 90 * DAY_MS) },
    extensions: [{ name: 'subjectAltName', altNames: names.map((value) => ({ type: 2 as const, value })) }],
  });
  const folder = join(world.dataDir, 'certificates');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${names[0]?.replace('*.', '')}-kept-${ageDays}.pem`);
  const directory = `${world.sandbox.url}/acme/directory`;
  await writeFile(path, `Directory: ${directory}\n${made.private.trim()}\n${made.cert.trim()}\n`, { mode: 0o600 });
  return path;
}
