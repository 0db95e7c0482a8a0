import { badIds, badPages, databases, oddText } from '@fountainai/service-kit/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openService, type TestService } from './open-service.ts';

const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);

databases('sections', (database) => {
  let service: TestService;
  let script: number;
  let other: number;
  beforeAll(async () => {
    service = await openService(database);
  });
  beforeEach(async () => {
    service.sequence.play = undefined;
    script = (await service.client.post('/scripts', { title: 'Romeo and Juliet' })).body.scriptId;
    other = (await service.client.post('/scripts', { title: 'Hamlet' })).body.scriptId;
  });
  afterAll(() => service.close());

  const add = async (title: string) => (await service.client.post(`/scripts/${script}/sections`, { title })).body;
  const list = (query = '') => service.client.get(`/scripts/${script}/sections${query}`);
  const titles = async (query = '') => (await list(query)).body.map(({ title }: { title: string }) => title);
  const placeOf = ({ headingId }: { headingId: number }) => `/scripts/${script}/sections/${headingId}`;

  test('are added with the number that the sequence service gives, and read back', async () => {
    const { status, body } = await service.client.post(`/scripts/${script}/sections`, { title: '🌹 المشهد ١' });
    const expected = { headingId: 1, scriptId: script, sequenceNumber: 1, createdAt: time, updatedAt: time };
    expect({ status, body }).toEqual({ status: 201, body: expected });
    const kept = { ...body, title: '🌹 المشهد ١' };
    expect((await service.client.get(placeOf(body))).body).toEqual(kept);
    expect((await list()).body).toEqual([kept]);
    expect((await service.client.get(`/scripts/${other}/sections`)).body).toEqual([]);
    await service.restart();
    expect((await list()).body).toEqual([kept]);
  });

  test('a change keeps what is not sent', async () => {
    const made = await add('Act 1');
    const { status, body } = await service.client.put(placeOf(made), { title: 'Act 2' });
    expect({ status, body }).toEqual({ status: 200, body: { ...made, updatedAt: time } });
    await service.client.put(placeOf(made), { subtitle: 'ignored' });
    expect(await titles()).toEqual(['Act 2']);
  });

  test('are deleted; their ids and numbers are not given again', async () => {
    const made = await add('Act 1');
    expect(await service.client.delete(placeOf(made))).toMatchObject({ status: 204, body: '' });
    expect((await service.client.delete(placeOf(made))).status).toBe(404);
    const next = { headingId: made.headingId + 1, sequenceNumber: made.sequenceNumber + 1 };
    expect(await add('Act 2')).toMatchObject(next);
  });

  test('come in pages, in the order of the sequence service; in that of the copies while it is away', async () => {
    const a = await add('a');
    for (const title of ['b', 'c']) await add(title);
    service.sequence.numbers.set(`section ${a.headingId}`, 9000);
    expect(await titles()).toEqual(['b', 'c', 'a']);
    expect(await titles('?limit=2&offset=1')).toEqual(['c', 'a']);
    expect((await list('?limit=1')).headers['x-total-count']).toBe('3');
    expect((await service.client.get(placeOf(a))).body.sequenceNumber).toBe(9000);
    service.sequence.play = (_asked, _answer, response) => response.destroy();
    const { body, headers } = await list();
    expect(body.map(({ title }: { title: string }) => title)).toEqual(['a', 'b', 'c']);
    expect(headers['x-sequence-numbers']).toBe('copies');
  });

  test('a hundred added at once, and their script deleted meanwhile: added or refused, and none is left', async () => {
    const before = service.sequence.asked.length;
    const held: (() => void)[] = [];
    service.sequence.play = (_asked, answer) => {
      if (service.sequence.asked.length - before <= 5) answer();
      else held.push(answer);
    };
    const statuses: number[] = [];
    const adding = Array.from({ length: 100 }, async (_, index) => {
      statuses.push((await service.client.post(`/scripts/${script}/sections`, { title: `${index}` })).status);
    });
    await expect.poll(() => [statuses.length, held.length > 5]).toEqual([5, true]);
    expect((await service.client.delete(`/scripts/${script}`)).status).toBe(204);
    service.sequence.play = undefined;
    for (const answer of held) answer();
    await Promise.all(adding);
    expect(statuses.sort()).toEqual([...Array(5).fill(201), ...Array(95).fill(404)]);
    expect((await list()).status).toBe(404);
    const asked = service.sequence.asked.slice(before).filter(({ path }) => path === '/sequence');
    expect(new Set(asked.map(({ body }) => body.elementId)).size).toBe(100);
  });

  test('of another script or of none are not there', async () => {
    const { headingId } = await add('Act 1');
    const places = [`/scripts/${other}/sections/${headingId}`, `/scripts/99999/sections/${headingId}`];
    for (const place of [...places, placeOf({ headingId: 99999 })]) {
      expect((await service.client.get(place)).status).toBe(404);
      expect((await service.client.put(place, { title: 'x' })).status).toBe(404);
      expect((await service.client.delete(place)).status).toBe(404);
    }
    expect(await titles()).toEqual(['Act 1']);
    const asked = service.sequence.asked.length;
    expect((await service.client.post('/scripts/99999/sections', { title: 'x' })).status).toBe(404);
    expect((await service.client.get('/scripts/99999/sections')).status).toBe(404);
    expect(service.sequence.asked).toHaveLength(asked);
  });

  test('emoji, right-to-left text and odd spaces are kept byte for byte, up to 10,000 characters', async () => {
    const made = await add(oddText);
    expect(await titles()).toEqual([oddText]);
    const long = '👑'.repeat(10_000);
    await service.client.put(placeOf(made), { title: long });
    expect((await service.client.get(placeOf(made))).body.title).toBe(long);
  });

  const badBodies: [unknown][] = [
    [{ title: '' }],
    [{ title: ['x'] }],
    [{ title: 'x'.repeat(10_001) }],
    ['nonsense'],
    ['{"title":'],
  ];

  test.each<[unknown]>([[{}], ...badBodies])('%.60j makes no section', async (body) => {
    expect((await service.client.post(`/scripts/${script}/sections`, body)).status).toBe(400);
    expect(await titles()).toEqual([]);
  });

  test.each(badBodies)('%.60j changes none', async (body) => {
    const made = await add('Act 1');
    expect((await service.client.put(placeOf(made), body)).status).toBe(400);
    expect(await titles()).toEqual(['Act 1']);
  });

  test.each(badPages)('a list with %s is refused', async (page) => {
    expect((await list(`?${page}`)).status).toBe(400);
  });

  test.each(badIds)('there is no section id %s', async (id) => {
    for (const place of [`/scripts/${script}/sections/${id}`, `/scripts/${id}/sections/1`]) {
      expect((await service.client.get(place)).status).toBe(400);
      expect((await service.client.put(place, { title: 'x' })).status).toBe(400);
      expect((await service.client.delete(place)).status).toBe(400);
    }
  });
});
