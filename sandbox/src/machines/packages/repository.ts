import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { run } from '../run.ts';
import type { SigningKey } from './keyring.ts';

/** A file that is served: its bytes, by path below the repository. */
export type Served = Record<string, Buffer>;

/** An apt repository of these packages: suite `stable`, component `main`, signed. */
export async function makeRepository(debs: readonly string[], architecture: string, key: SigningKey): Promise<Served> {
  const packages = await Promise.all(debs.map(describeDeb));
  const index = Buffer.from(packages.map(({ row }) => row).join('\n'));
  const listed = `main/binary-${architecture}/Packages`;
  const release = [
    'Origin: sandbox',
    'Suite: stable',
    'Codename: stable',
    `Date: ${new Date().toUTCString()}`,
    `Architectures: ${architecture}`,
    'Components: main',
    'SHA256:',
    ` ${sha256(index)} ${index.length} ${listed}`,
  ];
  return {
    ...Object.fromEntries(packages.map(({ path, bytes }) => [path, bytes])),
    [`dists/stable/${listed}`]: index,
    'dists/stable/InRelease': Buffer.from(await key.clearsign(`${release.join('\n')}\n`)),
  };
}

/** What `Packages` says of a .deb: its own fields, and where and what the file is. */
async function describeDeb(file: string) {
  const bytes = await readFile(file);
  const fields = (await run('dpkg-deb', ['--field', file])).trimEnd();
  const path = `pool/${basename(file)}`;
  return { path, bytes, row: `${fields}\nFilename: ${path}\nSize: ${bytes.length}\nSHA256: ${sha256(bytes)}\n` };
}

export function sha256(bytes: Buffer | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}
