import { expect, test } from 'vitest';
import { createAdminApi } from '../../../src/stand-ins/kong/index.ts';
import { remember, sendLoad } from './load.ts';
import { everySecond, freePort, later, oneService, PLUGINS, startKong, startService, textOf } from './world.ts';

const sorted = (ids: readonly string[]) => [...ids].sort();
/** Milliseconds of a second of the configuration here. */
const SECOND_MS = 100;
const MOST = 20_000;

test('a target that is no longer ready gets no new request once two probes were answered, and may end then', async () => {
  const ids: string[] = [];
  const [blue, green] = [await startService(remember(ids)), await startService(remember(ids))];
  const kong = await startKong(oneService([blue.target, green.target], { active: everySecond }), {
    secondMs: SECOND_MS,
  });
  let ended = false;
  const sending = sendLoad(kong, MOST, () => ended);
  await expect.poll(() => Math.min(blue.asked.length, green.asked.length)).toBeGreaterThan(100);
  blue.ready = 503;
  const notReady = () => blue.probed.filter((status) => status === 503).length;
  await expect.poll(notReady, { interval: 5 }).toBeGreaterThanOrEqual(2);
  const [before, others] = [blue.asked.length, green.asked.length];
  await expect.poll(() => green.asked.length - others).toBeGreaterThan(300);
  expect(blue.asked.length).toBe(before);
  await blue.stop();
  await expect.poll(() => green.asked.length - others).toBeGreaterThan(600);
  ended = true;
  const load = await sending;
  expect([load.failed, load.other]).toEqual([[], []]);
  expect(sorted(load.taken)).toEqual(sorted(ids));
});

test('connections that are refused cost no request, and none is sent twice', async () => {
  const ids: string[] = [];
  const green = await startService(remember(ids));
  const kong = await startKong(oneService([`127.0.0.1:${await freePort()}`, green.target]));
  const load = await sendLoad(kong, 1000);
  expect([load.failed, load.other, load.read]).toEqual([[], [], 500]);
  expect(load.taken).toHaveLength(500);
  expect(sorted(load.taken)).toEqual(sorted(ids));
});

test('what was sent is never sent again: the client is told, and the service has it once', async () => {
  const ids: string[] = [];
  const cuts = (id: string) => Number(id) % 10 === 1;
  const [blue, green] = [await startService(remember(ids, cuts)), await startService(remember(ids, cuts))];
  const kong = await startKong(oneService([blue.target, green.target]));
  const load = await sendLoad(kong, 1000);
  expect([load.other, load.read]).toEqual([[], 500]);
  expect(sorted(load.failed)).toEqual(sorted(load.failed.filter(cuts)));
  expect([load.failed.length, load.taken.length]).toEqual([100, 400]);
  expect(sorted([...load.taken, ...load.failed])).toEqual(sorted(ids));
});

test('configurations that are loaded under load lose nothing and cut no connection', async () => {
  const ids: string[] = [];
  const services = [await startService(remember(ids)), await startService(remember(ids))];
  const targets = services.map(({ target }) => target);
  const texts = [targets, ...targets.map((target) => [target])].map((some) =>
    textOf(oneService(some, { active: everySecond })),
  );
  const kong = await startKong();
  kong.gateway.load(texts[0] ?? '', PLUGINS);
  const admin = createAdminApi({ gateway: kong.gateway, plugins: PLUGINS, version: '3.9.3' });
  const [own] = await admin.listen([{ host: '127.0.0.1', port: 0 }]);
  later(() => admin.close());
  let ended = false;
  const sending = sendLoad(kong, MOST, () => ended);
  for (let count = 1; count <= 15; count++) {
    const body = texts[count % texts.length] ?? '';
    const answer = await fetch(`http://127.0.0.1:${own?.port}/config?check_hash=1`, { method: 'POST', body });
    expect(answer.status).toBe(201);
    const before = ids.length;
    await expect.poll(() => ids.length - before, { interval: 2 }).toBeGreaterThan(10);
  }
  ended = true;
  const load = await sending;
  expect([load.failed, load.other]).toEqual([[], []]);
  expect(load.taken.length).toBeGreaterThan(150);
  expect(sorted(load.taken)).toEqual(sorted(ids));
  expect(load.connections()).toBe(8);
});
