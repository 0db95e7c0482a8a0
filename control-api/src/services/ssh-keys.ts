import { link, mkdir, open, readFile, realpath, rm, stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import ssh2 from 'ssh2';
import { AppError } from '../lib/errors.ts';
import { nonce } from '../lib/ids.ts';
import { Secret } from '../lib/secret.ts';
import { fingerprint } from './ssh.ts';

export interface StoredKey {
  /** Absolute path of the private key. */
  path: string;
  /** As in authorized_keys. */
  publicKeyLine: string;
  fingerprint: string;
}

/** The private keys in SSH_KEY_DIR. */
export interface KeyStore {
  /**
   * @throws {AppError} ssh_key_not_allowed (outside the folder, however it is spelled or linked), ssh_key_permissions,
   * ssh_key_unusable
   */
  readPrivateKey(path: string): Promise<Secret>;
  find(name: string): Promise<StoredKey | undefined>;
  /** Makes an Ed25519 key of this name, mode 0600, or returns the one that is there. On disk when it resolves. */
  create(name: string): Promise<StoredKey>;
}

export function createKeyStore(keyDir: string): KeyStore {
  const pathOf = (name: string) => join(keyDir, name);

  async function find(name: string): Promise<StoredKey | undefined> {
    const text = await readFile(pathOf(name), 'utf8').catch(absent);
    return text === undefined ? undefined : stored(pathOf(name), text);
  }

  return {
    readPrivateKey: (path) => readPrivateKey(path, keyDir),
    find,
    async create(name) {
      const there = await find(name);
      if (there) return there;
      await mkdir(keyDir, { recursive: true, mode: 0o700 });
      await writeOnce(pathOf(name), generatePrivateKey(name));
      return (await find(name)) as StoredKey;
    },
  };
}

async function readPrivateKey(path: string, keyDir: string): Promise<Secret> {
  const asked = resolve(keyDir, path);
  const inside = (place: string, folder: string) => place.startsWith(folder + sep);
  // Without looking at the file first: outside the folder nobody learns what is there.
  if (!inside(asked, resolve(keyDir))) throw notAllowed(keyDir);
  const [real, folder] = await Promise.all([realpath(asked).catch(absent), realpath(keyDir).catch(absent)]);
  if (real === undefined || folder === undefined) throw unusable(`There is no file ${asked}.`);
  if (!inside(real, folder)) throw notAllowed(keyDir);
  const info = await stat(real);
  if (!info.isFile()) throw unusable(`${asked} is not a file.`);
  const mode = (info.mode & 0o777).toString(8).padStart(4, '0');
  if (mode !== '0600' && mode !== '0400') {
    throw new AppError('ssh_key_permissions', `${asked} has mode ${mode}; 0600 or 0400 is wanted.`, {
      hint: `chmod 600 ${asked}`,
    });
  }
  const text = await readFile(real, 'utf8').catch(() => {
    throw unusable(`${asked} cannot be read.`);
  });
  parse(text, asked);
  return new Secret(text);
}

function stored(path: string, text: string): StoredKey {
  const key = parse(text, path);
  const blob = key.getPublicSSH().toString('base64');
  return { path, publicKeyLine: `${key.type} ${blob}`, fingerprint: fingerprint(blob) };
}

function parse(text: string, path: string) {
  const key = ssh2.utils.parseKey(text);
  if (key instanceof Error) {
    const encrypted = /encrypted|passphrase/i.test(key.message);
    throw unusable(`${path} is ${encrypted ? 'encrypted' : 'not a private key'}.`);
  }
  if (!key.isPrivateKey()) throw unusable(`${path} is a public key.`);
  return key;
}

function generatePrivateKey(comment: string): string {
  return ssh2.utils.generateKeyPairSync('ed25519', { comment }).private;
}

/** Written beside, synced, then linked: the name never stands for half a key, and never replaces another. */
async function writeOnce(path: string, text: string): Promise<void> {
  const beside = `${path}.${nonce()}`;
  const file = await open(beside, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
    await link(beside, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await file.close();
    await rm(beside, { force: true });
  }
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'ELOOP') return undefined;
  throw unusable(`The key cannot be read: ${error.code}.`);
}

function notAllowed(keyDir: string): AppError {
  return new AppError('ssh_key_not_allowed', `ssh_key_path must lie in ${keyDir}, links resolved.`);
}

function unusable(message: string): AppError {
  return new AppError('ssh_key_unusable', message);
}
