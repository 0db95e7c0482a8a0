import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { FactsMoved } from '../../../src/lib/errors.ts';
import { redactor, Secret, secretsIn } from '../../../src/lib/secret.ts';
import { applyKongConfig, deployKong } from '../../../src/operations/hosts/deploy-kong.ts';
import { addConsumer, revokeKey, rotateKey } from '../../../src/operations/hosts/manage-consumers.ts';
import { createConsumerKeys } from '../../../src/services/consumer-keys.ts';
import { createPasswords } from '../../../src/services/passwords.ts';
import { createSecretsFile } from '../../../src/services/secrets-file.ts';
import type { ModelState } from '../../recipes/model-state.ts';
import { fakeClock, fakeContext } from '../cloud-fakes.ts';
import { ownGatewayConfig } from './gateway-fakes.ts';
import { freshHost, modelGateway } from './model-gateway.ts';

const username = 'reader';
const add = { username, access: { all: 'read' as const } };
const calls = {
  add: ['add', add],
  'add with other access': ['add', { username, access: { tales: 'write' } }],
  rotate: ['rotate', { username, drop_old: false }],
  'drop the old': ['rotate', { username, drop_old: true }],
  revoke: ['revoke', { username, confirm: username }],
} as const;
type CallName = keyof typeof calls;

/** What the gateway warns of, these calls tell too. */
const noApps =
  ' Warning: there is no instance apps in eu-central-1, so the gateway asks for the apps on its own host (127.0.0.1).';

/** Made once: each test gets a copy. */
let deployed: ModelState | undefined;

/** A gateway without consumers, and the calls for them, each cut off after so many steps. */
async function served() {
  const dataDir = mkdtempSync(join(tmpdir(), 'consumers-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true }));
  const state = structuredClone(deployed ?? freshHost());
  const secretsFile = createSecretsFile(join(dataDir, 'secrets.yaml'));
  const { dependencies, run } = modelGateway(state, secretsFile);
  const consumerKeys = createConsumerKeys(dataDir, createPasswords(dataDir, Buffer.alloc(32, 7)).derive);
  const given = { ...dependencies, consumerKeys };
  const operations = { add: addConsumer(given), rotate: rotateKey(given), revoke: revokeKey(given) };
  if (!deployed) await run(deployKong({ ...dependencies, deb: undefined }), {});
  deployed ??= structuredClone(state);
  const call = (name: CallName, limit?: number) => {
    const [operation, input] = calls[name];
    return run(operations[operation], input, limit);
  };
  const loadedKeys = (): string[] =>
    (parse(state.kong?.loaded ?? '').consumers ?? []).flatMap((consumer: { keyauth_credentials: { key: string }[] }) =>
      consumer.keyauth_credentials.map(({ key }) => key),
    );
  const end = async () => ({
    consumers: (await secretsFile.read()).consumers.map(({ keys, ...rest }) => ({
      ...rest,
      keys: keys.map((key) => key.reveal()),
    })),
    kept: (await consumerKeys.kept(username))?.reveal(),
    loaded: state.kong?.loaded,
    file: state.files['/etc/kong/kong.yml'],
  });
  return { call, end, loadedKeys, dependencies, run, dataDir, secretsFile, operations };
}

describe('the keys that the gateway lets in', () => {
  test('from the first to none, by call after call', async () => {
    const { call, end, loadedKeys } = await served();
    expect(loadedKeys()).toEqual([]);
    const first = await call('add');
    expect(first?.message).toBe(`reader may read everything.${noApps}`);
    const [one] = loadedKeys() as [string];
    expect((await end()).kept).toBe(one);
    const second = await call('rotate');
    expect(second?.result).toMatchObject({
      username,
      keys: 2,
      key_path: expect.stringMatching(/consumers\/reader\.key$/),
    });
    expect(second?.result.difference).toEqual({
      keyauth_credentials: { added: ['reader/number 2'], removed: [], changed: [] },
    });
    expect(loadedKeys()).toEqual([one, (await end()).kept]);
    await call('drop the old');
    expect(loadedKeys()).toEqual([(await end()).kept]);
    expect(loadedKeys()).not.toContain(one);
    const last = await call('revoke');
    expect(last?.result).toMatchObject({ keys: 0, key_path: null, difference: { consumers: { removed: [username] } } });
    expect(loadedKeys()).toEqual([]);
    expect((await end()).kept).toBeUndefined();
    await call('add');
    expect(loadedKeys()).toHaveLength(1);
    expect(loadedKeys()).not.toContain(one);
    const [again] = loadedKeys();
    expect((await call('add with other access'))?.message).toBe(`reader may write tales.${noApps}`);
    expect(loadedKeys()).toEqual([again]);
  });

  test.each<[what: CallName, before: CallName[]]>([
    ['add', []],
    ['rotate', ['add']],
    ['drop the old', ['add', 'rotate']],
    ['revoke', ['add', 'rotate']],
  ])('%s after %j ends the same wherever it was cut off, and then has nothing to do', async (what, before) => {
    let whole: unknown;
    for (let limit = 20; limit >= 0; limit -= 1) {
      const { call, end } = await served();
      for (const name of before) await call(name);
      const cut = await call(what, limit);
      // From as many steps as there are downwards.
      if (cut) limit = Math.min(limit, cut.lines.filter(({ outcome }) => outcome === 'changed').length);
      const again = cut ?? (await call(what));
      expect(again?.result.username).toBe(username);
      whole ??= await end();
      expect(await end()).toEqual(whole);
      const third = await call(what);
      expect(third?.lines.filter(({ outcome }) => outcome !== 'unchanged')).toEqual([]);
      expect(third?.message).toContain('nothing was changed');
    }
  });
});

describe('a plan', () => {
  test('is the same each time, names no key, and shows the files before the host', async () => {
    const { run, operations, loadedKeys, dataDir } = await served();
    const first = await run(operations.add, add, 0);
    expect(first).toBeUndefined();
    const { plan, target } = (await run(operations.add, add)) ?? {};
    const [key = ''] = loadedKeys();
    // What will be is not told as if it were.
    expect(plan?.preview.message).toBe(`8 changes would be made; then reader may read everything.${noApps}`);
    const settled = (await run(operations.add, add))?.plan;
    expect(settled?.preview.message).toBe(`reader may read everything: nothing would be changed.${noApps}`);
    expect(plan?.steps.map(({ name }) => name).slice(0, 3)).toEqual([
      'Add the consumer reader',
      'Keep the newest key of reader',
      'Address of the apps',
    ]);
    expect(plan?.steps[0]?.action).toEqual({
      file: `${dataDir}/secrets.yaml`,
      username,
      access: { all: 'read' },
      keys: 1,
    });
    expect(JSON.stringify([plan?.steps, plan?.hashed, plan?.preview])).not.toContain(key);
    expect(redactor(secretsIn(target))(`told: ${key}`)).toBe('told: [redacted]');
    expect(target?.also).toEqual([`file ${dataDir}/secrets.yaml`]);
  });

  test('of a dry run twice has the same hash', async () => {
    const { operations } = await served();
    const plan = async () => {
      const context = fakeContext(fakeClock());
      const input = { ...add, instance_ip: '203.0.113.7', ssh_key_path: '/k' };
      return operations.add.plan(input, context, await operations.add.target(input, context));
    };
    expect((await plan()).hashed).toEqual((await plan()).hashed);
  });

  test('that was made before somebody else wrote the file is made anew', async () => {
    const { operations, secretsFile } = await served();
    const context = fakeContext(fakeClock());
    const input = { ...add, instance_ip: '203.0.113.7', ssh_key_path: '/k' };
    const plan = await operations.add.plan(input, context, await operations.add.target(input, context));
    const other = { username: 'other', keys: [new Secret('k'.repeat(16))], access: { all: 'read' as const } };
    await secretsFile.setConsumers([other]);
    const report = { begin: async () => {}, step: () => {}, output: () => {} };
    await expect(plan.apply(report)).rejects.toBeInstanceOf(FactsMoved);
    expect((await secretsFile.read()).consumers.map((one) => one.username)).toEqual(['other']);
  });
});

test('what applies the configuration later finds it as it is', async () => {
  const { call, run, dependencies } = await served();
  await call('add');
  const applied = await run(applyKongConfig(dependencies), {});
  expect(applied?.message).toContain('nothing was changed');
});

describe('refused before anything is changed', () => {
  test.each<[what: string, operation: 'add' | 'rotate' | 'revoke', input: object, code: string]>([
    ['access to no app', 'add', { ...add, access: { nothing: 'read' } }, 'invalid_request'],
    ['nobody’s key', 'rotate', { username: 'nobody', drop_old: false }, 'consumer_not_found'],
    ['revoking without the name', 'revoke', { username }, 'confirm_required'],
    ['revoking with another name', 'revoke', { username, confirm: 'other' }, 'confirm_required'],
  ])('%s', async (_, operation, input, code) => {
    const { run, operations, dataDir } = await served();
    await expect(run(operations[operation], input)).rejects.toMatchObject({ code });
    expect(() => readFileSync(join(dataDir, 'secrets.yaml'))).toThrow('ENOENT');
  });

  test('a consumer, where the operator’s own file is the configuration', async () => {
    const { dependencies, run, dataDir } = await served();
    const consumerKeys = createConsumerKeys(dataDir, createPasswords(dataDir, Buffer.alloc(32, 7)).derive);
    const own = addConsumer({ ...dependencies, consumerKeys, gateway: ownGatewayConfig('services: []') });
    await expect(run(own, add)).rejects.toMatchObject({
      code: 'invalid_request',
      message: expect.stringContaining('KONG_CONFIG names /etc/ours/kong.yml'),
    });
  });
});
