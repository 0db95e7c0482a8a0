import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { type Answer, REGION } from '../world.ts';
import { filesIn, found, type Place, readJournal, watchApi } from './canaries.ts';
import { makeHost, putImage, type TestHost } from './hosts.ts';
import { shareWorld } from './shared-world.ts';

/** Each is used where such a secret goes, with characters that quoting and encoding treat in their own way. */
const canaries = {
  user_data: 'canary-user-data "$(id)"',
  registry_token: "canary-registry'token&%/+=",
  wrong_registry_token: 'canary-wrong-token <b>',
  secret_env: 'canary-env "quoted" $HOME\tand more',
  first_line: 'canary-first-line-of-two',
  second_line: 'canary-second-line-of-two',
  CONTROL_API_TOKEN: 'canary-api-token/+==',
  AWS_SECRET_ACCESS_KEY: 'canary/aws+secret/key',
};
const authorization = `Bearer ${canaries.CONTROL_API_TOKEN}`;
const { CONTROL_API_TOKEN, AWS_SECRET_ACCESS_KEY } = canaries;

const world = shareWorld({ env: { CONTROL_API_TOKEN, AWS_SECRET_ACCESS_KEY, LOG_LEVEL: 'trace' } });
const seen: Place[] = [];

/** The world with an API whose every answer is kept, and whose every call carries the token. */
function watched() {
  const { api, ...rest } = world();
  return { ...rest, api: watchApi(api, seen, { authorization }) };
}

test('no secret is seen anywhere but where it belongs', async () => {
  const { api, sandbox, dataDir, keyPath } = watched();
  const host = await makeHost(watched(), 'secretive', { user_data: `#!/bin/sh\necho ${canaries.user_data}\n` });
  await makeCalls(host);
  await api.get(`/aws/lightsail/instances/secretive/readiness?region=${REGION}&ssh_key_path=${keyPath}`);
  expect((await readJournal(api)).length).toBeGreaterThan(8);
  await api.get('/metrics');
  await api.end('SIGTERM');

  seen.push({ where: 'the log', text: api.output() }, ...(await filesIn(dataDir)));
  const { commandLines = [] } = sandbox.control.observed('secretive') ?? {};
  expect(commandLines.join('\n')).toContain('docker run');
  seen.push({ where: 'the command lines of the host', text: commandLines.join('\n') });

  const privateKey = (await readFile(keyPath, 'utf8')).split('\n')[2] ?? '';
  expect(privateKey.length).toBeGreaterThan(40);
  expect(found({ ...canaries, privateKey }, seen)).toEqual([]);
});

test('the search above finds what is there', () => {
  seen.push({ where: 'a leak', text: `Authorization: ${Buffer.from(canaries.registry_token).toString('base64')}` });
  expect(found(canaries, seen)).toEqual(['registry_token as base64 in a leak']);
});

/** Dry runs, deployments, and failures of each kind. */
async function makeCalls(host: TestHost): Promise<void> {
  const credentials = { username: 'reader', token: canaries.registry_token };
  const image = putImage(world(), 'guarded:1', { credentials });
  const secret_env = { KEY: canaries.secret_env, LINES: `${canaries.first_line}\n${canaries.second_line}\n` };
  const deploy = {
    ...{ docker_image: image, name: 'app', secret_env },
    ...{ registry_username: 'reader', registry_token: canaries.registry_token },
  };
  const ends = async (call: Promise<Answer>, status: number) => expect((await call).status).toBe(status);
  const wrong = canaries.wrong_registry_token;
  await ends(host.deploy(deploy, 'dry run'), 200);
  await ends(host.deploy({ ...deploy, registry_token: wrong }), 502);
  await host.play({ type: 'hang_up', step: 1 });
  await ends(host.deploy(deploy), 502);
  await ends(host.deploy(deploy), 200);
  await ends(host.deploy(deploy), 200);
  await ends(host.deploy({ ...deploy, registry_token: wrong }), 502);
  // An app that prints its secret when it fails; what it prints is shown, without that.
  const logs = [`cannot use ${canaries.secret_env}`, canaries.first_line, canaries.second_line];
  const chatty = putImage(world(), 'chatty:1', { behaviour: { type: 'crashes', logs } });
  await ends(host.deploy({ ...deploy, docker_image: chatty, name: 'chatty' }), 502);
  await host.play({ type: 'fail_step', step: 0, exit: 1, output: `leaked: ${canaries.secret_env}` });
  await ends(host.deploy({ ...deploy, env: { OTHER: '1' } }), 502);
  await host.play();
  // What does not fit is not repeated either.
  await ends(host.deploy({ ...deploy, registry_token: [canaries.registry_token] }), 400);
  await ends(host.deploy({ ...deploy, secret_env: canaries.secret_env }), 400);
  await ends(host.act('restart', { name: 'app' }), 200);
  for (const what of ['docker-apps', 'status'] as const) await ends(host.see(what), 200);
  await ends(host.see('logs', { name: 'app' }), 200);
}
