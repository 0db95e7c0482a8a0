import { constants } from 'node:fs';
import { type FileHandle, link, mkdir, open, readFile, realpath, rm } from 'node:fs/promises';
import { basename, dirname, resolve, sep } from 'node:path';
import ssh2 from 'ssh2';
import { AppError } from '../lib/errors.ts';
import { nonce } from '../lib/ids.ts';
import { Secret } from '../lib/secret.ts';
import { fingerprint } from './ssh/host-key.ts';
import { generateEd25519 } from './ssh/openssh-key.ts';

export interface StoredKey {
  /** Absolute path of the private key. */
  path: string;
  /** As in authorized_keys. */
  publicKeyLine: string;
  fingerprint: string;
}

const MAX_KEY_BYTES = 65_536;

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
  const pathOf = (name: string) => {
    if (name === '' || name.startsWith('.') || name !== basename(name))
      throw new TypeError(`no name for a key: ${name}`);
    return resolve(keyDir, name);
  };

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
      await writeOnce(pathOf(name), generateEd25519(name));
      return (await find(name)) as StoredKey;
    },
  };
}

async function readPrivateKey(path: string, keyDir: string): Promise<Secret> {
  const asked = resolve(keyDir, path);
  const real = await whereItIs(asked, keyDir);
  // Not followed and not waited for, should it have become a link or a pipe by now.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(real, flags).catch((error) => {
    throw unusable(`${asked} cannot be read: ${error.code}.`);
  });
  try {
    const text = await readKeyFile(file, asked);
    parse(text, asked);
    return new Secret(text);
  } finally {
    await file.close();
  }
}

/** The real path, which lies in the folder. What lies elsewhere is not even looked at for being there. */
async function whereItIs(asked: string, keyDir: string): Promise<string> {
  const [real, folder] = await Promise.all([asked, keyDir].map((path) => realpath(path).catch(() => undefined)));
  const inside = (place: string, above: string) => place.startsWith(above + sep);
  const isInside = real === undefined ? inside(asked, resolve(keyDir)) : folder !== undefined && inside(real, folder);
  if (!isInside) {
    throw new AppError('ssh_key_not_allowed', `ssh_key_path must lie in ${resolve(keyDir)}, links resolved.`);
  }
  if (real === undefined) throw unusable(`There is no file ${asked}.`);
  return real;
}

async function readKeyFile(file: FileHandle, asked: string): Promise<string> {
  const info = await file.stat();
  if (!info.isFile()) throw unusable(`${asked} is not a file.`);
  const mode = (info.mode & 0o777).toString(8).padStart(4, '0');
  if (mode !== '0600' && mode !== '0400') {
    throw new AppError('ssh_key_permissions', `${asked} has mode ${mode}; 0600 or 0400 is wanted.`, {
      hint: `chmod 600 ${asked}`,
    });
  }
  if (info.size > MAX_KEY_BYTES) throw unusable(`${asked} is too large for a private key.`);
  return file.readFile('utf8');
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

/** Written beside, synced, then linked: the name never stands for half a key, and never replaces another. */
async function writeOnce(path: string, text: string): Promise<void> {
  const beside = `${path}.${nonce()}`;
  const file = await open(beside, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
    await link(beside, path);
    await syncFolder(dirname(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await file.close();
    await rm(beside, { force: true });
  }
}

/** A new name is only on disk when its folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path);
  await folder.sync().finally(() => folder.close());
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined;
  throw unusable(`The key cannot be read: ${error.code}.`);
}

function unusable(message: string): AppError {
  return new AppError('ssh_key_unusable', message);
}
