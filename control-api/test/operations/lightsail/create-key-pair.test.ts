import { expect, test } from 'vitest';
import { AppError } from '../../../src/lib/errors.ts';
import { createKeyPairOperation } from '../../../src/operations/lightsail/create-key-pair.ts';
import type { Lightsail } from '../../../src/services/lightsail.ts';
import type { KeyStore, StoredKey } from '../../../src/services/ssh-keys.ts';
import { fakeClock, fakeContext, perform } from '../cloud-fakes.ts';

const input = { key_pair_name: 'fountain-key', region: 'eu-central-1' };

/** A folder of keys and a region's key pairs; `done` has what was changed, in order. */
function setUp() {
  const [kept, imported, done] = [new Map<string, StoredKey>(), new Map<string, string>(), [] as string[]];
  const keys: Pick<KeyStore, 'find' | 'create'> = {
    find: async (name) => kept.get(name),
    async create(name) {
      const there = kept.get(name);
      if (there) return there;
      done.push(`write ${name}`);
      const made = { path: `/keys/${name}`, publicKeyLine: `ssh-ed25519 ${name}`, fingerprint: 'SHA256:k' };
      kept.set(name, made);
      return made;
    },
  };
  const lightsail: Pick<Lightsail, 'keyPair' | 'importKeyPair'> = {
    keyPair: async (_, name) => (imported.has(name) ? { name, arn: 'arn:key', fingerprint: 'aws' } : undefined),
    async importKeyPair(region, name, line) {
      done.push(`import ${name} into ${region}: ${line}`);
      imported.set(name, line);
    },
  };
  const operation = createKeyPairOperation({ lightsail: lightsail as Lightsail, keys: keys as KeyStore });
  return { kept, imported, done, lightsail, run: () => perform(operation, input, fakeContext(fakeClock())) };
}

const name = 'eu-central-1-fountain-key';

test('the private key is on disk before AWS hears of the pair', async () => {
  const { run, done } = setUp();
  const { outcomes, result, message } = await run();
  expect(done).toEqual([`write ${name}`, `import fountain-key into eu-central-1: ssh-ed25519 ${name}`]);
  expect(outcomes).toEqual({ 'Write the private key': 'changed', 'Import fountain-key': 'changed' });
  expect(result).toEqual({ ssh_key_path: `/keys/${name}`, fingerprint: 'SHA256:k' });
  expect(message).toBe(`fountain-key: made; its private key is /keys/${name}.`);
});

test('made again it changes nothing', async () => {
  const { run, done } = setUp();
  await run();
  const { outcomes, result, message } = await run();
  expect(done).toHaveLength(2);
  expect(Object.values(outcomes)).toEqual(['unchanged', 'unchanged']);
  expect(result).toEqual({ ssh_key_path: `/keys/${name}`, fingerprint: 'SHA256:k' });
  expect(message).toContain('nothing was changed');
});

test('interrupted before the import it goes on with the same key', async () => {
  const { run, done, lightsail } = setUp();
  const { importKeyPair } = lightsail;
  lightsail.importKeyPair = () => Promise.reject(new AppError('aws_unreachable'));
  const { error, outcomes } = await run();
  expect(error).toMatchObject({ code: 'aws_unreachable' });
  expect(outcomes).toEqual({ 'Write the private key': 'changed', 'Import fountain-key': 'failed' });
  lightsail.importKeyPair = importKeyPair;
  expect((await run()).outcomes).toEqual({ 'Write the private key': 'unchanged', 'Import fountain-key': 'changed' });
  expect(done.filter((act) => act.startsWith('write'))).toHaveLength(1);
});

test('a pair whose private key is elsewhere is refused, and nothing is made', async () => {
  const { run, done, imported } = setUp();
  imported.set('fountain-key', 'ssh-ed25519 of somebody');
  await expect(run()).rejects.toMatchObject({ code: 'name_taken', hint: expect.stringContaining('ssh_key_path') });
  expect(done).toEqual([]);
});
