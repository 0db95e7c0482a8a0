import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '../lib/canonical.ts';
import { AppError } from '../lib/errors.ts';
import { Secret } from '../lib/secret.ts';
import { readCertificate } from './certificate.ts';
import { writePrivateFile } from './private-file.ts';

export interface StoredCertificate {
  /** What it is to be served for: its names without those that a newer one has; sorted, never empty. */
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
  /** Newest first; no two are to be served for the same name. @throws {AppError} journal_unavailable for a damaged file */
  list(): Promise<StoredCertificate[]>;
  /**
   * Keeps a certificate in the place of the one for the same names, and of those all of whose names it has.
   * @throws {AppError} journal_unavailable; then what was there is there still
   */
  put(certificate: NewCertificate): Promise<StoredCertificate>;
}

export function createCertificateStore(folder: string): CertificateStore {
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

  /** Newest first. */
  async function all(): Promise<StoredCertificate[]> {
    const names = await readdir(folder).catch((error) => {
      if (error.code === 'ENOENT') return [];
      throw damaged(folder, `cannot be read (${error.code})`);
    });
    const paths = names.filter((name) => name.endsWith('.pem')).sort();
    const stored = await Promise.all(paths.map((name) => read(join(folder, name))));
    return stored.sort((a, b) => b.notBefore.getTime() - a.notBefore.getTime());
  }

  return {
    list: async () => eachNameOnce(await all()),
    async put({ certificate, key, directory }) {
      const text = `Directory: ${directory}\n${key.reveal().trim()}\n${certificate.trim()}\n`;
      const stored = parse(join(folder, fileName(readCertificate(certificate).names)), text);
      const others = (await all()).filter(({ path }) => path !== stored.path);
      await writePrivateFile(stored.path, text);
      const superseded = others.filter((one) => one.issuedFor.every((name) => stored.issuedFor.includes(name)));
      await Promise.all(superseded.map(({ path }) => rm(path, { force: true })));
      return stored;
    },
  };
}

/** Of its first name, for people, and of all, since others may have the same first one. */
function fileName(names: readonly string[]): string {
  const first = (names[0] ?? '').replace('*.', '').slice(0, 100);
  return `${first}-${sha256(names.join('\n')).slice(0, 8)}.pem`;
}

function parse(path: string, text: string): StoredCertificate {
  const [, directory] = /^Directory: (\S+)$/m.exec(text) ?? [];
  const [key] = /-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----\n/.exec(text) ?? [];
  const certificate = text.slice(text.indexOf('-----BEGIN CERTIFICATE-----'));
  if (!directory || !key) throw new Error('incomplete');
  const { names, ...read } = readCertificate(certificate, new Secret(key));
  return { ...read, names, issuedFor: names, certificate, key: new Secret(key), directory, path };
}

/** The newest certificate serves a name that several have; those that are left with none are left out. */
function eachNameOnce(newestFirst: readonly StoredCertificate[]): StoredCertificate[] {
  const served = new Set<string>();
  return newestFirst.flatMap((one) => {
    const names = one.issuedFor.filter((name) => !served.has(name));
    for (const name of names) served.add(name);
    return names.length === 0 ? [] : [{ ...one, names }];
  });
}

function damaged(path: string, what: string): AppError {
  return new AppError('journal_unavailable', `${path} ${what}.`, {
    hint: `Move it out of the way, then issue the certificate again: POST /tls/issue-certificate.`,
  });
}
