import {
  AccessDeniedException,
  AllocateStaticIpCommand,
  CreateInstancesCommand,
  GetInstanceAccessDetailsCommand,
  GetInstanceCommand,
  GetInstancesCommand,
  GetStaticIpsCommand,
  NotFoundException,
  ServiceException,
} from '@aws-sdk/client-lightsail';
import { expect, test, vi } from 'vitest';
import { order, startWorld } from './world.ts';

const getInstances = new GetInstancesCommand();

test('throttling for the next calls of an operation: the SDK tries again, and each try is counted', async () => {
  const { lightsail, control } = await startWorld();
  const added = await control('POST', '/faults', { type: 'throttled', operation: 'GetInstances', times: 1 });
  expect(added).toEqual({
    status: 200,
    body: { faults: [{ type: 'throttled', operation: 'GetInstances', times: 1 }] },
  });
  const { $metadata } = await lightsail.send(getInstances);
  expect($metadata.attempts).toBe(2);
  expect((await control('GET', '/calls')).body).toEqual({ calls: { GetInstances: 2 } });
});

test('errors on demand have their classes', async () => {
  const { client, sandbox } = await startWorld();
  const once = client({ maxAttempts: 1 });
  const { faults } = sandbox.control;
  faults.add({ type: 'throttled', times: 1 });
  await expect(once.send(getInstances)).rejects.toMatchObject({
    name: 'ThrottlingException',
    message: 'Rate exceeded',
  });
  faults.add({ type: 'service_error', times: 1 });
  await expect(once.send(getInstances)).rejects.toBeInstanceOf(ServiceException);
  faults.add({ type: 'access_denied', operation: 'GetInstances', times: 1 });
  await expect(once.send(getInstances)).rejects.toBeInstanceOf(AccessDeniedException);
  faults.add({ type: 'unreachable', times: 1 });
  await expect(once.send(getInstances)).rejects.toMatchObject({ code: 'ECONNRESET' });
  await once.send(getInstances);
});

test('a lost reply: the effect is there, the answer is not', async () => {
  const { client, control, lightsail, reached } = await startWorld();
  await control('POST', '/faults', { type: 'lost_reply', operation: 'CreateInstances', times: 1 });
  await expect(client({ maxAttempts: 1 }).send(new CreateInstancesCommand(order))).rejects.toMatchObject({
    code: 'ECONNRESET',
  });
  await reached('one', 'running');
  // And what the SDK's own retry makes of it:
  await control('POST', '/faults', { type: 'lost_reply', operation: 'CreateInstances', times: 1 });
  await expect(lightsail.send(new CreateInstancesCommand({ ...order, instanceNames: ['two'] }))).rejects.toMatchObject({
    code: 'NameExists',
  });
});

test('replies are lost by chance, the same ones for the same seed', async () => {
  const { sandbox, client } = await startWorld();
  const once = client({ maxAttempts: 1 });
  const run = async (seed: number) => {
    sandbox.control.faults.clear();
    sandbox.control.faults.add({ type: 'lost_reply', probability: 0.5, seed });
    const answers: boolean[] = [];
    for (let call = 0; call < 12; call++) {
      answers.push(
        await once.send(getInstances).then(
          () => true,
          () => false,
        ),
      );
    }
    return answers;
  };
  const first = await run(7);
  expect(new Set(first)).toEqual(new Set([true, false]));
  expect(await run(7)).toEqual(first);
  expect(await run(8)).not.toEqual(first);
});

test('a slow cloud', async () => {
  const { sandbox, client } = await startWorld();
  sandbox.control.faults.add({ type: 'slow', delayMs: 60_000 });
  const abortSignal = AbortSignal.timeout(100);
  await expect(client({ maxAttempts: 1 }).send(getInstances, { abortSignal })).rejects.toMatchObject({
    name: 'AbortError',
  });
});

test('an instance that never runs, one without an IP, one without host keys', async () => {
  const { create, reached, lightsail, control } = await startWorld();
  await control('POST', '/faults', { type: 'never_running', instance: 'stuck' });
  await control('POST', '/faults', { type: 'no_public_ip', instance: 'bare' });
  await control('POST', '/faults', { type: 'no_host_keys', instance: 'bare' });
  await create('stuck');
  await create('bare');
  expect((await reached('bare', 'running')).publicIpAddress).toBeUndefined();
  const access = new GetInstanceAccessDetailsCommand({ instanceName: 'bare' });
  expect((await lightsail.send(access)).accessDetails?.hostKeys).toEqual([]);
  await reached('stuck', 'pending');
  await control('DELETE', '/faults');
  expect((await reached('bare', 'running')).publicIpAddress).toBeDefined();
  expect((await lightsail.send(access)).accessDetails?.hostKeys).toHaveLength(1);
});

test('faults of a host, also before it boots, and what it has seen', async () => {
  const { create, reached, control, hosts } = await startWorld();
  const path = '/instances/one/faults';
  await control('PUT', path, { faults: [{ type: 'refuse' }] });
  expect((await control('GET', '/instances/one/observations')).status).toBe(404);
  await create('one');
  await reached('one', 'running');
  expect(hosts.log.map((line) => line.split(' 127')[0])).toEqual(['fault one refuse', 'start one']);
  expect((await control('PUT', path, { faults: [{ type: 'slow', delayMs: 5 }] })).status).toBe(200);
  expect(hosts.log.at(-1)).toBe('fault one slow');
  expect(await control('PUT', path, { faults: [{ type: 'haunted' }] })).toEqual({
    status: 400,
    body: { message: 'Known faults: slow, refuse' },
  });
  expect((await control('GET', '/instances/one/observations')).body).toMatchObject({ connections: 3, execs: 1 });
});

test('images go to the hosts’ registry', async () => {
  const { control, hosts } = await startWorld();
  const put = vi.spyOn(hosts.images as NonNullable<typeof hosts.images>, 'put');
  await control('PUT', '/images', { images: [{ reference: 'ghcr.io/user/app:1' }], fault: 'denied' });
  expect(put).toHaveBeenCalledWith({ reference: 'ghcr.io/user/app:1' });
  expect(hosts.log).toEqual(['image fault "denied"']);
});

test('a reset leaves nothing but the default key', async () => {
  const { create, reached, lightsail, control, hosts, sandbox } = await startWorld();
  const key = await sandbox.defaultKey('eu-central-1');
  await create('one');
  await reached('one', 'running');
  await lightsail.send(new AllocateStaticIpCommand({ staticIpName: 'one-ip' }));
  await control('POST', '/faults', { type: 'throttled', operation: 'GetInstance' });
  expect((await control('POST', '/reset')).status).toBe(200);
  expect(hosts.log).toContain('destroy one');
  expect((await control('GET', '/calls')).body).toEqual({ calls: {} });
  await expect(lightsail.send(new GetInstanceCommand({ instanceName: 'one' }))).rejects.toBeInstanceOf(
    NotFoundException,
  );
  expect((await lightsail.send(new GetStaticIpsCommand())).staticIps).toEqual([]);
  expect(await sandbox.defaultKey('eu-central-1')).toEqual(key);
});

test('says what it takes, and refuses the rest', async () => {
  const { control } = await startWorld();
  expect((await control('GET', '')).body).toHaveProperty(['routes', 'GET /_sandbox/calls']);
  expect((await control('GET', '/nothing')).status).toBe(404);
  expect((await control('POST', '/faults', { type: 'haunted' })).status).toBe(400);
  expect((await control('POST', '/faults', { type: 'slow', delay: 3 })).status).toBe(400);
  expect((await control('GET', '/instances/%zz/observations')).status).toBe(400);
  expect((await control('POST', '/reset', undefined, { origin: 'http://evil.example' })).status).toBe(403);
});
