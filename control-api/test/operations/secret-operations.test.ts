import { expect, test } from 'vitest';
import { canonicalJson } from '../../src/lib/canonical.ts';
import { Secret } from '../../src/lib/secret.ts';
import { addSecretOperation } from '../../src/operations/add-secret.ts';
import { deleteSecretOperation } from '../../src/operations/delete-secret.ts';
import type { GithubSecret } from '../../src/schemas/github.ts';
import type { Github, Standing } from '../../src/services/github.ts';
import { fakeClock, fakeContext, perform } from './cloud-fakes.ts';

const place = { repo_name: 'Fountain/Stack', environment: 'Production' };
const input = (value = 'value') => ({
  ...place,
  secret_name: 'A',
  secret_value: new Secret(value),
  github_token: new Secret('ghp_x'),
});
const secret: GithubSecret = {
  secret_name: 'A',
  created_at: '2026-11-21T10:00:00.000Z',
  updated_at: '2026-11-21T10:00:00.000Z',
  state: 'in_sync',
};

/** A GitHub in which the secret stands like this; `shows` is what it shows after a write. */
function fakeGithub(standing: Standing, shows: GithubSecret | undefined = secret): Github {
  const there = standing === 'absent' || standing === 'deleted_elsewhere' ? undefined : secret;
  return {
    secrets: async () => (there ? [there] : []),
    look: async () => ({ secret: there, standing }),
    write: async () => shows,
    delete: async () => there !== undefined,
  };
}

const context = () => fakeContext(fakeClock());

test('one repository or environment is one target, in capitals or not', async () => {
  const target = (more: object) => addSecretOperation(fakeGithub('absent')).target({ ...input(), ...more }, context());
  const { key } = await target({});
  expect((await target({ repo_name: 'fountain/stack', environment: 'production' })).key).toBe(key);
  expect((await target({ environment: undefined })).key).not.toBe(key);
  expect((await target({ repo_name: 'fountain/production' })).key).not.toBe(key);
});

test('the plan’s hash knows the value by its HMAC only, and the token not at all', async () => {
  const operation = addSecretOperation(fakeGithub('absent'));
  const hashed = async (key: number, ...given: Parameters<typeof input>) => {
    const plan = await operation.plan(
      { ...input(...given), github_token: new Secret('ghp_y') },
      context(),
      {} as never,
    );
    return canonicalJson(plan.hashed, Buffer.alloc(32, key));
  };
  const text = await hashed(1);
  expect(text).toMatch(/"secret_value":"hmac:[0-9a-f]{64}"/);
  expect(text).not.toContain('token');
  expect(await hashed(1)).toBe(text);
  expect(await hashed(2)).not.toBe(text);
  expect(await hashed(1, 'newer value')).not.toBe(text);
});

test.each<[standing: Standing, outcome: string, told: RegExp]>([
  ['same', 'unchanged', /nothing was changed/],
  ['other_value', 'changed', /another value/],
  ['absent', 'changed', /made \(there was none\)/],
  ['deleted_elsewhere', 'changed', /deleted it elsewhere/],
  ['changed_elsewhere', 'changed', /changed it elsewhere/],
  ['unknown', 'changed', /not known/],
])('%s: %s', async (standing, outcome, told) => {
  const { outcomes, message, result, steps } = await perform(
    addSecretOperation(fakeGithub(standing)),
    input(),
    context(),
  );
  expect(outcomes).toEqual({ 'Write A': outcome });
  expect(message).toMatch(told);
  expect(result).toEqual({ ...place, secret });
  expect(steps[0]?.detail).toContain(secret.updated_at);
});

test('what GitHub does not show yet is said', async () => {
  const github = { ...fakeGithub('absent'), write: async () => undefined };
  const { message, result } = await perform(addSecretOperation(github), input(), context());
  expect(message).toContain('does not show it yet');
  expect(result).toMatchObject({ secret: null });
});

test('what was deleted meanwhile counts as deleted', async () => {
  const github = { ...fakeGithub('same'), delete: async () => false };
  const { outcomes, steps } = await perform(deleteSecretOperation(github), { ...input(), confirm: 'a' }, context());
  expect(outcomes).toEqual({ 'Delete A': 'changed' });
  expect(steps[0]?.detail).toBe('gone');
});
