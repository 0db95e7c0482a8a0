import { expect, test } from 'vitest';
import { AppError, catalogue } from '../../src/lib/errors.ts';
import type { OperationView } from '../../src/schemas/operation.ts';
import { createInstance, fakeOperations, operationId, operationView, web } from '../web-fakes.ts';

const never = new Promise<OperationView>(() => {});

test('a call that succeeds answers the envelope of success', async () => {
  const answer = await (await web()).inject(createInstance);
  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toEqual({
    status: 'success',
    message: 'apps: created.',
    changed: true,
    dry_run: false,
    operation_id: operationId,
    plan_hash: 'b5bb9d8014a0f9b1',
    steps: [{ name: 'Create instance apps', outcome: 'changed', duration_ms: 812 }],
    result: { instance: null },
  });
  expect(answer.headers).not.toHaveProperty('etag');
});

test('what was asked reaches the operation; reason and dry_run are not part of its input', async () => {
  const operations = fakeOperations();
  const app = await web({ operations });
  await app.inject({
    ...createInstance,
    url: `${createInstance.url}?dry_run=true`,
    payload: { ...createInstance.payload, reason: 'first rollout' },
    headers: { 'if-match': '"b5bb9d8014a0f9b1"' },
  });
  expect(operations.started).toEqual([
    {
      name: 'instance.create',
      input: expect.objectContaining(createInstance.payload),
      options: { dryRun: true, ifMatch: 'b5bb9d8014a0f9b1', actor: 'local', reason: 'first rollout' },
    },
  ]);
  expect(operations.started[0]?.input).not.toHaveProperty('reason');
});

test.each(['b5bb', '"b5bb"', 'W/"b5bb"'])('If-Match: %s names the plan', async (header) => {
  const operations = fakeOperations();
  await (await web({ operations })).inject({ ...createInstance, headers: { 'if-match': header } });
  expect(operations.started[0]?.options.ifMatch).toBe('b5bb');
});

test.each(['', '*', '"a", "b"', '"', 'a b'])('If-Match: %j is refused', async (header) => {
  const answer = await (await web()).inject({ ...createInstance, headers: { 'if-match': header } });
  expect(answer.statusCode).toBe(400);
  expect(answer.json().details[0]).toMatchObject({ path: '/if-match', in: 'headers' });
});

test('a dry run carries its plan as ETag', async () => {
  const operations = fakeOperations(Promise.resolve(operationView({ dry_run: true, changed: false })));
  const answer = await (await web({ operations })).inject({ ...createInstance, query: { dry_run: 'true' } });
  expect(answer.headers.etag).toBe('"b5bb9d8014a0f9b1"');
  expect(answer.json()).toMatchObject({ dry_run: true, changed: false });
});

test.each(['respond-async', 'wait=10, Respond-Async', 'respond-async; x=y'])(
  'Prefer: %s answers at once',
  async (prefer) => {
    const operations = fakeOperations(never);
    const answer = await (await web({ operations })).inject({ ...createInstance, headers: { prefer } });
    expect(answer.statusCode).toBe(202);
    expect(answer.headers.location).toBe(`/operations/${operationId}`);
    expect(answer.headers['preference-applied']).toBe('respond-async');
    expect(answer.json()).toEqual({
      status: 'accepted',
      message: expect.stringContaining(`/operations/${operationId}/events`),
      dry_run: false,
      operation_id: operationId,
      attached: false,
    });
  },
);

test('a call that waits longer than SYNC_LIMIT_S is answered 202', async () => {
  const app = await web({ operations: fakeOperations(never, true), env: { SYNC_LIMIT_S: '0.02' } });
  const answer = await app.inject(createInstance);
  expect(answer.statusCode).toBe(202);
  expect(answer.headers).not.toHaveProperty('preference-applied');
  expect(answer.json()).toMatchObject({ attached: true, message: expect.stringContaining('running already') });
});

test('an operation that failed answers its error with the status of the catalogue', async () => {
  const error = { code: 'step_failed', message: 'docker pull ended with exit 1', hint: 'Repeat the call.' };
  const steps: OperationView['steps'] = [{ name: 'Pull', outcome: 'failed', duration_ms: 3 }];
  const failed = operationView({ status: 'failed', error: { ...error, details: [{ exit: 1 }] }, result: null, steps });
  const answer = await (await web({ operations: fakeOperations(Promise.resolve(failed)) })).inject(createInstance);
  expect(answer.statusCode).toBe(catalogue.step_failed[0]);
  expect(answer.json()).toEqual({
    status: 'error',
    ...error,
    details: [{ exit: 1 }],
    operation_id: operationId,
    steps,
  });
});

test('what is refused before anything was started has no operation', async () => {
  const refuse = async () => {
    throw new AppError('target_locked');
  };
  const answer = await (await web({ operations: { ...fakeOperations(), start: refuse } })).inject(createInstance);
  expect(answer.statusCode).toBe(409);
  expect(answer.json()).not.toHaveProperty('operation_id');
});

test('a journal that fails behind an answered call harms nobody', async () => {
  const { promise, reject } = Promise.withResolvers<OperationView>();
  const app = await web({ operations: fakeOperations(promise) });
  await app.inject({ ...createInstance, headers: { prefer: 'respond-async' } });
  reject(new AppError('journal_unavailable'));
  expect((await app.inject('/health')).statusCode).toBe(200);
});

test('a client that hangs up does not stop the operation', async () => {
  const { promise, resolve } = Promise.withResolvers<OperationView>();
  const operations = fakeOperations(promise);
  const app = await web({ operations });
  const begun = Promise.withResolvers<void>();
  const start = operations.start;
  operations.start = (...call) => {
    begun.resolve();
    return start(...call);
  };
  const gone = new AbortController();
  const url = await app.listen({ port: 0 });
  const call = fetch(url + createInstance.url, {
    method: 'POST',
    body: JSON.stringify(createInstance.payload),
    headers: { 'content-type': 'application/json' },
    signal: gone.signal,
  });
  await begun.promise;
  gone.abort();
  await expect(call).rejects.toThrow();
  resolve(operationView());
  expect((await app.inject('/health')).statusCode).toBe(200);
});

test.each([
  ['/aws/lightsail/create-key-pair', 'key-pair.create', { key_pair_name: 'key', region: 'eu-central-1' }],
  ['/services/deploy-docker-app', 'docker-app.deploy', { docker_image: 'ghcr.io/user/repo/my-app:latest' }],
  ['/services/restart-docker-app', 'docker-app.restart', { name: 'my-app' }],
  ['/services/rollback-docker-app', 'docker-app.rollback', { name: 'my-app', to: `sha256:${'a'.repeat(64)}` }],
  ['/services/remove-docker-app', 'docker-app.remove', { name: 'my-app', confirm: 'my-app' }],
  ['/services/deploy-kong', 'kong.deploy', { apps_ip: '172.26.0.5', version: '3.9.3' }],
  ['/services/apply-kong-config', 'kong.apply-config', { apps_ip: '172.26.0.5' }],
  ['/services/add-consumer', 'gateway.add-consumer', { username: 'reader', access: { all: 'read' } }],
  ['/services/rotate-key', 'gateway.rotate-key', { username: 'reader', drop_old: true }],
  ['/services/revoke-key', 'gateway.revoke-key', { username: 'reader', confirm: 'reader' }],
])('POST %s starts %s', async (url, name, body) => {
  const host = url.startsWith('/services') ? { instance_ip: '9.10.11.12', ssh_key_path: '/path/to/ssh_key' } : {};
  const kong = { version: '3.9.3', proxy_urls: [], config_sha256: '', difference: {}, apps_ip: null, apps_ip_from: '' };
  const consumer = { username: 'reader', keys: 1, key_path: null };
  const result = { name: 'my-app', image: 'my-app:latest', digest: null, url: null, ...kong, ...consumer };
  const operations = fakeOperations(Promise.resolve(operationView({ result })));
  const answer = await (await web({ operations })).inject({ method: 'POST', url, payload: { ...host, ...body } });
  expect(answer.statusCode).toBe(200);
  expect(operations.started.map((started) => started.name)).toEqual([name]);
  expect(operations.started[0]?.input).toMatchObject({ ...host, ...body });
});
