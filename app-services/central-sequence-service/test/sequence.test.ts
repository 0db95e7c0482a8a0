import { badIds, badPages, databases } from '@fountainai/service-kit/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openService, type TestService } from './open-service.ts';

databases('sequence numbers', (database) => {
  let service: TestService;
  beforeAll(async () => {
    service = await openService(database);
  });
  afterAll(() => service.close());

  const generate = async (elementType: string, elementId: number) =>
    (await service.client.post('/sequence', { elementType, elementId })).body.sequenceNumber;

  test('the next of each type, from 1, and the same for the same element', async () => {
    expect(await generate('script', 7)).toBe(1);
    expect(await generate('script', 3)).toBe(2);
    expect(await generate('section', 7)).toBe(1);
    expect(await generate('script', 7)).toBe(1);
    expect((await service.client.get('/sequence?elementType=script')).body).toEqual([
      { elementId: 7, sequenceNumber: 1 },
      { elementId: 3, sequenceNumber: 2 },
    ]);
  });

  test('dialogue is another word for spokenWord', async () => {
    expect(await generate('spokenWord', 1)).toBe(1);
    expect(await generate('dialogue', 1)).toBe(1);
    expect(await generate('dialogue', 2)).toBe(2);
  });

  test('a hundred at once: none lost, none twice, no gap', async () => {
    const ids = Array.from({ length: 100 }, (_, index) => index + 1);
    const numbers = await Promise.all(ids.map((id) => generate('action', id)));
    expect(numbers.sort((a, b) => a - b)).toEqual(ids);
    const again = await Promise.all(ids.map((id) => generate('action', id)));
    expect(again.sort((a, b) => a - b)).toEqual(ids);
  });

  test('one element asked for by many at once gets one number', async () => {
    const numbers = await Promise.all(Array.from({ length: 30 }, () => generate('paraphrase', 9)));
    expect(new Set(numbers)).toEqual(new Set([1]));
  });

  test.each([
    [{ elementType: 'scene', elementId: 1 }],
    [{ elementType: 'script', elementId: 0 }],
    [{ elementType: 'script', elementId: -1 }],
    [{ elementType: 'script', elementId: 1.5 }],
    [{ elementType: 'script', elementId: 2 ** 60 }],
    [{ elementType: 'script', elementId: '1' }],
    [{ elementType: 'script' }],
    [{}],
    ['{"elementType":'],
    ['null'],
  ])('%j is refused', async (body) => {
    const { status, body: answer } = await service.client.post('/sequence', body);
    expect(status).toBe(400);
    expect(answer).toMatchObject({ message: expect.any(String), errorCode: 'invalid_request' });
  });

  test('what the contract does not know is left alone', async () => {
    expect((await service.client.post('/sequence', { elementType: 'character', elementId: 1, mood: 'x' })).status).toBe(
      201,
    );
  });

  test('pages, and how many there are in all', async () => {
    const { body, headers } = await service.client.get('/sequence?elementType=action&limit=2&offset=98');
    expect(body.map(({ sequenceNumber }: { sequenceNumber: number }) => sequenceNumber)).toEqual([99, 100]);
    expect(headers['x-total-count']).toBe('100');
    expect((await service.client.get('/sequence')).status).toBe(400);
  });

  test.each(badPages)('a list with %s is refused', async (page) => {
    for (const list of ['/sequence?elementType=action', '/sequence/version?elementType=action&elementId=1']) {
      expect((await service.client.get(`${list}&${page}`)).status).toBe(400);
    }
  });

  test.each(badIds)('there is no element %s', async (id) => {
    expect((await service.client.get(`/sequence/version?elementType=action&elementId=${id}`)).status).toBe(400);
  });

  test.each([
    [{ elementType: 'action' }],
    [{ elementType: 'scene', elementIds: [1] }],
    [{ elementType: 'action', elementIds: 1 }],
    [{ elementType: 'action', elementIds: [0] }],
    [{ elementType: 'action', elementIds: ['1'] }],
    [{ elementType: 'action', elementIds: [2 ** 53] }],
    ['{"elementType":"action","elementIds":['],
  ])('%j looks nothing up', async (body) => {
    expect((await service.client.post('/sequence/lookup', body)).status).toBe(400);
  });

  test('the numbers of many in one call', async () => {
    const elementIds = Array.from({ length: 20_000 }, (_, index) => index + 1);
    const { body } = await service.client.post('/sequence/lookup', { elementType: 'action', elementIds });
    expect(body.elements).toHaveLength(100);
    const tooMany = { elementType: 'action', elementIds: [...elementIds, 20_001] };
    expect((await service.client.post('/sequence/lookup', tooMany)).status).toBe(400);
    expect((await service.client.post('/sequence/lookup', { elementType: 'action', elementIds: [] })).body).toEqual({
      elements: [],
    });
  });
});
