import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Answer, REGION } from '../world.ts';
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
const seen: { where: string; text: string }[] = [];

/** The world with an API whose every answer is kept, and whose every call carries the token. */
function watched() {
  const { api, ...rest } = world();
  const keep = async (where: string, call: Promise<Answer>): Promise<Answer> => {
    const answer = await call;
    seen.push({ where, text: JSON.stringify([answer.body, [...answer.headers]]) });
    return answer;
  };
  return {
    ...rest,
    api: {
      ...api,
      get: (path: string, headers = {}) => keep(`GET ${path}`, api.get(path, { authorization, ...headers })),
      post: (path: string, body: unknown, headers = {}) =>
        keep(`POST ${path}`, api.post(path, body, { authorization, ...headers })),
    },
  };
}

test('no secret is seen anywhere but where it belongs', async () => {
  const { api, sandbox, dataDir, keyPath } = watched();
  const host = await makeHost(watched(), 'secretive', { user_data: `#!/bin/sh\necho ${canaries.user_data}\n` });
  await makeCalls(host);
  await api.get(`/aws/lightsail/instances/secretive/readiness?region=${REGION}&ssh_key_path=${keyPath}`);
  const { body } = await api.get('/operations?limit=200');
  expect(body.operations.length).toBeGreaterThan(8);
  for (const { id } of body.operations as { id: string }[]) {
    await api.get(`/operations/${id}`);
    await api.get(`/operations/${id}/events`);
  }
  await api.get('/metrics');
  await api.end('SIGTERM');

  seen.push({ where: 'the log', text: api.output() }, ...(await filesIn(dataDir)));
  const { commandLines = [] } = sandbox.control.observed('secretive') ?? {};
  expect(commandLines.join('\n')).toContain('docker run');
  seen.push({ where: 'the command lines of the host', text: commandLines.join('\n') });

  const privateKey = (await readFile(keyPath, 'utf8')).split('\n')[2] ?? '';
  expect(privateKey.length).toBeGreaterThan(40);
  expect(found({ ...canaries, privateKey })).toEqual([]);
});

test('the search above finds what is there', () => {
  seen.push({ where: 'a leak', text: `Authorization: ${Buffer.from(canaries.registry_token).toString('base64')}` });
  expect(found(canaries)).toEqual(['registry_token as base64 in a leak']);
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

/** All that is kept below a folder, without the private keys, which are meant to be there. */
async function filesIn(folder: string): Promise<{ where: string; text: string }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !entry.parentPath.endsWith('/keys'));
  expect(files.map(({ name }) => name)).toContain('journal.sqlite');
  return Promise.all(
    files.map(async ({ parentPath, name }) => {
      const where = join(parentPath, name);
      return { where, text: await readFile(where, 'latin1') };
    }),
  );
}

/** Where any of these values stands, as it is or encoded. */
function found(values: Record<string, string>): string[] {
  return Object.entries(values).flatMap(([name, value]) =>
    Object.entries(encodings(value)).flatMap(([encoding, text]) =>
      seen.flatMap((place) => (place.text.includes(text) ? [`${name} as ${encoding} in ${place.where}`] : [])),
    ),
  );
}

function encodings(value: string): Record<string, string> {
  const bytes = Buffer.from(value);
  // The first characters do not depend on what follows in an encoding of more.
  const whole = (text: string) => text.replace(/=+$/, '').slice(0, -1);
  const all = {
    plain: value,
    JSON: JSON.stringify(value).slice(1, -1),
    'JSON in JSON': JSON.stringify(JSON.stringify(value).slice(1, -1)).slice(1, -1),
    base64: whole(bytes.toString('base64')),
    base64url: whole(bytes.toString('base64url')),
    'base64 of a login': whole(Buffer.from(`reader:${value}`).toString('base64')),
    'URL encoding': encodeURIComponent(value),
    hex: bytes.toString('hex'),
  };
  const distinct = Object.entries(all).filter(([, text], at, list) => list.findIndex((one) => one[1] === text) === at);
  return Object.fromEntries(distinct);
}
