import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Secret } from '../lib/secret.ts';
import { writePrivateFile } from './private-file.ts';

/** Passwords made here: the same for the same thing each time, so that a repeated call asks for the same. */
export interface Passwords {
  /** 35 characters with upper and lower case, digits and `-`; nobody without DATA_DIR's HMAC key can tell it. */
  derive(purpose: string): Secret;
  /** bcrypt hash of a password; the same each time, as `purpose` and the password decide its salt. */
  hash(password: Secret, purpose: string): Promise<Secret>;
  /** Where `keep` puts it: DATA_DIR/passwords/NAME. */
  pathOf(name: string): string;
  /** Writes it to a file that only the owner can read; returns the path. @throws {AppError} journal_unavailable */
  keep(name: string, password: Secret): Promise<string>;
}

/** bcrypt's measure of work, at least 10 by OWASP's word; each call with TLS waits for it, on a small machine too. */
const ROUNDS = 10;

export function createPasswords(dataDir: string, hmacKey: Buffer): Passwords {
  const folder = join(dataDir, 'passwords');
  const digest = (text: string) => createHmac('sha256', hmacKey).update(text).digest();
  const pathOf = (name: string) => join(folder, name);
  return {
    pathOf,
    derive(purpose) {
      const text = digest(`password\0${purpose}`).toString('base64url').slice(0, 31);
      return new Secret(`${text}-aA1`);
    },
    async hash(password, purpose) {
      // Only a few calls need it, so it costs no memory before.
      const { encodeBase64, hash } = await import('bcryptjs');
      const salt = digest(`salt\0${purpose}\0${password.reveal()}`).subarray(0, 16);
      return new Secret(await hash(password.reveal(), `$2b$${ROUNDS}$${encodeBase64([...salt], 16)}`));
    },
    async keep(name, password) {
      const path = pathOf(name);
      const content = `${password.reveal()}\n`;
      if ((await readFile(path, 'utf8').catch(() => '')) !== content) await writePrivateFile(path, content);
      return path;
    },
  };
}
