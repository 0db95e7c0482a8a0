import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { generateEd25519 } from '../../src/services/ssh/openssh-key.ts';
import { createKeyStore, type KeyStore } from '../../src/services/ssh-keys.ts';

const SSH_KEYGEN = '/usr/bin/ssh-keygen';

let root: string;
let keyDir: string;
let store: KeyStore;
const text = generateEd25519('test');
const at = (name: string) => join(keyDir, name);

async function put(path: string, content: string, mode = 0o600): Promise<string> {
  await writeFile(path, content);
  await chmod(path, mode);
  return path;
}

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'ssh-keys-')));
  keyDir = join(root, 'keys');
  await mkdir(keyDir);
  store = createKeyStore(keyDir);
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function refused(path: string) {
  const error = await store.readPrivateKey(path).catch((reason) => reason);
  expect(JSON.stringify([error.message, error.hint, error.details])).not.toContain(text.split('\n')[2]);
  return error.code;
}

describe('reading a private key', () => {
  test('takes absolute paths and paths relative to the folder, modes 0600 and 0400, OpenSSH and PEM', async () => {
    await put(at('a'), text);
    await put(at('b'), text, 0o400);
    const pem = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs1', format: 'pem' });
    await put(at('c'), String(pem));
    expect((await store.readPrivateKey(at('a'))).reveal()).toBe(text);
    expect((await store.readPrivateKey('./b')).reveal()).toBe(text);
    expect((await store.readPrivateKey('c')).reveal()).toBe(pem);
    expect(String(await store.readPrivateKey('a'))).toBe('[redacted]');
  });

  test('refuses what lies outside, there or not, however it is spelled or linked', async () => {
    await put(join(root, 'outside'), text);
    await mkdir(join(root, 'keys-too'));
    await put(join(root, 'keys-too/k'), text);
    await symlink(join(root, 'outside'), at('link'));
    await symlink(root, at('up'));
    await symlink('dangling-outside', at('loop'));
    const outside = [join(root, 'outside'), '../outside', 'x/../../outside', 'link', 'up/outside', '../keys-too/k'];
    for (const path of [...outside, '../missing', '/etc/shadow', keyDir, '.', '', '/']) {
      expect([path, await refused(path)]).toEqual([path, 'ssh_key_not_allowed']);
    }
  });

  test('follows links within the folder, also when the folder itself is one', async () => {
    await put(at('real'), text);
    await symlink('real', at('link'));
    await symlink(keyDir, join(root, 'linked-folder'));
    expect((await store.readPrivateKey('link')).reveal()).toBe(text);
    const linked = createKeyStore(join(root, 'linked-folder'));
    expect((await linked.readPrivateKey('real')).reveal()).toBe(text);
    expect((await linked.readPrivateKey(at('real'))).reveal()).toBe(text);
  });

  test.each([0o644, 0o640, 0o660, 0o700, 0o604])('refuses mode %o', async (mode) => {
    await put(at('k'), text, mode);
    expect(await refused('k')).toBe('ssh_key_permissions');
  });

  test('refuses what is missing, encrypted, public, no key, no file or too large', async () => {
    const encrypted = { passphrase: 'secret', cipher: 'aes256-ctr' } as const;
    const files = {
      encrypted: ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256, ...encrypted, rounds: 1 }).private,
      public: (await store.create('made')).publicKeyLine,
      garbage: 'no key',
      empty: '',
      'cut-off': text.slice(0, 200),
      large: text + ' '.repeat(100_000),
    };
    for (const [name, content] of Object.entries(files)) await put(at(name), content);
    await mkdir(at('folder'), 0o600);
    execFileSync('sh', ['-c', 'mkfifo -m 600 "$0"', at('pipe')]);
    for (const name of [...Object.keys(files), 'folder', 'pipe', 'missing', 'missing/too', 'garbage/below']) {
      expect([name, await refused(name)]).toEqual([name, 'ssh_key_unusable']);
    }
    await expect(store.readPrivateKey('~/.ssh/id')).rejects.toMatchObject({
      hint: expect.stringMatching(/create-key-pair.*SSH_KEY_DIR.*~/),
    });
    await expect(store.readPrivateKey('encrypted')).rejects.toThrow(/is encrypted/);
    await expect(store.readPrivateKey('public')).rejects.toThrow(/is a public key/);
  });
});

describe('making a key', () => {
  test('writes it once, for its owner only, and gives it back ever after', async () => {
    store = createKeyStore(join(root, 'fresh/keys'));
    expect(await store.find('one')).toBeUndefined();
    const made = await store.create('one');
    expect(made).toMatchObject({
      path: join(root, 'fresh/keys/one'),
      publicKeyLine: expect.stringMatching(/^ssh-ed25519 [A-Za-z0-9+/=]+$/),
      fingerprint: expect.stringMatching(/^SHA256:[A-Za-z0-9+/]{43}$/),
    });
    expect((await stat(made.path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(root, 'fresh/keys'))).mode & 0o777).toBe(0o700);
    const content = await readFile(made.path, 'utf8');
    expect(await store.create('one')).toEqual(made);
    expect(await store.find('one')).toEqual(made);
    expect(await readFile(made.path, 'utf8')).toBe(content);
    expect((await store.readPrivateKey('one')).reveal()).toBe(content);
  });

  test('many makers at once end with one key, and leave nothing beside it', async () => {
    const made = await Promise.all(Array.from({ length: 8 }, () => store.create('one')));
    expect(new Set(made.map(({ fingerprint }) => fingerprint)).size).toBe(1);
    expect(await readdir(keyDir)).toEqual(['one']);
  });

  test.each(['', '.', '..', '../x', 'a/b', '.hidden'])('refuses the name %j', async (name) => {
    await expect(store.create(name)).rejects.toThrow(TypeError);
    await expect(store.find(name)).rejects.toThrow(TypeError);
  });

  test('never replaces a file that is no key', async () => {
    await put(at('one'), 'something else');
    await expect(store.create('one')).rejects.toMatchObject({ code: 'ssh_key_unusable' });
    expect(await readFile(at('one'), 'utf8')).toBe('something else');
  });

  test('every key keeps its full length', () => {
    const sizes = new Set(Array.from({ length: 600 }, () => generateEd25519('x').length));
    expect(sizes.size).toBe(1);
  });

  test.skipIf(!existsSync(SSH_KEYGEN))('OpenSSH reads it and finds the same public key and fingerprint', async () => {
    const { path, publicKeyLine, fingerprint } = await store.create('one');
    expect(execFileSync(SSH_KEYGEN, ['-y', '-f', path], { encoding: 'utf8' })).toContain(publicKeyLine);
    expect(execFileSync(SSH_KEYGEN, ['-l', '-f', path], { encoding: 'utf8' })).toContain(fingerprint);
  });
});
