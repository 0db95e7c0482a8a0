import { createHash, generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import ssh2 from 'ssh2';
import { invalidInput, notFound } from './errors.ts';
import {
  checkNames,
  type DefaultKeyRow,
  type KeyPairRow,
  type LightsailState,
  newResource,
  type Tag,
} from './models.ts';

const generate = promisify(generateKeyPair);

/** The name under which a region's default pair appears on instances and in lists. */
export const defaultKeyName = 'LightsailDefaultKeyPair';

export type KeyPairs = ReturnType<typeof createKeyPairs>;

export function createKeyPairs(state: LightsailState, changed: () => void) {
  const defaults = new Map<string, Promise<DefaultKeyRow>>();
  const find = (region: string, name: string) =>
    state.keyPairs.find((row) => row.region === region && row.name === name);

  function add(region: string, name: string, publicKey: string, tags: Tag[]): KeyPairRow {
    checkNames(state, region, [name]);
    const row = { ...newResource('KeyPair', region, name, tags), publicKey, fingerprint: fingerprint(publicKey) };
    state.keyPairs.push(row);
    changed();
    return row;
  }

  const pairs = {
    /** The region's default pair, made when first asked for. */
    default(region: string): Promise<DefaultKeyRow> {
      const known = state.defaultKeys[region];
      if (known) return Promise.resolve(known);
      const making = defaults.get(region) ?? newDefaultKey();
      defaults.set(region, making);
      return making.then((row) => {
        defaults.delete(region);
        state.defaultKeys[region] = row;
        changed();
        return row;
      });
    },
    /** The private key is in the answer and nowhere else. */
    async create(region: string, name: string, tags: Tag[]) {
      checkNames(state, region, [name]);
      const { privateKey, publicKey } = await newRsaKey();
      return { row: add(region, name, publicKey, tags), privateKey };
    },
    /** Takes a key line as it is, or its base64: both are seen in the wild. Throws InvalidInput for anything else. */
    import: (region: string, name: string, publicKey: string) => add(region, name, keyLine(publicKey), []),
    get(region: string, name: string): KeyPairRow {
      const row = find(region, name);
      if (!row) throw notFound('KeyPair', name);
      return row;
    },
    list: (region: string) => state.keyPairs.filter((row) => row.region === region),
    remove(region: string, name: string): KeyPairRow {
      const row = pairs.get(region, name);
      state.keyPairs.splice(state.keyPairs.indexOf(row), 1);
      changed();
      return row;
    },
    /** Forgets the default pair; the next call that needs one makes another. */
    removeDefault(region: string, expectedFingerprint: string | undefined): void {
      if (expectedFingerprint !== state.defaultKeys[region]?.fingerprint) {
        throw invalidInput('The expected fingerprint is not that of the default key pair.');
      }
      delete state.defaultKeys[region];
      changed();
    },
    /** The public key that an instance is made with; undefined and the default's name mean the default pair. */
    async authorized(region: string, name = defaultKeyName): Promise<string> {
      return (name === defaultKeyName ? await pairs.default(region) : pairs.get(region, name)).publicKey;
    },
  };
  return pairs;
}

async function newRsaKey() {
  const { privateKey } = await generate('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  return { privateKey, publicKey: keyLine(privateKey) };
}

async function newDefaultKey(): Promise<DefaultKeyRow> {
  const pair = await newRsaKey();
  return { ...pair, createdAt: Date.now(), fingerprint: fingerprint(pair.publicKey) };
}

/** `type base64` of a public key line, of the base64 of one, or of a private key in PEM. */
function keyLine(text: string): string {
  const plain = /^(ssh-|ecdsa-|-----BEGIN)/.test(text.trim())
    ? text.trim()
    : Buffer.from(text, 'base64').toString().trim();
  const key = ssh2.utils.parseKey(plain);
  if (key instanceof Error) throw invalidInput('The public key is not valid.');
  return `${key.type} ${key.getPublicSSH().toString('base64')}`;
}

/** MD5 of the key's blob, as RFC 4716 section 4 has it. */
function fingerprint(publicKey: string): string {
  const blob = Buffer.from(publicKey.split(' ')[1] ?? '', 'base64');
  return createHash('md5').update(blob).digest('hex').match(/../g)?.join(':') ?? '';
}
