import { databases } from '@fountainai/service-kit/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openService, type TestService } from './open-service.ts';

const places = (...elements: [number, number][]) => ({
  elements: elements.map(([headingId, newSequence]) => ({ headingId, newSequence })),
});

databases('reorder', (database) => {
  let service: TestService;

  /** Sections 1 to 3 of script 1, section 4 of script 2. */
  const open = async (withoutSequence: boolean) => {
    service = await openService(database, withoutSequence ? { CENTRAL_SEQUENCE_URL: '' } : {});
    for (const title of ['Romeo and Juliet', 'Hamlet']) await service.client.post('/scripts', { title });
    for (const title of ['a', 'b', 'c']) await service.client.post('/scripts/1/sections', { title });
    await service.client.post('/scripts/2/sections', { title: 'of Hamlet' });
  };

  const reorder = (body: unknown, scriptId = 1) => service.client.post(`/scripts/${scriptId}/sections/reorder`, body);
  const order = async (scriptId = 1) =>
    (await service.client.get(`/scripts/${scriptId}/sections`)).body.map(
      ({ headingId, sequenceNumber }: Record<string, number>) => [headingId, sequenceNumber],
    );
  const asUsual = [
    [1, 1],
    [2, 2],
    [3, 3],
  ];

  describe.each([
    ['with the sequence service', false],
    ['without', true],
  ])('%s', (_, withoutSequence) => {
    beforeAll(() => open(withoutSequence));
    beforeEach(async () => void (await reorder(places([1, 1], [2, 2], [3, 3]))));
    afterAll(() => service.close());

    test('two change places, the third keeps its own', async () => {
      const { status, body } = await reorder(places([1, 2], [2, 1]));
      expect({ status, body }).toEqual({ status: 200, body: { message: 'Reorder successful.' } });
      const expected = [
        [2, 1],
        [1, 2],
        [3, 3],
      ];
      expect(await order()).toEqual(expected);
      expect(await order(2)).toEqual([[4, 4]]);
      await service.restart({ withoutSequence });
      expect(await order()).toEqual(expected);
    });

    test.each([
      ['an unknown section', places([1, 2], [99, 1]), 404, ['section 99']],
      ['a section of another script', places([1, 2], [4, 1]), 404, ['section 4']],
      ['the same section twice', places([1, 2], [1, 3]), 400, ['headingId 1']],
      ['the same place twice', places([1, 2], [2, 2]), 400, ['newSequence 2']],
      ['no section', places(), 400, undefined],
      ['place 0', places([1, 0]), 400, undefined],
      ['a place behind which there are too few', places([1, 1_000_000_001]), 400, undefined],
      ['a huge place', places([1, 2 ** 53]), 400, undefined],
      ['half a place', { elements: [{ headingId: 1 }] }, 400, undefined],
      ['no list', { elements: 'all' }, 400, undefined],
      ['half a body', '{"elements":[{', 400, undefined],
      ['an id that is a text', { elements: [{ headingId: '1', newSequence: 2 }] }, 400, undefined],
      ['a negative id', places([-1, 2]), 400, undefined],
      ['more than 1,000', { elements: Array(1001).fill({ headingId: 1, newSequence: 1 }) }, 400, undefined],
    ])('%s: refused before anybody is asked, and nothing moves', async (_, body, status, details) => {
      const asked = service.sequence.asked.length;
      const answer = await reorder(body);
      expect(answer.status).toBe(status);
      if (details) expect(answer.body.details).toEqual(details);
      expect(service.sequence.asked).toHaveLength(asked);
      expect(await order()).toEqual(asUsual);
    });

    test('an unknown script', async () => {
      expect((await reorder(places([1, 2]), 9)).status).toBe(404);
      expect((await reorder(places([1, 2]), 0)).status).toBe(400);
    });

    test('a hundred at once: one of them holds, whole, here and there', async () => {
      const orders = Array.from({ length: 100 }, (_, index) =>
        index % 2 ? places([1, 1], [2, 2], [3, 3]) : places([1, 3], [2, 2], [3, 1]),
      );
      await Promise.all(orders.map((body) => reorder(body)));
      const now = await order();
      expect([
        [1, 2, 3],
        [3, 2, 1],
      ]).toContainEqual(now.map(([id]: number[]) => id));
      await service.restart({ withoutSequence: true });
      expect(await order()).toEqual(now);
      await service.restart({ withoutSequence });
    });

    test('who is moved beyond the end is not run into by a new section without the sequence service', async () => {
      await reorder(places([3, 40]));
      await service.restart({ withoutSequence: true });
      expect((await service.client.post('/scripts/2/sections', { title: 'd' })).body.sequenceNumber).toBe(41);
    });
  });

  describe('the sequence service', () => {
    beforeAll(() => open(false));
    beforeEach(async () => void (await reorder(places([1, 1], [2, 2], [3, 3]))));
    afterAll(() => service.close());

    test('is told first, as one call', async () => {
      await reorder(places([1, 2], [2, 1]));
      expect(service.sequence.asked.at(-1)).toMatchObject({
        path: '/sequence/reorder',
        body: {
          elementType: 'section',
          elements: [
            { elementId: 1, newSequence: 2 },
            { elementId: 2, newSequence: 1 },
          ],
        },
      });
    });

    test('is away: 503, nothing moves; it is back: the same call moves', async () => {
      service.sequence.play = (_asked, _answer, response) => response.destroy();
      const { status, body } = await reorder(places([1, 2], [2, 1]));
      expect({ status, body }).toMatchObject({ status: 503, body: { errorCode: 'peer_unavailable' } });
      service.sequence.play = undefined;
      await service.restart();
      expect(await order()).toEqual(asUsual);
      expect((await reorder(places([1, 2], [2, 1]))).status).toBe(200);
    });

    test('moves them, and does not answer in time: 503, the new order is shown, and the same call ends it', async () => {
      await service.restart({ peerTimeoutMs: 50 });
      service.sequence.play = (asked, answer, response) => {
        if (asked.path !== '/sequence/reorder') return answer();
        response.writeHead = () => response;
        response.end = () => response;
        answer();
      };
      const moved = [
        [2, 1],
        [1, 2],
        [3, 3],
      ];
      const { status, body } = await reorder(places([1, 2], [2, 1]));
      expect({ status, body }).toMatchObject({ status: 503, body: { errorCode: 'peer_unavailable' } });
      service.sequence.play = undefined;
      await service.restart();
      expect(await order()).toEqual(moved);
      expect((await reorder(places([1, 2], [2, 1]))).status).toBe(200);
      await service.restart({ withoutSequence: true });
      expect(await order()).toEqual(moved);
      await service.restart();
    });

    test('answers rubbish: 502, nothing moves', async () => {
      service.sequence.play = (_asked, _answer, response) => response.end('<html>');
      expect(await reorder(places([1, 2], [2, 1]))).toMatchObject({ status: 502, body: { errorCode: 'peer_answer' } });
      service.sequence.play = undefined;
      await service.restart({ withoutSequence: true });
      expect(await order()).toEqual(asUsual);
      await service.restart();
    });

    test('does not know sections from a time without it: they are made known, and moved', async () => {
      await service.restart({ withoutSequence: true });
      await service.client.post('/scripts/1/sections', { title: 'd' });
      await service.restart();
      expect((await reorder(places([5, 1], [1, 5]))).status).toBe(200);
      expect(await order()).toEqual([
        [5, 1],
        [2, 2],
        [3, 3],
        [1, 5],
      ]);
    });
  });
});
