import { databases } from '@fountainai/service-kit/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { kinds, type Row } from './kinds.ts';
import { openService, type TestService } from './open-service.ts';

type Play = TestService['sequence']['play'];

const character = { name: 'Juliet', description: '' };

const silent: Play = () => undefined;
const down: Play = (_asked, _answer, response) => response.destroy();
const answering =
  (status: number, text: string): Play =>
  (_asked, _answer, response) =>
    response.writeHead(status).end(text);

databases('the sequence service', (database) => {
  let service: TestService;
  beforeAll(async () => {
    service = await openService(database, { PEER_TIMEOUT_MS: '150' });
    await service.client.post('/characters', character);
  });
  /** Whatever failed in an earlier test: the sequence service may be asked again, and answers. */
  beforeEach(async () => {
    service.sequence.play = undefined;
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 6000 });
    await service.client.get('/characters');
  });
  afterAll(async () => {
    vi.useRealTimers();
    await service.close();
  });

  const total = async (path: string) => Number((await service.client.get(path)).headers['x-total-count']);

  test.each<[string, Play, number, string, string]>([
    ['does not answer', silent, 503, 'peer_unavailable', 'no answer in 150 ms'],
    ['hangs up', down, 503, 'peer_unavailable', 'cannot be reached'],
    ['fails', answering(500, '{"message":"x"}'), 503, 'peer_unavailable', 'it answered 500'],
    ['answers with HTML', answering(201, '<html>'), 502, 'peer_answer', 'no JSON'],
    ['answers with nothing', answering(201, ''), 502, 'peer_answer', 'no JSON'],
    ['answers without a number', answering(201, '{"sequenceNumber":"1"}'), 502, 'peer_answer', 'without a number'],
    ['answers with number 0', answering(201, '{"sequenceNumber":0}'), 502, 'peer_answer', 'without a number'],
    ['refuses', answering(400, '{"message":"secret"}'), 502, 'peer_answer', 'answered 400'],
  ])('%s: no element is made, and the reason is said', async (_, play, status, errorCode, words) => {
    const before = await total('/characters');
    service.sequence.play = play;
    const answer = await service.client.post('/characters', character);
    expect(answer).toMatchObject({ status, body: { errorCode, message: expect.stringContaining(words) } });
    expect(answer.body.message).toContain('central-sequence-service');
    expect(answer.body.message).not.toContain('secret');
    expect(await total('/characters')).toBe(before);
  });

  test('is back: the same call makes the element, whose number leaves no gap', async () => {
    service.sequence.play = down;
    expect((await service.client.post('/characters', character)).status).toBe(503);
    service.sequence.play = undefined;
    const { body } = await service.client.post('/characters', character);
    expect(body.sequenceNumber).toBe(await total('/characters'));
  });

  test('loses an answer: the call is repeated, and one element is made', async () => {
    const [before, asked] = [await total('/actions'), service.sequence.asked.length];
    service.sequence.play = (_asked, answer, response) => {
      if (service.sequence.asked.length > asked + 1) return answer();
      // It has given the number, and nobody hears of it.
      response.writeHead = () => response;
      response.end = () => response.destroy();
      answer();
    };
    const { status, body } = await service.client.post('/actions', { description: 'x' });
    expect([status, body.sequenceNumber]).toEqual([201, before + 1]);
    expect(service.sequence.asked).toHaveLength(asked + 2);
    service.sequence.play = undefined;
    expect(await total('/actions')).toBe(before + 1);
  });

  describe.each(kinds)('$path', ({ path, body, id, text }) => {
    test('can be read, changed and deleted while it is away: copies, and it is said', async () => {
      const made = (await service.client.post(path, body('x'))).body as Row;
      service.sequence.play = down;
      const copies = expect.objectContaining({ 'x-sequence-numbers': 'copies' });
      const list = await service.client.get(`${path}?limit=1000`);
      expect(list).toMatchObject({ status: 200, headers: copies });
      expect(list.body).toContainEqual(made);
      const place = `${path}/${made[id]}`;
      expect(await service.client.get(place)).toMatchObject({ status: 200, headers: copies, body: made });
      expect(await service.client.put(place, { [text]: 'y' })).toMatchObject({ status: 200, body: { [text]: 'y' } });
      expect((await service.client.delete(place)).status).toBe(204);
    });

    test('get numbers here where there is none', async () => {
      const made = (await service.client.post(path, body('x'))).body as Row;
      const asked = service.sequence.asked.length;
      await service.restart({ withoutSequence: true });
      const next = (await service.client.post(path, body('y'))).body;
      expect(next.sequenceNumber).toBe(made.sequenceNumber + 1);
      const { headers } = await service.client.get(path);
      expect(headers).not.toHaveProperty('x-sequence-numbers');
      expect(service.sequence.asked).toHaveLength(asked);
      await service.client.delete(`${path}/${next[id]}`);
      await service.restart();
    });
  });
});
