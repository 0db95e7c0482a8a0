import { expect, test } from 'vitest';
import { AppError } from '../../src/lib/errors.ts';
import { createInstance, fakeOperations, web } from '../web-fakes.ts';

const json = { 'content-type': 'application/json' };
const deploy = '/services/deploy-docker-app';

async function post(payload: string | object, url: string = createInstance.url) {
  const operations = fakeOperations();
  const answer = await (await web({ operations })).inject({ method: 'POST', url, payload, headers: json });
  expect(operations.started).toEqual([]);
  return { status: answer.statusCode, body: answer.json(), text: answer.body };
}

test('every field that does not fit gets an entry, an unknown one with the name that was meant', async () => {
  const { instance_name: _, ...rest } = createInstance.payload;
  const { status, body } = await post({ ...rest, blueprint_id: 7, instance_nmae: 'apps', zzz: 1 });
  expect(status).toBe(400);
  expect(body).toMatchObject({ status: 'error', code: 'invalid_request', hint: expect.stringContaining('details') });
  expect(body.details).toEqual(
    expect.arrayContaining([
      { path: '/instance_name', in: 'body', message: 'is missing' },
      { path: '/blueprint_id', in: 'body', message: 'is to be text, not a number' },
      {
        path: '/instance_nmae',
        in: 'body',
        message: 'is unknown; did you mean instance_name?',
        did_you_mean: 'instance_name',
      },
      { path: '/zzz', in: 'body', message: 'is unknown' },
    ]),
  );
  expect(body.details).toHaveLength(4);
  expect(body.message).toMatch(/did you mean instance_name\?; /);
});

test('the message names the part, and ends as a sentence does', async () => {
  const { instance_name: _, ...rest } = createInstance.payload;
  const fields = await post({ ...rest, instance_nmae: 'apps' });
  expect(fields.body.message).toMatch(/^The body does not fit: .*did you mean instance_name\?$/);
  const query = await post(createInstance.payload, `${createInstance.url}?dry_run=yes`);
  expect(query.body.message).toMatch(/^The query does not fit: \/dry_run .*[^.]\.$/);
  const dots = await post({ instance_ip: '9.10.11.12', ssh_key_path: '/k', docker_image: 'https://ghcr.io/a' }, deploy);
  expect(dots.body.message).toMatch(/[^.]\.$/);
});

test('a body that is none, and numbers out of range, are told as a person would', async () => {
  const list = await post([]);
  expect(list.body.message).toBe('The body does not fit: it is to be an object, not a list.');
  const body = {
    instance_ip: '9.10.11.12',
    ssh_key_path: '/k',
    docker_image: 'ours',
    container_port: 80,
    memory_mb: 4,
    ports: [0, 70_000],
  };
  expect((await post(body, deploy)).body.message).toBe(
    'The body does not fit: /ports/0 is less than 1; /ports/1 is more than 65535; /memory_mb is less than 16.',
  );
  const names = await post({ names: [], email: 'operator@example.com' }, '/tls/issue-certificate');
  expect(names.body.message).toBe('The body does not fit: /names is empty: name at least one host.');
});

test('a misspelt field is found behind transforms too', async () => {
  const { body } = await post({ instance_ip: '9.10.11.12', ssh_key_path: '/k', docker_imag: 'a' }, deploy);
  expect(body.details).toContainEqual(expect.objectContaining({ did_you_mean: 'docker_image' }));
});

test('a mistyped query parameter is refused: a dry run must not become a real one', async () => {
  for (const query of ['dryrun=true', 'dry_run=yes', 'dry_run=', 'dry_run=true&dry_run=true']) {
    const { status, body } = await post(createInstance.payload, `${createInstance.url}?${query}`);
    expect(status).toBe(400);
    expect(body.details[0].in).toBe('querystring');
  }
});

test.each([
  ['cut off', '{"instance_name": "apps", "secret": "hunter2'],
  ['no JSON', 'hunter2'],
  ['trailing text', '{} hunter2'],
  ['empty', ''],
  ['a list', '["hunter2"]'],
  ['null', 'null'],
  ['poisoned', '{"__proto__": {"x": "hunter2"}}'],
])('a body that is %s gets 400 and is not repeated', async (_, payload) => {
  const { status, body, text } = await post(payload);
  expect(status).toBe(400);
  expect(body.code).toBe('invalid_request');
  if (!body.details) expect(body.hint).not.toContain('details');
  expect(text).not.toContain('hunter2');
});

test('a secret that does not fit is not repeated', async () => {
  const hostile = { registry_token: ['hunter2'], secret_env: { API_KEY: { value: 'hunter2' } }, registry_username: 7 };
  const { status, text } = await post({ ...hostile, instance_ip: '9.10.11.12', docker_image: 'a' }, deploy);
  expect(status).toBe(400);
  expect(text).toContain('/registry_token');
  expect(text).not.toContain('hunter2');
});

test('a body of 2 MB gets 413', async () => {
  const { status, body } = await post({ instance_name: 'x'.repeat(2 * 1024 * 1024) });
  expect(status).toBe(413);
  expect(body.code).toBe('payload_too_large');
});

test.each([
  ['GET', '/nowhere?token=hunter2', 404, 'route_not_found'],
  ['GET', '/aws/lightsail/create-instance', 404, 'route_not_found'],
  ['GET', '/operations/%zz', 400, 'invalid_request'],
  ['GET', '/operations/op_none', 404, 'operation_not_found'],
  ['GET', '/operations/op_none/events', 404, 'operation_not_found'],
] as const)('%s %s gets %i %s', async (method, url, status, code) => {
  const answer = await (await web()).inject({ method, url });
  expect(answer.statusCode).toBe(status);
  expect(answer.json()).toMatchObject({ status: 'error', code });
  expect(answer.body).not.toContain('hunter2');
});

test('an error of the catalogue passes as it is; any other says nothing of its cause', async () => {
  const details = [{ message: 'held by', operation_id: 'op_x' }];
  const locked = new AppError('target_locked', 'apps is held.', { hint: 'Wait.', details });
  const app = await web({
    reads: { instances: () => Promise.reject(locked), bundles: () => Promise.reject(new Error('hunter2')) },
  });
  const known = await app.inject('/aws/lightsail/instances?region=eu-central-1');
  expect(known.statusCode).toBe(409);
  expect(known.json()).toEqual({
    status: 'error',
    code: 'target_locked',
    message: 'apps is held.',
    hint: 'Wait.',
    details,
  });
  const unknown = await app.inject('/aws/lightsail/bundles?region=eu-central-1');
  expect(unknown.statusCode).toBe(500);
  expect(unknown.json().code).toBe('internal_error');
  expect(unknown.body).not.toMatch(/hunter2|\.ts/);
});

test('an answer that breaks the contract is a 500, not a leak', async () => {
  const app = await web({ reads: { bundles: async () => [{ password: 'hunter2' }] as never } });
  const answer = await app.inject('/aws/lightsail/bundles?region=eu-central-1');
  expect(answer.statusCode).toBe(500);
  expect(answer.body).not.toContain('hunter2');
});
