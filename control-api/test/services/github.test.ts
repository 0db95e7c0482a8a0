import sodium from 'libsodium-wrappers';
import { describe, expect, test } from 'vitest';
import { Secret } from '../../src/lib/secret.ts';
import type { SecretPlace } from '../../src/schemas/github.ts';
import type { AskGithub } from '../../src/services/github/client.ts';
import { createGithub } from '../../src/services/github.ts';
import type { WrittenSecret } from '../../src/services/journal/github-secrets.ts';
import { fakeClock } from '../operations/cloud-fakes.ts';

await sodium.ready;
const { ORIGINAL } = sodium.base64_variants;
const pair = sodium.crypto_box_keypair();
const publicKey = (key_id: string) => ({ key_id, key: sodium.to_base64(pair.publicKey, ORIGINAL) });
const unsealed = (text: string) =>
  Buffer.from(sodium.crypto_box_seal_open(sodium.from_base64(text, ORIGINAL), pair.publicKey, pair.privateKey));

const access = { place: { repo_name: 'fountain/stack' }, token: new Secret('ghp_x') };
const time = '2026-11-21T09:00:00Z';
const secret = (name: string, updated_at = time) => ({ name, created_at: time, updated_at });

type Answers = Record<string, unknown[]>;

/**
 * GitHub as it is scripted: for each call its answers, one after the other, the last one for ever; a number is a status.
 * It is 10:00, for the clock and for GitHub.
 */
function scripted(answers: Answers, rows: WrittenSecret[] = []) {
  const done: string[] = [];
  const sent: { encrypted_value: string; key_id: string }[] = [];
  const ask: AskGithub = async ({ method, path, body }) => {
    const call = `${method} ${path.replace('/repos/fountain/stack/actions/', '')}`;
    done.push(call);
    if (body) sent.push(body as never);
    const list = answers[call] ?? [404];
    const answer = list.length > 1 ? list.shift() : list[0];
    const headers = new Headers({ date: 'Sat, 21 Nov 2026 10:00:00 GMT' });
    return typeof answer === 'number' ? { status: answer, headers, body: {} } : { status: 200, headers, body: answer };
  };
  const kept = new Map(rows.map((row) => [row.name, row]));
  const written = {
    of: async (_: SecretPlace) => [...kept.values()],
    async put(_: SecretPlace, row: WrittenSecret) {
      done.push(`remember ${row.name} ${row.updatedAt}`);
      kept.set(row.name, row);
    },
    async forget(_: SecretPlace, name: string) {
      done.push(`forget ${name}`);
      kept.delete(name);
    },
  };
  const clock = fakeClock();
  const github = createGithub({ ask, written, hmacKey: Buffer.alloc(32, 1), clock });
  return { github, done, sent, kept, clock };
}

describe('the list', () => {
  const first = 'GET secrets?per_page=100&page=1';

  test('is read page by page', async () => {
    const { github, done } = scripted({
      [first]: [{ total_count: 3, secrets: [secret('A'), secret('B')] }],
      'GET secrets?per_page=100&page=2': [{ total_count: 3, secrets: [secret('C')] }],
    });
    expect((await github.secrets(access)).map(({ secret_name }) => secret_name)).toEqual(['A', 'B', 'C']);
    expect(done).toHaveLength(2);
  });

  test('ends when there is no more, whatever the total says', async () => {
    const { github } = scripted({
      [first]: [{ total_count: 3, secrets: [secret('A')] }],
      'GET secrets?per_page=100&page=2': [{ total_count: 3, secrets: [] }],
    });
    expect(await github.secrets(access)).toHaveLength(1);
  });

  test.each(['2026-11-21T09:00:00Z', '2026-11-21T09:00:00.000Z', '2026-11-21T10:00:00+01:00'])(
    'compares times, not texts: %s',
    async (written) => {
      const { github } = scripted({ [first]: [{ total_count: 1, secrets: [secret('A', written)] }] }, [
        { name: 'A', hmac: 'x', updatedAt: '2026-11-21T09:00:00.000Z' },
      ]);
      expect((await github.secrets(access))[0]?.state).toBe('in_sync');
    },
  );

  test.each([[{}], [{ total_count: 1 }], [{ total_count: 1, secrets: [{ name: 'A' }] }], [undefined]])(
    'that is none is an error: %j',
    async (answer) => {
      const { github } = scripted({ [first]: [answer] });
      await expect(github.secrets(access)).rejects.toMatchObject({ code: 'github_error' });
    },
  );
});

describe('writing', () => {
  const value = new Secret('ü\nvalue');
  const write = (world: ReturnType<typeof scripted>, before?: string) =>
    world.github.write(
      access,
      'A',
      value,
      before === undefined ? undefined : { secret_name: 'A', created_at: before, updated_at: before, state: 'in_sync' },
    );

  test('is remembered as unknown first, sealed, sent, read back, and remembered', async () => {
    const world = scripted({
      'GET secrets/public-key': [publicKey('1')],
      'PUT secrets/A': [201],
      'GET secrets/A': [secret('A')],
    });
    expect(await write(world)).toMatchObject({ secret_name: 'A', state: 'in_sync' });
    expect(world.done).toEqual([
      'remember A null',
      'GET secrets/public-key',
      'PUT secrets/A',
      'GET secrets/A',
      'remember A 2026-11-21T09:00:00.000Z',
    ]);
    expect(world.sent[0]?.key_id).toBe('1');
    expect(unsealed(world.sent[0]?.encrypted_value ?? '').toString()).toBe('ü\nvalue');
    expect(JSON.stringify([...world.kept])).not.toContain('value');
  });

  test('is read back until GitHub shows it: not there, then the old one, then the new one', async () => {
    const world = scripted({
      'GET secrets/public-key': [publicKey('1')],
      'PUT secrets/A': [204],
      'GET secrets/A': [404, secret('A'), secret('A', '2026-11-21T10:00:00Z')],
    });
    expect(await write(world, '2026-11-21T09:00:00.000Z')).toMatchObject({ updated_at: '2026-11-21T10:00:00.000Z' });
    expect(world.clock.slept).toEqual([300, 700]);
  });

  test('that GitHub does not show stays unknown', async () => {
    const world = scripted({
      'GET secrets/public-key': [publicKey('1')],
      'PUT secrets/A': [204],
      'GET secrets/A': [secret('A')],
    });
    expect(await write(world, '2026-11-21T09:00:00.000Z')).toBeUndefined();
    expect(world.kept.get('A')).toMatchObject({ updatedAt: null });
  });

  test('within the second of the last write is believed at once', async () => {
    const before = '2026-11-21T10:00:00.000Z';
    const world = scripted({
      'GET secrets/public-key': [publicKey('1')],
      'PUT secrets/A': [204],
      'GET secrets/A': [secret('A', before)],
    });
    expect(await write(world, before)).toMatchObject({ updated_at: before });
    expect(world.clock.slept).toEqual([]);
  });

  test('is tried once more when the key has changed, and only then', async () => {
    const changed = scripted({
      'GET secrets/public-key': [publicKey('1'), publicKey('2'), publicKey('3')],
      'PUT secrets/A': [422, 204],
      'GET secrets/A': [secret('A')],
    });
    expect(await write(changed)).toMatchObject({ state: 'in_sync' });
    expect(changed.sent.map(({ key_id }) => key_id)).toEqual(['1', '2']);
    const same = scripted({ 'GET secrets/public-key': [publicKey('1')], 'PUT secrets/A': [422] });
    await expect(write(same)).rejects.toMatchObject({ code: 'github_error' });
    expect(same.sent).toHaveLength(1);
    const always = scripted({
      'GET secrets/public-key': [publicKey('1'), publicKey('2'), publicKey('3')],
      'PUT secrets/A': [422],
    });
    await expect(write(always)).rejects.toMatchObject({ code: 'github_error' });
    expect(always.sent).toHaveLength(2);
  });

  test('wants a key that is one', async () => {
    const world = scripted({ 'GET secrets/public-key': [{ key_id: '1', key: 'c2hvcnQ=' }] });
    await expect(write(world)).rejects.toMatchObject({ code: 'github_error' });
    expect(world.sent).toEqual([]);
  });
});

test('equal values of different secrets are not remembered alike', async () => {
  const digests = new Set<string | undefined>();
  const places = [{ repo_name: 'fountain/stack' }, { repo_name: 'fountain/stack', environment: 'p' }];
  for (const place of places) {
    for (const name of ['A', 'B']) {
      const { github, kept } = scripted({});
      await github.write({ ...access, place }, name, new Secret('same'), undefined).catch(() => undefined);
      digests.add(kept.get(name)?.hmac);
    }
  }
  expect(digests.size).toBe(4);
  expect(digests).not.toContain(undefined);
});

test('what is gone is forgotten too', async () => {
  const { github, done } = scripted({ 'DELETE secrets/A': [204, 404] });
  expect(await github.delete(access, 'A')).toBe(true);
  expect(await github.delete(access, 'A')).toBe(false);
  expect(done).toEqual(['DELETE secrets/A', 'forget A', 'DELETE secrets/A', 'forget A']);
});
