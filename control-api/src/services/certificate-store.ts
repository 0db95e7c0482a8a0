import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '../lib/canonical.ts';
import type { Clock } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import { Secret } from '../lib/secret.ts';
import { readCertificate } from './certificate.ts';
import { writePrivateFile } from './private-file.ts';

export interface StoredCertificate {
  /** What it is to be served for: its names without those that a better one has, so maybe none; sorted. */
  names: readonly string[];
  /** Every name that it was issued for, sorted. */
  issuedFor: readonly string[];
  /** PEM, its own certificate first. */
  certificate: string;
  /** PEM, PKCS#8. */
  key: Secret;
  notBefore: Date;
  notAfter: Date;
  /** SHA-256 of its own certificate, in pairs of hexadecimal digits with colons between them, as openssl shows it. */
  fingerprint: string;
  issuer: string;
  /** Address of the ACME directory that it came from. */
  directory: string;
  /** Of its file, which holds key and chain. */
  path: string;
}

export interface NewCertificate {
  certificate: string;
  key: Secret;
  directory: string;
}

/** The certificates in a folder, one file each, mode 0600. */
export interface CertificateStore {
  /**
   * The better first: valid before expired, then those of the directory that is set now, then the newer. No two are to be
   * served for the same name, and an expired one not for a name that a better one has a wildcard for.
   * @throws {AppError} journal_unavailable for a damaged file
   */
  list(): Promise<StoredCertificate[]>;
  /**
   * Keeps a certificate in the place of those from the same directory all of whose names it has.
   * @throws {AppError} journal_unavailable; then what was there is there still
   */
  put(certificate: NewCertificate): Promise<StoredCertificate>;
}

interface Settings {
  /** Address of the ACME directory that is set now. */
  directory: string;
  clock: Pick<Clock, 'now'>;
}

export function createCertificateStore(folder: string, settings: Settings): CertificateStore {
  async function read(path: string): Promise<StoredCertificate> {
    const text = await readFile(path, 'utf8').catch((cause) => {
      throw damaged(path, `cannot be read (${cause.code})`);
    });
    try {
      return parse(path, text);
    } catch {
      throw damaged(path, 'does not hold a directory, a key and the certificates that belong to it');
    }
  }

  async function all(): Promise<StoredCertificate[]> {
    const names = await readdir(folder).catch((error) => {
      if (error.code === 'ENOENT') return [];
      throw damaged(folder, `cannot be read (${error.code})`);
    });
    const paths = names.filter((name) => name.endsWith('.pem')).sort();
    return Promise.all(paths.map((name) => read(join(folder, name))));
  }

  return {
    list: async () => eachNameOnce(await all(), settings),
    async put({ certificate, key, directory }) {
      const text = `Directory: ${directory}\n${key.reveal().trim()}\n${certificate.trim()}\n`;
      const stored = parse(join(folder, fileName(readCertificate(certificate).names, directory)), text);
      const others = (await all()).filter(({ path }) => path !== stored.path);
      await writePrivateFile(stored.path, text);
      const superseded = others.filter(
        (one) => one.directory === directory && one.issuedFor.every((name) => stored.issuedFor.includes(name)),
      );
      await Promise.all(superseded.map(({ path }) => rm(path, { force: true })));
      return stored;
    },
  };
}

/** Of its first name, for people, and of all and the directory: others may have the same first one, or all from elsewhere. */
function fileName(names: readonly string[], directory: string): string {
  const first = (names[0] ?? '').replace('*.', '').slice(0, 100);
  return `${first}-${sha256([directory, ...names].join('\n')).slice(0, 8)}.pem`;
}

function parse(path: string, text: string): StoredCertificate {
  const [, directory] = /^Directory: (\S+)$/m.exec(text) ?? [];
  const [key] = /-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----\n/.exec(text) ?? [];
  const certificate = text.slice(text.indexOf('-----BEGIN CERTIFICATE-----'));
  if (!directory || !key) throw new Error('incomplete');
  const { names, ...read } = readCertificate(certificate, new Secret(key));
  return { ...read, names, issuedFor: names, certificate, key: new Secret(key), directory, path };
}

/** The best certificate serves a name that several have. */
function eachNameOnce(stored: readonly StoredCertificate[], { directory, clock }: Settings): StoredCertificate[] {
  const now = clock.now();
  const isExpired = ({ notAfter }: StoredCertificate) => notAfter <= now;
  const rank = (one: StoredCertificate) => (isExpired(one) ? 2 : 0) + (one.directory === directory ? 0 : 1);
  const served = new Set<string>();
  return stored
    .toSorted((a, b) => rank(a) - rank(b) || b.notBefore.getTime() - a.notBefore.getTime())
    .map((one) => {
      // Kong shows the certificate of an exact name before that of a wildcard, whether it is expired or not.
      const isTaken = (name: string) => served.has(name) || (isExpired(one) && served.has(name.replace(/^[^.]+/, '*')));
      const names = one.issuedFor.filter((name) => !isTaken(name));
      for (const name of names) served.add(name);
      return { ...one, names };
    });
}

function damaged(path: string, what: string): AppError {
  return new AppError('journal_unavailable', `${path} ${what}.`, {
    hint: `Move it out of the way, then issue the certificate again: POST /tls/issue-certificate.`,
  });
}
