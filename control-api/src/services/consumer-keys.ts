import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Secret } from '../lib/secret.ts';
import type { Passwords } from './passwords.ts';
import { writePrivateFile } from './private-file.ts';

/** The keys that are made here for consumers of the gateway, each alone in a file: DATA_DIR/consumers/USERNAME.key. */
export interface ConsumerKeys {
  /**
   * The key that a consumer gets next: the same until that is in use, so a repeated call brings the same, and not one that was
   * in use before, not even after it was revoked. That holds as long as secrets file and DATA_DIR/consumers are of one time: it
   * follows from the newest key, so an older secrets file leads to the keys that came after that one once more, revoked or not.
   * @param newest the newest key in use; undefined for somebody who has none
   */
  next(username: string, newest: Secret | undefined): Promise<Secret>;
  pathOf(username: string): string;
  /** What the file holds; undefined when there is none. */
  kept(username: string): Promise<Secret | undefined>;
  /** @throws {AppError} journal_unavailable */
  keep(username: string, key: Secret): Promise<void>;
  /** Removes the file, and leaves a trace of `key` from which it cannot be told. @throws {AppError} journal_unavailable */
  forget(username: string, key: Secret): Promise<void>;
}

export function createConsumerKeys(dataDir: string, derive: Passwords['derive']): ConsumerKeys {
  const file = (username: string, kind: 'key' | 'revoked') => join(dataDir, 'consumers', `${username}.${kind}`);
  const pathOf = (username: string) => file(username, 'key');
  const read = async (path: string) => {
    const text = (await readFile(path, 'utf8').catch(() => '')).trim();
    return text === '' ? undefined : new Secret(text);
  };
  const kept = (username: string) => read(pathOf(username));
  return {
    pathOf,
    kept,
    async next(username, newest) {
      const before = newest ?? (await kept(username)) ?? (await read(file(username, 'revoked')));
      return derive(`key of consumer ${username}\0${before?.reveal() ?? ''}`);
    },
    keep: (username, key) => writePrivateFile(pathOf(username), `${key.reveal()}\n`),
    async forget(username, key) {
      // Before the key is gone, so that whoever is cut off here makes no old key again.
      const trace = derive(`trace of consumer ${username}\0${key.reveal()}`);
      await writePrivateFile(file(username, 'revoked'), `${trace.reveal()}\n`);
      await rm(pathOf(username), { force: true });
    },
  };
}
