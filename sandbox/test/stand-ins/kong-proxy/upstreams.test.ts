import { expect, test } from 'vitest';
import { everySecond, freePort, oneService, startKong, startService } from './world.ts';

test('healthy targets in turn; one that is not ready gets nothing until it is again', async () => {
  const [blue, green] = [await startService(), await startService()];
  const kong = await startKong(oneService([blue.target, green.target], { active: everySecond }));
  for (let count = 0; count < 4; count++) expect((await kong.ask('/')).status).toBe(200);
  expect([blue.asked.length, green.asked.length]).toEqual([2, 2]);
  blue.ready = 503;
  await expect.poll(async () => (await kong.ask('/x')).headers['x-service']).toBe(green.target.split(':')[1]);
  await expect
    .poll(async () => {
      const before = blue.asked.length;
      for (let count = 0; count < 4; count++) await kong.ask('/');
      return blue.asked.length - before;
    })
    .toBe(0);
  blue.ready = 200;
  await expect.poll(async () => (await kong.ask('/')).headers['x-service']).toBe(blue.target.split(':')[1]);
});

test('a refused connection is tried on the other target, also where nobody looks after their health', async () => {
  const green = await startService();
  const kong = await startKong(oneService([`127.0.0.1:${await freePort()}`, green.target]));
  for (let count = 0; count < 6; count++) {
    const { status, json } = await kong.ask('/', { method: 'POST', body: 'once' });
    expect({ status, body: json.body }).toEqual({ status: 200, body: 'once' });
  }
  expect(green.asked).toHaveLength(6);
});

test('a request that was sent is not sent again, whatever its method', async () => {
  const blue = await startService(({ socket }) => socket.destroy());
  const green = await startService(({ socket }) => socket.destroy());
  const kong = await startKong(oneService([blue.target, green.target]));
  for (const method of ['GET', 'POST']) {
    const { status, json } = await kong.ask('/', { method });
    expect(status).toBe(502);
    expect(json.message).toBe('An invalid response was received from the upstream server');
  }
  expect(blue.asked.length + green.asked.length).toBe(2);
});

test('nobody there, nobody healthy, nobody in time: in the words of Kong', async () => {
  const nobody = `127.0.0.1:${await freePort()}`;
  const silent = await startService(() => undefined);
  const kong = await startKong(oneService([nobody]));
  expect(await kong.ask('/')).toMatchObject({ status: 502 });
  kong.load(oneService([nobody], { active: everySecond }));
  await expect.poll(async () => (await kong.ask('/')).status).toBe(503);
  expect((await kong.ask('/')).json.message).toBe('failure to get a peer from the ring-balancer');
  kong.load(oneService([silent.target], { service: { read_timeout: 50 } }));
  const late = await kong.ask('/');
  expect([late.status, late.json.message]).toEqual([504, 'The upstream server is timing out']);
  expect(silent.asked).toHaveLength(1);
});

test('weights, and a service without an upstream', async () => {
  const [blue, green] = [await startService(), await startService()];
  const [host = '', port] = green.target.split(':');
  const configuration = oneService([]);
  Object.assign(configuration.upstreams[0] ?? {}, {
    targets: [
      { target: blue.target, weight: 30 },
      { target: green.target, weight: 10 },
    ],
  });
  const kong = await startKong(configuration);
  for (let count = 0; count < 8; count++) await kong.ask('/');
  expect([blue.asked.length, green.asked.length]).toEqual([6, 2]);
  kong.load({ services: [{ name: 'a', url: `http://${host}:${port}`, routes: [{ paths: ['/'] }] }] });
  expect((await kong.ask('/')).headers['x-service']).toBe(port);
});

test('the health of a target outlives a configuration that has it too', async () => {
  const [blue, green] = [await startService(), await startService()];
  blue.ready = 503;
  const slow = { ...everySecond, unhealthy: { ...everySecond.unhealthy, interval: 3600 } };
  const kong = await startKong(oneService([blue.target, green.target], { active: slow }));
  await expect.poll(async () => (await kong.ask('/')).headers['x-service']).toBe(green.target.split(':')[1]);
  await expect.poll(async () => (await kong.ask('/')).headers['x-service']).toBe(green.target.split(':')[1]);
  const before = blue.asked.length;
  // The same targets, and another service.
  kong.load(oneService([blue.target, green.target], { active: slow, service: { retries: 0 } }));
  for (let count = 0; count < 4; count++) await kong.ask('/');
  expect(blue.asked.length).toBe(before);
});
