import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { databases } from './databases.ts';
import type { SequenceStandIn } from './sequence-stand-in.ts';
import { openTestService, type ServiceUnderTest, type TestService } from './test-service.ts';

/** A collection whose elements the sequence service numbers. */
interface Collection {
  path: string;
  /** The field of an element's id. */
  id: string;
  /** What creates an element. */
  body: object;
  /** What changes one. */
  change: object;
}

type Play = SequenceStandIn['play'];

const down: Play = (_asked, _answer, response) => response.destroy();
const answering =
  (status: number, text: string): Play =>
  (_asked, _answer, response) =>
    response.writeHead(status).end(text);

const faults: [string, Play, number, string, string][] = [
  ['hangs up', down, 503, 'peer_unavailable', 'cannot be reached'],
  ['fails', answering(500, '{"message":"x"}'), 503, 'peer_unavailable', 'it answered 500'],
  ['answers with HTML', answering(201, '<html>'), 502, 'peer_answer', 'no JSON'],
  ['answers with nothing', answering(201, ''), 502, 'peer_answer', 'no JSON'],
  ['answers without a number', answering(201, '{"sequenceNumber":"1"}'), 502, 'peer_answer', 'without a number'],
  ['answers with number 0', answering(201, '{"sequenceNumber":0}'), 502, 'peer_answer', 'without a number'],
  ['refuses', answering(400, '{"message":"secret"}'), 502, 'peer_answer', 'answered 400'],
];

/**
 * Tests, on both databases, of a service whose sequence service is slow, down, answers rubbish, or is not there: how it
 * fails is tried on the first collection, how one does without it on all.
 */
export function testPeerFaults(underTest: ServiceUnderTest, first: Collection, ...others: readonly Collection[]): void {
  databases('the sequence service', (database) => {
    let service: TestService;
    const create = ({ path, body } = first) => service.client.post(path, body);
    const total = async () => Number((await service.client.get(first.path)).headers['x-total-count']);

    beforeAll(async () => {
      service = await openTestService(underTest, database);
    });
    beforeEach(async () => {
      service.sequence.play = undefined;
      // Whatever failed in an earlier test: fewer times than end the trust in the sequence service, and forgotten now.
      expect((await create()).status).toBe(201);
    });
    afterAll(() => service.close());

    test.each(faults)('%s: nothing is made, and the reason is said', async (_, play, status, errorCode, words) => {
      const before = await total();
      service.sequence.play = play;
      const answer = await create();
      expect(answer).toMatchObject({ status, body: { errorCode, message: expect.stringContaining(words) } });
      expect(answer.body.message).toContain('central-sequence-service');
      expect(answer.body.message).not.toContain('secret');
      expect(await total()).toBe(before);
    });

    test('does not answer: nothing is made, and after a time the reason is said', async () => {
      const before = await total();
      await service.restart({ peerTimeoutMs: 50 });
      service.sequence.play = () => undefined;
      const message = 'central-sequence-service cannot be reached (no answer in 50 ms).';
      expect(await create()).toMatchObject({ status: 503, body: { errorCode: 'peer_unavailable', message } });
      await service.restart();
      service.sequence.play = undefined;
      expect(await total()).toBe(before);
    });

    test('is back: the same call succeeds, and its number leaves no gap', async () => {
      service.sequence.play = down;
      expect((await create()).status).toBe(503);
      service.sequence.play = undefined;
      expect((await create()).body.sequenceNumber).toBe(await total());
    });

    test('loses an answer: the call is repeated, and one element is made', async () => {
      const [before, asked] = [await total(), service.sequence.asked.length];
      service.sequence.play = (_asked, answer, response) => {
        if (service.sequence.asked.length > asked + 1) return answer();
        // It has given the number, and nobody hears of it.
        response.writeHead = () => response;
        response.end = () => response.destroy();
        answer();
      };
      const made = await create();
      expect([made.status, made.body.sequenceNumber]).toEqual([201, before + 1]);
      expect(service.sequence.asked).toHaveLength(asked + 2);
      service.sequence.play = undefined;
      expect(await total()).toBe(before + 1);
    });

    test.each([first, ...others])(
      'is away: $path is read, changed and deleted, with copies, and says so',
      async (collection) => {
        const { path, id, change } = collection;
        const { body: made } = await create(collection);
        const place = `${path}/${made[id]}`;
        const { body: before } = await service.client.get(place);
        service.sequence.play = down;
        const copies = expect.objectContaining({ 'x-sequence-numbers': 'copies' });
        const list = await service.client.get(`${path}?limit=1000`);
        expect(list).toMatchObject({ status: 200, headers: copies });
        expect(list.body).toContainEqual(before);
        expect(await service.client.get(place)).toMatchObject({ status: 200, headers: copies, body: before });
        expect(await service.client.put(place, change)).toMatchObject({ status: 200, headers: copies });
        expect((await service.client.delete(place)).status).toBe(204);
      },
    );

    test.each([first, ...others])('is none: numbers of $path are given here', async (collection) => {
      const { body: made } = await create(collection);
      const asked = service.sequence.asked.length;
      await service.restart({ withoutSequence: true });
      expect((await create(collection)).body.sequenceNumber).toBe(made.sequenceNumber + 1);
      const { headers } = await service.client.get(collection.path);
      expect(headers).not.toHaveProperty('x-sequence-numbers');
      expect(service.sequence.asked).toHaveLength(asked);
      await service.restart();
    });
  });
}
