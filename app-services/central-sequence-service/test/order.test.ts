import { databases } from '@fountainai/service-kit/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openService, type TestService } from './open-service.ts';

databases('order and versions', (database) => {
  let service: TestService;
  beforeAll(async () => {
    service = await openService(database);
    for (const elementId of [1, 2, 3]) await service.client.post('/sequence', { elementType: 'section', elementId });
  });
  afterAll(() => service.close());

  const order = async () =>
    (await service.client.get('/sequence?elementType=section')).body.map(
      ({ elementId, sequenceNumber }: Record<string, number>) => [elementId, sequenceNumber],
    );
  const section = (...elements: [number, number][]) => ({
    elementType: 'section',
    elements: elements.map(([elementId, newSequence]) => ({ elementId, newSequence })),
  });

  test('two change places, by POST and by PUT', async () => {
    const { status, body } = await service.client.post('/sequence/reorder', section([1, 2], [2, 1]));
    expect({ status, message: body.message }).toEqual({ status: 200, message: 'Reorder successful.' });
    expect(await order()).toEqual([
      [2, 1],
      [1, 2],
      [3, 3],
    ]);
    expect((await service.client.put('/sequence/reorder', section([1, 1], [2, 2]))).body.updatedElements).toHaveLength(
      2,
    );
    expect(await order()).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
  });

  test.each([
    ['an unknown element', section([1, 2], [99, 1]), 404, ['section 99']],
    ['the same element twice', section([1, 2], [1, 3]), 400, ['elementId 1']],
    ['the same number twice', section([1, 2], [2, 2]), 400, ['newSequence 2']],
    ['nothing', section(), 400, undefined],
    ['place 0', section([1, 0]), 400, undefined],
    ['a place behind which there are too few', section([1, 1_000_000_001]), 400, undefined],
    ['a huge place', section([1, 2 ** 53]), 400, undefined],
    ['half a place', { elementType: 'section', elements: [{ elementId: 1 }] }, 400, undefined],
    ['half a body', '{"elementType":"section","elements":[{', 400, undefined],
    [
      'an id that is a text',
      { elementType: 'section', elements: [{ elementId: '1', newSequence: 2 }] },
      400,
      undefined,
    ],
    ['a negative id', section([-1, 2]), 400, undefined],
    ['an unknown type', { ...section([1, 2]), elementType: 'scene' }, 400, undefined],
    ['another type', { ...section([1, 2]), elementType: 'action' }, 404, ['action 1']],
  ])('%s: refused, and nothing moves', async (_, body, status, details) => {
    const before = await order();
    const answer = await service.client.post('/sequence/reorder', body);
    expect(answer.status).toBe(status);
    if (details) expect(answer.body.details).toEqual(details);
    expect(await order()).toEqual(before);
  });

  test('whoever is moved beyond the end is not run into by the next new element', async () => {
    await service.client.post('/sequence/reorder', section([3, 40]));
    expect((await service.client.post('/sequence', { elementType: 'section', elementId: 4 })).body.sequenceNumber).toBe(
      41,
    );
    await service.client.post('/sequence/reorder', section([3, 3], [4, 4]));
  });

  test('a hundred reorders at once: one of them holds, whole', async () => {
    const orders = Array.from({ length: 100 }, (_, index) =>
      index % 2 ? section([1, 1], [2, 2], [3, 3]) : section([1, 3], [2, 2], [3, 1]),
    );
    await Promise.all(orders.map((body) => service.client.post('/sequence/reorder', body)));
    const ids = (await order()).map(([id]: number[]) => id);
    expect([
      [1, 2, 3, 4],
      [3, 2, 1, 4],
    ]).toContainEqual(ids);
  });

  test('versions count from 2, also of what has no number, byte for byte', async () => {
    const text = 'O Romeo 🌹 لماذا  ';
    const version = (newVersionData: object) =>
      service.client.post('/sequence/version', { elementType: 'dialogue', elementId: 77, newVersionData });
    expect((await version({ text })).body).toEqual({ versionNumber: 2 });
    const numbers = await Promise.all([1, 2, 3, 4].map(async (n) => (await version({ n })).body.versionNumber));
    expect(numbers.sort()).toEqual([3, 4, 5, 6]);
    const { body, headers } = await service.client.get('/sequence/version?elementType=spokenWord&elementId=77&limit=1');
    expect(body).toEqual([{ versionNumber: 2, versionData: { text }, createdAt: expect.any(String) }]);
    expect(headers['x-total-count']).toBe('5');
  });

  test.each([
    [{ elementType: 'section', elementId: 1 }],
    [{ elementType: 'section', elementId: 1, newVersionData: 'x' }],
    [{ elementType: 'section', elementId: 1, newVersionData: ['x'] }],
    [{ elementType: 'section', elementId: 1, newVersionData: null }],
    [{ elementType: 'section', elementId: -1, newVersionData: {} }],
    ['{"elementType":"section","elementId":1,"newVersionData":{"text":"\\ud83d"}}'],
  ])('%.80j makes no version', async (body) => {
    expect((await service.client.post('/sequence/version', body)).status).toBe(400);
    expect((await service.client.get('/sequence/version?elementType=section&elementId=1')).body).toEqual([]);
  });

  test('a restart keeps numbers and versions, and counts on', async () => {
    const read = async () => [await order(), (await service.client.get(versions)).body];
    const versions = '/sequence/version?elementType=spokenWord&elementId=77';
    const before = await read();
    await service.restart();
    expect(await read()).toEqual(before);
    const elementId = 1000;
    const last = (await service.client.post('/sequence', { elementType: 'section', elementId })).body.sequenceNumber;
    expect(last).toBe(42);
    const body = { elementType: 'dialogue', elementId: 77, newVersionData: {} };
    expect((await service.client.post('/sequence/version', body)).body).toEqual({ versionNumber: 7 });
  });
});
