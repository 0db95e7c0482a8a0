import { badIds, badPages, databases, oddText } from '@fountainai/service-kit/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openService, type TestService } from './open-service.ts';

const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
/** Of nothing that is anywhere. */
const unknown = 9007199254740991;

databases('sessions', (database) => {
  let service: TestService;
  beforeAll(async () => {
    service = await openService(database);
  });
  afterAll(() => service.close());

  const create = async (body: object = {}) => (await service.client.post('/sessions', { userId: 1, ...body })).body;
  const read = async (sessionId: number) => (await service.client.get(`/sessions/${sessionId}`)).body;
  const list = (query: string) => service.client.get(`/sessions?${query}`);
  const idsOf = async (query: string) =>
    (await list(query)).body.map(({ sessionId }: { sessionId: number }) => sessionId);

  test('are created with the number that the sequence service gives, and read back', async () => {
    const wanted = { userId: 123, context: 'Juliet waits.', characterId: 1, data: { mood: 'longing', location: '' } };
    const { status, body } = await service.client.post('/sessions', { ...wanted, sessionId: 77, mood: 'ignored' });
    const expected = { sessionId: 1, ...wanted, sequenceNumber: 1, createdAt: time, updatedAt: time };
    expect({ status, body }).toEqual({ status: 201, body: expected });
    expect(service.sequence.asked.at(-1)).toMatchObject({
      path: '/sequence',
      body: { elementType: 'session', elementId: 1 },
    });
    expect(await read(1)).toEqual(body);
    expect((await service.client.get('/sessions')).body).toEqual([body]);
    const { context, data } = wanted;
    expect((await service.client.get('/sessions/1/context')).body).toEqual({ sessionId: 1, context, data });
  });

  test('need no more than a user; what was not given is absent, what was given empty is empty', async () => {
    const bare = await create({ userId: unknown });
    const { sessionId, sequenceNumber } = bare;
    expect(bare).toEqual({ sessionId, userId: unknown, sequenceNumber, createdAt: time, updatedAt: time });
    expect((await service.client.get(`/sessions/${sessionId}/context`)).body).toEqual({ sessionId });
    const empty = await create({ context: '', data: {} });
    expect(await read(empty.sessionId)).toMatchObject({ context: '', data: {} });
  });

  test('a change keeps what is not sent, replaces data as a whole, and never the user', async () => {
    const made = await create({ context: 'a', data: { mood: 'longing', location: 'balcony' }, scriptId: 3 });
    const place = `/sessions/${made.sessionId}`;
    const { body } = await service.client.put(place, { data: { mood: 'curious' }, userId: 99, sequenceNumber: 99 });
    expect(body).toEqual({ ...made, data: { mood: 'curious' }, updatedAt: time });
    expect(body.updatedAt >= made.updatedAt).toBe(true);
    expect((await service.client.put(place, { context: '' })).body).toMatchObject({ context: '', scriptId: 3 });
    const { body: same } = await service.client.put(place, {});
    expect(same).toEqual({ ...body, context: '', updatedAt: time });
    expect(await read(made.sessionId)).toEqual(same);
  });

  test('link to what other services keep, unchecked; null removes a link, and data', async () => {
    const links = { characterId: unknown, scriptId: unknown - 1, headingId: unknown - 2 };
    const { sessionId, ...made } = await create({ ...links, data: { mood: 'x' } });
    expect(made).toMatchObject(links);
    const removed = { characterId: null, headingId: null, data: null };
    const { body } = await service.client.put(`/sessions/${sessionId}`, { ...removed, scriptId: 5 });
    expect(body).toMatchObject({ sessionId, scriptId: 5 });
    for (const field of Object.keys(removed)) expect(body).not.toHaveProperty(field);
  });

  test('are deleted, and nobody else is asked; ids and numbers are not given again', async () => {
    const made = await create({ context: 'x' });
    const asked = service.sequence.asked.length;
    const place = `/sessions/${made.sessionId}`;
    expect(await service.client.delete(place)).toMatchObject({ status: 204, body: '' });
    expect(service.sequence.asked).toHaveLength(asked);
    for (const gone of [place, `${place}/context`, `${place}/context/history`]) {
      expect((await service.client.get(gone)).status).toBe(404);
    }
    const next = { sessionId: made.sessionId + 1, sequenceNumber: made.sequenceNumber + 1 };
    expect(await create()).toMatchObject(next);
  });

  test('are found by user, character, script and section, alone and together', async () => {
    const [a, b, c] = [
      await create({ userId: 500, characterId: 501, scriptId: 502 }),
      await create({ userId: 500, characterId: 501, headingId: 503 }),
      await create({ userId: 504, scriptId: 502, headingId: 503 }),
    ].map(({ sessionId }) => sessionId);
    expect(await idsOf('userId=500')).toEqual([a, b]);
    expect(await idsOf('characterId=501')).toEqual([a, b]);
    expect(await idsOf('scriptId=502')).toEqual([a, c]);
    expect(await idsOf('headingId=503')).toEqual([b, c]);
    expect(await idsOf('userId=500&characterId=501&scriptId=502')).toEqual([a]);
    expect(await idsOf('userId=504&characterId=501')).toEqual([]);
    expect((await list('userId=500&limit=1')).headers['x-total-count']).toBe('2');
  });

  test('come in pages, and show the number and order of now when somebody moved them', async () => {
    const ids: number[] = [];
    for (const _ of [1, 2, 3, 4]) ids.push((await create({ userId: 600 })).sessionId);
    const page = await list('userId=600&limit=2&offset=1');
    expect(page.body.map(({ sessionId }: { sessionId: number }) => sessionId)).toEqual(ids.slice(1, 3));
    expect(page.headers['x-total-count']).toBe('4');
    expect(await idsOf('userId=600&offset=9007199254740991')).toEqual([]);
    service.sequence.numbers.set(`session ${ids[1]}`, 7000);
    expect(await idsOf('userId=600')).toEqual([ids[0], ids[2], ids[3], ids[1]]);
    expect((await read(ids[1] ?? 0)).sequenceNumber).toBe(7000);
    expect((await service.client.put(`/sessions/${ids[1]}`, {})).body.sequenceNumber).toBe(7000);
  });

  test('many are read in one call by their ids, the oldest first; what is not there is left out', async () => {
    const [a, b] = [await create({ context: 'a' }), await create({ data: { mood: 'b' } })];
    const asked = service.sequence.asked.length;
    const sessionIds = [b.sessionId, unknown, a.sessionId, b.sessionId];
    const { body, headers } = await service.client.post('/sessions/lookup', { sessionIds });
    expect(body).toEqual({ sessions: [a, b] });
    expect(headers).not.toHaveProperty('x-sequence-numbers');
    expect(service.sequence.asked).toHaveLength(asked + 1);
    expect((await service.client.post('/sessions/lookup', { sessionIds: [] })).body).toEqual({ sessions: [] });
    for (const bad of [{}, { sessionIds: '1' }, { sessionIds: [0] }, { sessionIds: Array(20_001).fill(1) }]) {
      expect((await service.client.post('/sessions/lookup', bad)).status).toBe(400);
    }
  });

  test('a hundred created at once: every id and number once', async () => {
    const before = await create();
    const made = await Promise.all(Array.from({ length: 100 }, (_, index) => create({ userId: index + 1000 })));
    for (const field of ['sessionId', 'sequenceNumber']) {
      const given = made.map((one) => one[field]).sort((a, b) => a - b);
      expect(given).toEqual(given.map((_, index) => before[field] + index + 1));
    }
    for (const session of made.slice(0, 5))
      expect(await idsOf(`userId=${session.userId}`)).toEqual([session.sessionId]);
  });

  test('emoji, right-to-left text and odd spaces are kept byte for byte, in names of values too', async () => {
    const { sessionId } = await create({ context: oddText, data: { [oddText]: oddText, '': '', constructor: 'x' } });
    const { body } = await service.client.get(`/sessions/${sessionId}/context`);
    expect(body).toEqual({ sessionId, context: oddText, data: { [oddText]: oddText, '': '', constructor: 'x' } });
    expect((await service.client.put(`/sessions/${sessionId}`, { context: oddText + oddText })).body.context).toBe(
      oddText + oddText,
    );
  });

  test('contexts of 10,000 characters fit, however many bytes they have', async () => {
    const text = '👑'.repeat(10_000);
    const { sessionId } = await create({ context: text, data: { x: text.slice(2) } });
    expect(await read(sessionId)).toMatchObject({ context: text, data: { x: text.slice(2) } });
    const longer = await service.client.put(`/sessions/${sessionId}`, { context: `${text}a` });
    expect(longer.body.details).toEqual(['body/context must NOT have more than 10000 characters']);
    for (const data of [{ x: text }, { [text]: 'x' }, { a: text.slice(10_000), b: text.slice(10_000) }]) {
      const { status, body } = await service.client.put(`/sessions/${sessionId}`, { data });
      expect(status).toBe(400);
      expect(body.details).toEqual(['body/data must NOT have more than 10000 characters in all']);
    }
  });

  test.each([
    [{}],
    [{ userId: 0 }],
    [{ userId: -1 }],
    [{ userId: 1.5 }],
    [{ userId: '1' }],
    [{ userId: null }],
    ['{"userId":9007199254740992}'],
    [{ userId: 1, context: 1 }],
    [{ userId: 1, context: null }],
    [{ userId: 1, context: 'x'.repeat(10_001) }],
    [{ userId: 1, data: 'x' }],
    [{ userId: 1, data: ['x'] }],
    [{ userId: 1, data: null }],
    [{ userId: 1, data: { mood: 1 } }],
    [{ userId: 1, data: { mood: { deep: 'x' } } }],
    [{ userId: 1, data: { mood: 'x'.repeat(10_000) } }],
    [{ userId: 1, characterId: null }],
    [{ userId: 1, scriptId: 0 }],
    [{ userId: 1, headingId: '1' }],
    ['{"userId":'],
    ['[]'],
    ['null'],
    ['{"userId":1,"context":"\\u0000"}'],
    ['{"userId":1,"data":{"\\ud83d":"x"}}'],
    ['{"userId":1,"data":{"__proto__":"x"}}'],
  ])('%.60j makes no session, and nobody is asked for a number', async (body) => {
    const asked = service.sequence.asked.length;
    const { status, body: answer } = await service.client.post('/sessions', body);
    expect(status).toBe(400);
    expect(answer).toMatchObject({ message: expect.any(String), errorCode: 'invalid_request' });
    expect(service.sequence.asked).toHaveLength(asked);
  });

  test.each(badIds)('there is no session id %s', async (id) => {
    const place = `/sessions/${id}`;
    for (const read of [place, `${place}/context`, `${place}/context/history`]) {
      expect((await service.client.get(read)).status).toBe(400);
    }
    expect((await service.client.put(place, {})).status).toBe(400);
    expect((await service.client.delete(place)).status).toBe(400);
  });

  test.each([...badPages, 'userId=0', 'characterId=x', 'scriptId='])('a list with %s is refused', async (query) => {
    expect((await list(query)).status).toBe(400);
  });

  test('a restart keeps everything, and counts on', async () => {
    const last = await create({ context: '🎭 روميو', data: { mood: '👑' } });
    const before = (await list('limit=1000')).body;
    await service.restart();
    expect((await list('limit=1000')).body).toEqual(before);
    expect((await service.client.get(`/sessions/${last.sessionId}/context/history`)).body).toHaveLength(1);
    expect((await create()).sessionId).toBe(last.sessionId + 1);
  });
});
