import { expect, test } from 'vitest';
import type { Answer } from '../world.ts';
import { filesIn, found, type Place, readJournal, watchApi } from './canaries.ts';
import { shareWorld } from './shared-world.ts';

/** With characters that quoting and encoding treat in their own way; tokens go where headers go. */
const canaries = {
  secret_value: 'canary-value "quoted" $HOME\tand \\ more',
  newer_value: 'canary-newer-value <b>',
  first_line: 'canary-first-line-of-two',
  second_line: 'canary-second-line-of-two',
  github_token: "ghp_canary'token&%/+=",
  poor_token: 'ghp_canary_without_scope',
  unknown_token: 'ghp_canary_that_nobody_knows',
};

const world = shareWorld({ env: { LOG_LEVEL: 'trace' } });
const seen: Place[] = [];

test('neither values nor tokens are seen anywhere but at GitHub', async () => {
  const { sandbox, dataDir } = world();
  const api = watchApi(world().api, seen);
  const { github, faults } = sandbox.control;
  const { github_token, poor_token } = canaries;
  const tokens = [
    { token: github_token, scopes: ['repo'] },
    { token: poor_token, scopes: [] },
  ];
  github.put({ repositories: [{ name: 'canary/nest', environments: ['production'] }], tokens });
  await makeCalls(api, (operation) => faults.add({ type: 'lost_reply', operation, times: 3 }));

  // So the values were really there.
  const two = `${canaries.first_line}\n${canaries.second_line}\n`;
  expect(github.secrets().map(({ value }) => value)).toEqual([canaries.newer_value, two]);
  expect((await readJournal(api)).length).toBeGreaterThan(8);
  await api.get('/metrics');
  await api.end('SIGTERM');
  seen.push({ where: 'the log', text: api.output() }, ...(await filesIn(dataDir)));
  expect(found(canaries, seen)).toEqual([]);
});

test('the search above finds what is there', () => {
  const leak = JSON.stringify({ body: JSON.stringify({ secret_value: canaries.secret_value }) });
  seen.push({ where: 'a leak', text: leak });
  expect(found(canaries, seen)).toEqual(['secret_value as JSON in JSON in a leak']);
});

/** Successes and failures of each kind. */
async function makeCalls(api: ReturnType<typeof watchApi>, lose: (operation: string) => void): Promise<void> {
  const { github_token, poor_token, unknown_token, secret_value, newer_value, first_line, second_line } = canaries;
  const place = { repo_name: 'canary/nest', secret_name: 'CANARY', github_token };
  const ends = async (call: Promise<Answer>, status: number) => expect((await call).status).toBe(status);
  const add = (more: object, query = '') => api.post(`/github/add-secret${query}`, { ...place, secret_value, ...more });
  const remove = (more: object, query = '') =>
    api.post(`/github/delete-secret${query}`, { ...place, confirm: 'CANARY', ...more });
  const list = (token: string) =>
    api.get('/github/secrets?repo_name=canary/nest&environment=production', { 'x-github-token': token });

  await ends(add({}, '?dry_run=true'), 200);
  for (const _ of ['first call', 'same call']) await ends(add({}), 200);
  lose('PUT secret');
  await ends(add({ secret_value: newer_value }), 503);
  await ends(add({ secret_value: newer_value }), 200);
  await ends(add({ secret_value: `${first_line}\n${second_line}\n`, environment: 'production' }), 200);
  for (const wrong of [poor_token, unknown_token]) {
    await ends(add({ github_token: wrong }), 403);
    await ends(remove({ github_token: wrong }), 403);
    await ends(list(wrong), 403);
  }
  await ends(list(github_token), 200);
  await ends(remove({ environment: 'staging' }), 404);
  await ends(remove({}, '?dry_run=true'), 200);
  // What does not fit is not repeated either.
  await ends(add({ secret_value: `${secret_value}${'x'.repeat(48 * 1024)}` }), 400);
  await ends(add({ secret_value: [secret_value] }), 400);
  await ends(add({ github_token: `${github_token} ` }), 400);
  await ends(add({ secret_name: secret_value }), 400);
  await ends(list(`${github_token} with spaces`), 400);
}
