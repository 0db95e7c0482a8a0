import { databases } from '@fountainai/service-kit/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openService, type TestService } from './open-service.ts';

// biome-ignore lint/suspicious/noExplicitAny: what came back
type Row = Record<string, any>;

databases('the history of a context', (database) => {
  let service: TestService;
  let place: string;
  beforeAll(async () => {
    service = await openService(database);
  });
  beforeEach(async () => {
    place = `/sessions/${(await service.client.post('/sessions', { userId: 1 })).body.sessionId}`;
  });
  afterAll(() => service.close());

  const change = (body: object) => service.client.put(place, body);
  const history = (query = '') => service.client.get(`${place}/context/history${query}`);
  const contexts = async () => (await history()).body.map(({ context }: Row) => context);

  test('has every context there was, words and values, the first one first', async () => {
    expect((await history()).body).toEqual([]);
    const steps = [{ context: 'a' }, { data: { mood: 'b' } }, { context: '' }, { data: null }, { context: 'a' }];
    const times: string[] = [];
    for (const step of steps) times.push((await change(step)).body.updatedAt);
    const { body, headers } = await history();
    expect(body).toEqual([
      { versionNumber: 1, context: 'a', createdAt: times[0] },
      { versionNumber: 2, context: 'a', data: { mood: 'b' }, createdAt: times[1] },
      { versionNumber: 3, context: '', data: { mood: 'b' }, createdAt: times[2] },
      { versionNumber: 4, context: '', createdAt: times[3] },
      { versionNumber: 5, context: 'a', createdAt: times[4] },
    ]);
    expect(headers['x-total-count']).toBe('5');
  });

  test('begins with what the session was created with', async () => {
    const { body } = await service.client.post('/sessions', { userId: 1, context: 'a', data: { mood: 'b' } });
    place = `/sessions/${body.sessionId}`;
    const first = { versionNumber: 1, context: 'a', data: { mood: 'b' }, createdAt: body.createdAt };
    expect((await history()).body).toEqual([first]);
  });

  test('a change that leaves the context as it is adds nothing', async () => {
    const same = { context: 'a', data: { mood: 'b', location: 'c' } };
    await change(same);
    for (const step of [{}, same, { context: 'a' }, { characterId: 7 }]) await change(step);
    expect(await contexts()).toEqual(['a']);
  });

  test('a refused change adds nothing', async () => {
    await change({ context: 'a' });
    for (const bad of [{ context: 1 }, { context: 'b', data: { x: 'x'.repeat(10_000) } }, '{"context":']) {
      expect((await service.client.put(place, bad)).status).toBe(400);
    }
    expect(await contexts()).toEqual(['a']);
  });

  test('comes in pages', async () => {
    for (const context of ['a', 'b', 'c', 'd']) await change({ context });
    const page = await history('?limit=2&offset=1');
    expect(page.body.map(({ context }: Row) => context)).toEqual(['b', 'c']);
    expect(page.headers['x-total-count']).toBe('4');
    for (const bad of ['?limit=0', '?limit=1001', '?offset=-1']) expect((await history(bad)).status).toBe(400);
  });

  test('fifty changes at once: each once, in one order, and the last one is the context of now', async () => {
    const wanted = Array.from({ length: 50 }, (_, index) => `${index}`);
    await Promise.all(wanted.map((context) => change({ context })));
    const { body } = await history();
    expect(body.map(({ versionNumber }: Row) => versionNumber)).toEqual(wanted.map((_, index) => index + 1));
    expect((await contexts()).sort()).toEqual(wanted.sort());
    expect((await service.client.get(`${place}/context`)).body.context).toBe(body.at(-1).context);
  });

  test('a session deleted while many change it leaves none of it', async () => {
    const changes = () => Array.from({ length: 15 }, (_, index) => change({ context: `${index}` }));
    const before = changes();
    await Promise.race(before);
    const calls = [...before, service.client.delete(place), ...changes()];
    expect(new Set((await Promise.all(calls)).map(({ status }) => status))).toEqual(new Set([200, 204, 404]));
    expect((await history()).status).toBe(404);
  });

  test('a restart keeps it', async () => {
    for (const context of ['a', '🎭']) await change({ context });
    const before = (await history()).body;
    await service.restart();
    expect((await history()).body).toEqual(before);
    await change({ context: 'c' });
    expect((await history()).body).toMatchObject([...before, { versionNumber: 3, context: 'c' }]);
  });
});
