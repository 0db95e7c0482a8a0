import { badIds, badPages, databases, oddText } from '@fountainai/service-kit/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { kinds, type Row, time } from './kinds.ts';
import { openService, type TestService } from './open-service.ts';

databases('characters, actions and spoken words', (database) => {
  let service: TestService;
  beforeAll(async () => {
    service = await openService(database);
  });
  afterEach(() => {
    service.sequence.play = undefined;
  });
  afterAll(() => service.close());

  describe.each(kinds)('$path', ({ type, path, id, text, body: bodyOf }) => {
    const create = async (words: string): Promise<Row> => (await service.client.post(path, bodyOf(words))).body;
    const total = async () => Number((await service.client.get(`${path}?limit=1`)).headers['x-total-count']);
    /** The newest `count`. */
    const last = async (count: number): Promise<Row[]> =>
      (await service.client.get(`${path}?offset=${(await total()) - count}`)).body;

    test('are created with the number that the sequence service gives, and read back', async () => {
      const { status, body } = await service.client.post(path, { ...bodyOf('x'), mood: 'ignored', [id]: 77 });
      const expected = { [id]: 1, ...bodyOf('x'), sequenceNumber: 1, createdAt: time, updatedAt: time };
      expect({ status, body }).toEqual({ status: 201, body: expected });
      expect(service.sequence.asked.at(-1)).toMatchObject({
        path: '/sequence',
        body: { elementType: type, elementId: 1 },
      });
      expect((await service.client.get(`${path}/1`)).body).toEqual(body);
      expect((await service.client.get(path)).body).toEqual([body]);
    });

    test('a change keeps what is not sent; an empty text is a value', async () => {
      const made = await create('Long.');
      const { body } = await service.client.put(`${path}/${made[id]}`, { [text]: '', sequenceNumber: 99 });
      expect(body).toEqual({ ...made, [text]: '', updatedAt: time });
      expect(body.updatedAt >= made.updatedAt).toBe(true);
      const { body: again } = await service.client.put(`${path}/${made[id]}`, {});
      expect({ ...again, updatedAt: time }).toEqual({ ...body, updatedAt: time });
      expect((await service.client.get(`${path}/${made[id]}`)).body).toEqual(again);
    });

    test('are deleted with their paraphrases; their ids and numbers are not given again', async () => {
      const made = await create('x');
      const paraphrases = `${path}/${made[id]}/paraphrases`;
      const paraphrase = { originalId: made[id], text: 'x', commentary: 'y' };
      expect((await service.client.post(paraphrases, paraphrase)).status).toBe(201);
      expect(await service.client.delete(`${path}/${made[id]}`)).toMatchObject({ status: 204, body: '' });
      expect((await service.client.delete(`${path}/${made[id]}`)).status).toBe(404);
      expect((await service.client.get(`${path}/${made[id]}`)).status).toBe(404);
      expect((await service.client.get(paraphrases)).status).toBe(404);
      const next = await create('y');
      expect(next).toMatchObject({ [id]: made[id] + 1, sequenceNumber: made.sequenceNumber + 1 });
      expect((await service.client.get(`${path}/${next[id]}/paraphrases`)).body).toEqual([]);
    });

    test('a hundred created at once: every id and number once', async () => {
      const before = await create('before');
      const made = await Promise.all(Array.from({ length: 100 }, (_, index) => create(`${index}`)));
      for (const field of [id, 'sequenceNumber']) {
        const expected = Array.from({ length: 100 }, (_, index) => before[field] + index + 1);
        expect(made.map((one) => one[field]).sort((a, b) => a - b)).toEqual(expected);
      }
      const kept = await last(100);
      expect(kept.map((one) => [one[id], one[text]]).sort()).toEqual(made.map((one) => [one[id], one[text]]).sort());
    });

    test('come in pages, and how many there are in all', async () => {
      const { body, headers } = await service.client.get(`${path}?limit=1000`);
      expect(headers['x-total-count']).toBe(String(body.length));
      const ids = body.map((one: Row) => one[id]).sort((a: number, b: number) => a - b);
      const page = await service.client.get(`${path}?limit=2&offset=1`);
      expect(page.body.map((one: Row) => one[id])).toEqual(ids.slice(1, 3));
      expect(page.headers['x-total-count']).toBe(String(body.length));
      expect((await service.client.get(`${path}?offset=9007199254740991`)).body).toEqual([]);
    });

    test('show the number of now, and are in its order, when somebody reordered them at the sequence service', async () => {
      const [a, b] = [await create('a'), await create('b')];
      const numbers = service.sequence.numbers;
      numbers.set(`${type} ${a[id]}`, b.sequenceNumber).set(`${type} ${b[id]}`, a.sequenceNumber);
      const asked = service.sequence.asked.length;
      expect((await last(2)).map((one) => [one[text], one.sequenceNumber])).toEqual([
        ['b', a.sequenceNumber],
        ['a', b.sequenceNumber],
      ]);
      expect(service.sequence.asked.length - asked).toBe(2);
      expect((await service.client.get(`${path}/${a[id]}`)).body.sequenceNumber).toBe(b.sequenceNumber);
      expect((await service.client.put(`${path}/${a[id]}`, {})).body.sequenceNumber).toBe(b.sequenceNumber);
    });

    test('emoji, right-to-left text and odd spaces are kept byte for byte', async () => {
      const made = await create(oddText);
      expect(made[text]).toBe(oddText);
      expect((await last(1))[0]?.[text]).toBe(oddText);
      const twice = oddText + oddText;
      expect((await service.client.put(`${path}/${made[id]}`, { [text]: twice })).body[text]).toBe(twice);
      expect((await service.client.get(`${path}/${made[id]}`)).body[text]).toBe(twice);
    });

    test('texts of 10,000 characters fit, however many bytes they have', async () => {
      const words = '👑'.repeat(10_000);
      const made = await create(words);
      expect((await service.client.get(`${path}/${made[id]}`)).body[text]).toBe(words);
      const { status, body } = await service.client.put(`${path}/${made[id]}`, { [text]: `${words}a` });
      expect(status).toBe(400);
      expect(body.details).toEqual([`body/${text} must NOT have more than 10000 characters`]);
    });

    test.each([
      ['nothing', () => ({})],
      ['a number for a text', () => bodyOf(1 as never)],
      ['null for a text', () => bodyOf(null as never)],
      ['a list for a text', () => bodyOf(['x'] as never)],
      ['a text that is too long', () => bodyOf('x'.repeat(10_001))],
      ['a NUL', () => bodyOf('\0')],
      ['half a surrogate pair', () => `${JSON.stringify(bodyOf('?')).replace('?', '\\ud83d')}`],
      ['half a body', () => '{"description":'],
      ['a list', () => '[]'],
      ['null', () => 'null'],
    ])('%s makes none, and nobody is asked for a number', async (_, body) => {
      const [before, asked] = [await total(), service.sequence.asked.length];
      const { status, body: answer } = await service.client.post(path, body());
      expect(status).toBe(400);
      expect(answer).toMatchObject({ message: expect.any(String), errorCode: 'invalid_request' });
      expect(service.sequence.asked.slice(asked).map((one) => one.path)).not.toContain('/sequence');
      expect(await total()).toBe(before);
    });

    test.each([1, null, ['x'], 'x'.repeat(10_001), '\0'])('%.20j for a text changes nothing', async (words) => {
      const made = await create('x');
      expect((await service.client.put(`${path}/${made[id]}`, { [text]: words })).status).toBe(400);
      expect((await service.client.put(`${path}/${made[id]}`, '{"text":')).status).toBe(400);
      expect((await service.client.get(`${path}/${made[id]}`)).body).toEqual(made);
    });

    test.each(badIds)('there is no id %s', async (bad) => {
      for (const place of [`${path}/${bad}`, `${path}/${bad}/paraphrases/1`, `${path}/1/paraphrases/${bad}`]) {
        expect((await service.client.get(place)).status).toBe(400);
        expect((await service.client.put(place, {})).status).toBe(400);
        expect((await service.client.delete(place)).status).toBe(400);
      }
      expect((await service.client.get(`${path}/${bad}/paraphrases`)).status).toBe(400);
    });

    const badFilters = [
      'scriptId=0',
      'headingId=-1',
      'scriptId=9007199254740992',
      'ids=',
      'ids=0',
      'ids=1,,2',
      'ids=1;2',
    ];
    // These lists have larger pages than others.
    const badLists = [...badPages.filter((page) => page !== 'limit=1001'), 'limit=20001', ...badFilters];
    test.each(badLists)('a list with %s is refused', async (query) => {
      expect((await service.client.get(`${path}?${query}`)).status).toBe(400);
    });

    test('what is not there is neither read nor changed nor deleted', async () => {
      const place = `${path}/9007199254740991`;
      for (const answer of [
        await service.client.get(place),
        await service.client.put(place, bodyOf('x')),
        await service.client.delete(place),
      ]) {
        expect(answer).toMatchObject({
          status: 404,
          body: { errorCode: 'not_found', message: expect.stringContaining('9007199254740991') },
        });
      }
    });
  });

  test('a character has a name', async () => {
    for (const name of ['', 7, null, 'x'.repeat(10_001), undefined]) {
      expect((await service.client.post('/characters', { name, description: 'x' })).status).toBe(400);
      if (name !== undefined) expect((await service.client.put('/characters/1', { name })).status).toBe(400);
    }
    const { body } = await service.client.put('/characters/1', { name: '🌹 جولييت' });
    expect(body).toMatchObject({ name: '🌹 جولييت', description: 'x' });
  });

  test('a restart keeps everything, and counts on', async () => {
    const pages = () =>
      Promise.all(kinds.map(async ({ path }) => (await service.client.get(`${path}?limit=1000`)).body));
    const before = await pages();
    await service.restart();
    expect(await pages()).toEqual(before);
    for (const [index, { path, body, id }] of kinds.entries()) {
      const highest = Math.max(...(before[index] as Row[]).map((one) => one[id]));
      expect((await service.client.post(path, body('x'))).body[id]).toBe(highest + 1);
    }
  });
});
