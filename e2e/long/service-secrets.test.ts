import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { filesIn, found, type Place, readJournal, watchApi } from '../test/canaries.ts';
import type { TestHost } from '../test/hosts.ts';
import { makeKongHost } from '../test/kong-host.ts';
import { makeSearchHost } from '../test/search-host.ts';
import { shareWorld } from '../test/shared-world.ts';
import type { Answer } from '../world.ts';

/** What goes to OpenSearch and Kong, with characters that quoting and encoding treat in their own way. */
const canaries = {
  admin_password: 'canary-Admin"7$HOME\\more',
  next_password: "canary-Next'8%s&<b>",
  easy_password: 'Password1!',
  consumer_key: 'canary-consumer-key-of-two',
  next_key: 'canary-next-key',
};

const folder = mkdtempSync(join(tmpdir(), 'fountain-canary-'));
const KONG_CONFIG = join(folder, 'kong.yml');
afterAll(() => rmSync(folder, { recursive: true }));
const committed = readFileSync(new URL('../../kong/kong.yml', import.meta.url), 'utf8');
const writeConfig = (more: string) => writeFileSync(KONG_CONFIG, `${committed}\n${more}\n`);
const consumers = (...keys: string[]) =>
  [
    'consumers:',
    ...keys.flatMap((key, n) => [`- username: user-${n}`, '  keyauth_credentials:', `  - key: ${key}`]),
  ].join('\n');

const world = shareWorld({ env: { LOG_LEVEL: 'trace', KONG_CONFIG } });
const seen: Place[] = [];
const ends = async (call: Promise<Answer>, status: number, code?: string) => {
  const { body, ...answer } = await call;
  expect({ status: answer.status, code: body.code }).toEqual({ status, code });
};

test('neither passwords nor the keys of consumers are seen anywhere but on their host', async () => {
  const watched = { ...world(), api: watchApi(world().api, seen) };
  const search = await makeSearchHost(watched, 'search', { bundle_id: 'small_3_0' });
  const kong = await makeKongHost(watched, 'kong');
  await callOpensearch(search);
  await callKong(kong);
  const { api, sandbox, dataDir } = watched;
  const { opensearch } = (await search.see('status')).body;
  expect(opensearch).toMatchObject({ state: 'active', health: 'green' });
  await kong.see('status');
  await search.see('logs', { name: 'opensearch' });
  await kong.see('logs', { name: 'kong' });
  expect((await readJournal(api)).length).toBeGreaterThan(10);
  await api.end('SIGTERM');
  seen.push({ where: 'the log', text: api.output() }, ...(await filesIn(dataDir)));
  for (const name of ['search', 'kong']) {
    const { commandLines = [] } = sandbox.control.observed(name) ?? {};
    expect(commandLines.length).toBeGreaterThan(50);
    seen.push({ where: `the command lines of ${name}`, text: commandLines.join('\n') });
  }
  expect(found(canaries, seen)).toEqual([]);
});

test('the search above finds what is there', () => {
  seen.push({ where: 'a leak', text: `apikey: ${canaries.next_key}` });
  expect(found(canaries, seen)).toEqual(['next_key as plain in a leak']);
});

async function callOpensearch(host: TestHost & { search(fields: object, dryRun?: 'dry run'): Promise<Answer> }) {
  const { admin_password, next_password, easy_password } = canaries;
  const tls = { security: 'tls', admin_password };
  await ends(host.search(tls, 'dry run'), 200);
  // A host that prints what it was given.
  const output = `leaked: ${admin_password} as ${Buffer.from(`admin:${admin_password}`).toString('base64')}`;
  await host.play({ type: 'fail_step', step: 0, exit: 1, output, times: 1 });
  await ends(host.search(tls), 502, 'step_failed');
  await host.play({ type: 'hang_up', step: 8 });
  await ends(host.search(tls), 502, 'connection_lost');
  for (const _ of ['finished', 'the same']) await ends(host.search(tls), 200);
  await ends(host.search({ ...tls, admin_password: next_password }), 200);
  await ends(host.search({ ...tls, admin_password: easy_password }), 400, 'invalid_request');
  await ends(host.search({ ...tls, admin_password: [admin_password] }), 400, 'invalid_request');
  await ends(host.search({ admin_password }), 400, 'invalid_request');
}

async function callKong({ kong, apply, play }: Awaited<ReturnType<typeof makeKongHost>>) {
  const { consumer_key, next_key } = canaries;
  writeConfig(consumers(consumer_key));
  await ends(kong({}, 'dry run'), 200);
  await play({ type: 'hang_up', step: 6 });
  await ends(kong(), 502, 'connection_lost');
  for (const _ of ['finished', 'the same']) await ends(kong(), 200);
  writeConfig(consumers(consumer_key, next_key));
  await ends(apply({}, 'dry run'), 200);
  await ends(apply(), 200);
  // What Kong says of a key that two consumers have, and of one that is no text, here and in YAML that is none.
  writeConfig(consumers(next_key, next_key));
  await ends(apply(), 422, 'kong_config_invalid');
  writeConfig(consumers(`[${next_key}]`));
  await ends(apply(), 422, 'kong_config_invalid');
  writeConfig(consumers(`"${next_key}`));
  await ends(apply(), 422, 'kong_config_invalid');
}
