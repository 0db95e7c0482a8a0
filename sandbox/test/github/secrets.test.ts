import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { seal, startGithub } from './world.ts';

const secrets = '/actions/secrets';

test('a secret that was sealed for the key is stored under its name in capitals; its value is told to tests only', async () => {
  const { sandbox, call, put } = await startGithub();
  expect(await put('first', 'ü\nvalue')).toMatchObject({ status: 201, body: {} });
  expect(await put('FIRST', 'second value')).toMatchObject({ status: 204, body: undefined });
  const { body } = await call('GET', secrets);
  const times = { created_at: expect.stringMatching(/:\d\dZ$/), updated_at: expect.stringMatching(/:\d\dZ$/) };
  expect(body).toEqual({ total_count: 1, secrets: [{ name: 'FIRST', ...times }] });
  expect((await call('GET', `${secrets}/First`)).body).toEqual(body.secrets[0]);
  expect(sandbox.control.github.secrets()).toMatchObject([
    { repository: 'fountain/story-stack', environment: null, name: 'FIRST', value: 'second value' },
  ]);
  expect((await call('DELETE', `${secrets}/FIRST`)).status).toBe(204);
  expect((await call('DELETE', `${secrets}/FIRST`)).status).toBe(404);
});

test('an environment has a key and secrets of its own', async () => {
  const { call, put } = await startGithub();
  const folder = '/environments/production/secrets';
  const keys = await Promise.all([call('GET', `${secrets}/public-key`), call('GET', `${folder}/public-key`)]);
  expect(keys[0].body.key_id).not.toBe(keys[1].body.key_id);
  expect((await call('GET', `${secrets}/public-key`)).body).toEqual(keys[0].body);
  await put('A', 'value', { folder });
  expect((await call('GET', secrets)).body.total_count).toBe(0);
  expect((await call('GET', '/environments/Production/secrets')).body.total_count).toBe(1);
  expect((await call('GET', '/environments/staging/secrets')).status).toBe(404);
});

test('a list has 30 rows, or up to 100, sorted, and Link names the next and the last page', async () => {
  const { sandbox, call } = await startGithub();
  for (let number = 101; number >= 1; number--) {
    const name = `S${String(number).padStart(3, '0')}`;
    sandbox.control.github.write({ repository: 'fountain/story-stack', name, value: 'x' });
  }
  const names = ({ body }: { body: { secrets: { name: string }[] } }) => body.secrets.map(({ name }) => name);
  const first = await call('GET', secrets);
  expect(names(first)).toHaveLength(30);
  expect(first.body.total_count).toBe(101);
  expect(first.headers.get('link')).toMatch(/page=2>; rel="next", <https:.*page=4>; rel="last"$/);
  const large = await call('GET', `${secrets}?per_page=1000`);
  expect(names(large)).toHaveLength(100);
  const last = await call('GET', `${secrets}?per_page=100&page=2`);
  expect(names(last)).toEqual(['S101']);
  expect(last.headers.get('link')).toBeNull();
  expect(names(await call('GET', `${secrets}?page=9`))).toEqual([]);
});

describe('a PUT is refused', () => {
  test.each<[what: string, body: (key: string, id: string) => Promise<object | string>, status: number, told: string]>([
    [
      'sealed for another key id',
      async (key) => ({ encrypted_value: await seal('x', key), key_id: '1' }),
      422,
      'improperly',
    ],
    ['not sealed', async (_, key_id) => ({ encrypted_value: 'c2VjcmV0', key_id }), 422, 'improperly encrypted secret'],
    ['no base64', async (_, key_id) => ({ encrypted_value: 'no base64!', key_id }), 422, 'does not match'],
    ['without key id', async (key) => ({ encrypted_value: await seal('x', key) }), 422, '"key_id" wasn\'t supplied.'],
    ['without value', async (_, key_id) => ({ key_id }), 422, '"encrypted_value" wasn\'t supplied.'],
    ['cut off', async () => '{"key_id":', 400, 'Problems parsing JSON'],
    [
      'of 48 KB + 1',
      async (key, key_id) => ({ encrypted_value: await seal('x'.repeat(48 * 1024 + 1), key), key_id }),
      422,
      'too large',
    ],
  ])('%s', async (_, make, status, told) => {
    const { sandbox, call } = await startGithub();
    const { key, key_id } = (await call('GET', `${secrets}/public-key`)).body;
    const { body, ...answer } = await call('PUT', `${secrets}/A`, { body: await make(key, key_id) });
    expect(answer.status).toBe(status);
    expect(body).toEqual({
      message: expect.stringContaining(told),
      documentation_url: expect.stringContaining('https://docs.github.com/rest'),
      status: String(status),
    });
    expect(sandbox.control.github.secrets()).toEqual([]);
  });

  test.each([
    ['1A', 'alphanumeric'],
    ['A-B', 'alphanumeric'],
    ['A%20B', 'alphanumeric'],
    ['github_a', 'GITHUB_'],
  ])('the name %s', async (name, told) => {
    const { put } = await startGithub();
    expect(await put(name, 'value')).toMatchObject({ status: 422, body: { message: expect.stringContaining(told) } });
  });
});

test('levers: a change from elsewhere is a second later at least, keys change, and a reset forgets', async () => {
  const { sandbox, control, put, call } = await startGithub();
  const { key, key_id } = (await call('GET', `${secrets}/public-key`)).body;
  await put('A', 'ours');
  const [before] = sandbox.control.github.secrets();
  const wish = { repository: 'fountain/story-stack', name: 'A', value: 'theirs' };
  expect((await control('PUT', '/github/secrets', wish)).status).toBe(200);
  const [after] = sandbox.control.github.secrets();
  expect(after).toEqual({ ...before, value: 'theirs', updatedAt: expect.any(Number) });
  expect(after?.updatedAt).toBeGreaterThan(before?.updatedAt ?? 0);
  expect((await control('GET', '/github/secrets')).body).toEqual({ secrets: [after] });
  expect((await control('PUT', '/github/secrets', { ...wish, repository: 'no/where' })).status).toBe(400);

  await control('POST', '/github/rotate-keys');
  const old = { encrypted_value: await seal('value', key), key_id };
  expect((await call('PUT', `${secrets}/A`, { body: old })).status).toBe(422);
  expect((await put('A', 'value')).status).toBe(204);
  await sandbox.control.reset();
  expect(sandbox.control.github.secrets()).toEqual([]);
});

test('secrets and keys are kept over a restart', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'sandbox-github-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const stateFile = join(directory, 'cloud.json');
  const first = await startGithub({ stateFile });
  await first.put('A', 'value');
  const key = (await first.call('GET', `${secrets}/public-key`)).body;
  await first.stop();
  const second = await startGithub({ stateFile });
  expect(second.sandbox.control.github.secrets()).toMatchObject([{ name: 'A', value: 'value' }]);
  expect((await second.call('GET', `${secrets}/public-key`)).body).toEqual(key);
});
