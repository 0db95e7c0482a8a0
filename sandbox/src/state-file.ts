import { readFile, rename, writeFile } from 'node:fs/promises';
import type { AcmeState } from './acme/models.ts';
import type { GithubState } from './github/models.ts';
import type { LightsailState } from './lightsail/models.ts';
import type { Route53State } from './route53/models.ts';

export interface SavedState {
  lightsail: LightsailState;
  route53?: Route53State;
  github?: GithubState;
  acme?: AcmeState;
  /** What the driver's `snapshot` gave. */
  hosts?: unknown;
}

/** What an earlier sandbox left; undefined where there is nothing. Throws for a file that is not JSON. */
export async function loadState(file: string): Promise<SavedState | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? undefined : (JSON.parse(text) as SavedState);
}

/** Writes `current()` to the file, whole or not at all; changes that come close together are written once. */
export function createStateFile(file: string, current: () => SavedState) {
  let tail = Promise.resolve();
  let asked = false;
  const write = async () => {
    asked = false;
    // The default key pairs are in it.
    await writeFile(`${file}.new`, JSON.stringify(current()), { mode: 0o600 });
    await rename(`${file}.new`, file);
  };
  function save(): Promise<void> {
    if (!asked) {
      asked = true;
      tail = tail.catch(() => undefined).then(write);
    }
    return tail;
  }
  return { save };
}
