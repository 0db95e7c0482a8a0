import { badPages, databases } from '@fountainai/service-kit/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kinds, type Row, time } from './kinds.ts';
import { openService, type TestService } from './open-service.ts';

databases('paraphrases', (database) => {
  let service: TestService;
  beforeAll(async () => {
    service = await openService(database);
    for (const { path, body } of kinds) for (const text of ['a', 'b']) await service.client.post(path, body(text));
  });
  afterAll(() => service.close());

  describe.each(kinds)('of $path', ({ path }) => {
    const place = `${path}/1/paraphrases`;
    const texts = { text: 'In other words 🌹 بكلمات أخرى', commentary: 'Why ‏\u202E' };
    const create = async (originalId = 1): Promise<Row> =>
      (await service.client.post(`${path}/${originalId}/paraphrases`, { originalId, ...texts })).body;

    test('are created without a number, and read back byte for byte', async () => {
      const asked = service.sequence.asked.length;
      const { status, body } = await service.client.post(place, { originalId: 1, ...texts, mood: 'ignored' });
      const expected = { paraphraseId: expect.any(Number), originalId: 1, ...texts, createdAt: time, updatedAt: time };
      expect({ status, body }).toEqual({ status: 201, body: expected });
      expect((await service.client.get(`${place}/${body.paraphraseId}`)).body).toEqual(body);
      expect((await service.client.get(place)).body).toEqual([body]);
      expect((await service.client.get(`${path}/2/paraphrases`)).body).toEqual([]);
      expect(service.sequence.asked).toHaveLength(asked);
    });

    test('a change keeps what is not sent; an empty text is a value', async () => {
      const made = await create();
      const { body } = await service.client.put(`${place}/${made.paraphraseId}`, { commentary: '', originalId: 1 });
      expect(body).toEqual({ ...made, commentary: '', updatedAt: time });
      await service.client.put(`${place}/${made.paraphraseId}`, {});
      expect((await service.client.get(`${place}/${made.paraphraseId}`)).body).toMatchObject({
        ...texts,
        commentary: '',
      });
    });

    test('originalId is the id in the path', async () => {
      const { paraphraseId } = await create();
      const refused = { status: 400, body: { errorCode: 'invalid_request', details: ['body/originalId must be 1'] } };
      expect(await service.client.post(place, { originalId: 2, ...texts })).toMatchObject(refused);
      expect(await service.client.put(`${place}/${paraphraseId}`, { originalId: 2 })).toMatchObject(refused);
    });

    test('of what is not there: 404', async () => {
      const { status, body } = await service.client.post(`${path}/9/paraphrases`, { originalId: 9, ...texts });
      expect({ status, body }).toMatchObject({
        status: 404,
        body: { message: expect.stringMatching(/^There is no .* 9\.$/) },
      });
      expect((await service.client.get(`${path}/9/paraphrases`)).status).toBe(404);
    });

    test('of another original are not there', async () => {
      const { paraphraseId } = await create();
      const others = kinds.flatMap((other) => [1, 2].map((id) => `${other.path}/${id}/paraphrases/${paraphraseId}`));
      for (const other of others.filter((one) => one !== `${place}/${paraphraseId}`)) {
        expect((await service.client.get(other)).status).toBe(404);
        expect((await service.client.put(other, { text: 'y' })).status).toBe(404);
        expect((await service.client.delete(other)).status).toBe(404);
      }
      expect((await service.client.get(`${place}/${paraphraseId}`)).body).toMatchObject(texts);
    });

    test('are deleted, and their ids not given again', async () => {
      const { paraphraseId } = await create();
      expect(await service.client.delete(`${place}/${paraphraseId}`)).toMatchObject({ status: 204, body: '' });
      expect((await service.client.delete(`${place}/${paraphraseId}`)).status).toBe(404);
      expect((await service.client.get(`${path}/1`)).status).toBe(200);
      expect((await create()).paraphraseId).toBe(paraphraseId + 1);
    });

    test('a hundred created at once, and read in pages, the oldest first', async () => {
      const made = await Promise.all(Array.from({ length: 100 }, () => create(2)));
      const ids = made.map(({ paraphraseId }) => paraphraseId).sort((a, b) => a - b);
      expect(new Set(ids).size).toBe(100);
      const { body, headers } = await service.client.get(`${path}/2/paraphrases?limit=30&offset=50`);
      expect(body.map(({ paraphraseId }: Row) => paraphraseId)).toEqual(ids.slice(50, 80));
      expect(headers['x-total-count']).toBe('100');
    });

    test.each([
      [{}],
      [{ originalId: 1, text: 'x' }],
      [{ originalId: 1, commentary: 'x' }],
      [{ text: 'x', commentary: 'x' }],
      [{ originalId: '1', text: 'x', commentary: 'x' }],
      [{ originalId: 0, text: 'x', commentary: 'x' }],
      [{ originalId: 1, text: 'x'.repeat(10_001), commentary: 'x' }],
      [{ originalId: 1, text: 'x', commentary: 'x'.repeat(10_001) }],
      [{ originalId: 1, text: null, commentary: 'x' }],
    ])('%.60j makes none', async (body) => {
      const before = (await service.client.get(place)).body;
      expect((await service.client.post(place, body)).status).toBe(400);
      expect((await service.client.get(place)).body).toEqual(before);
    });

    test.each([
      [{ text: 1 }],
      [{ commentary: null }],
      [{ text: 'x'.repeat(10_001) }],
      [{ originalId: '1' }],
      ['{"text":'],
    ])('%.60j changes none', async (body) => {
      const { paraphraseId, ...made } = await create();
      expect((await service.client.put(`${place}/${paraphraseId}`, body)).status).toBe(400);
      expect((await service.client.get(`${place}/${paraphraseId}`)).body).toMatchObject(made);
    });

    test.each(badPages)('a list with %s is refused', async (page) => {
      expect((await service.client.get(`${place}?${page}`)).status).toBe(400);
    });
  });

  test('each has an id of its own, over all collections; a restart keeps them, and counts on', async () => {
    const places = kinds.flatMap(({ path }) => [`${path}/1/paraphrases`, `${path}/2/paraphrases`]);
    const read = async (): Promise<Row[]> =>
      (await Promise.all(places.map((place) => service.client.get(`${place}?limit=1000`)))).flatMap(({ body }) => body);
    const before = await read();
    const ids = before.map(({ paraphraseId }) => paraphraseId);
    expect(ids.length).toBeGreaterThan(300);
    expect(new Set(ids).size).toBe(ids.length);
    await service.restart();
    expect(await read()).toEqual(before);
    const { body } = await service.client.post('/actions/1/paraphrases', { originalId: 1, text: 'x', commentary: '' });
    expect(body.paraphraseId).toBeGreaterThan(Math.max(...ids));
  });

  test('an original deleted while many paraphrase it leaves none', async () => {
    await service.client.post('/actions', { description: 'x' });
    const { body } = await service.client.get('/actions');
    const { actionId } = body.at(-1);
    const paraphrase = { originalId: actionId, text: 'x', commentary: '' };
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        index === 20
          ? service.client.delete(`/actions/${actionId}`)
          : service.client.post(`/actions/${actionId}/paraphrases`, paraphrase),
      ),
    );
    const statuses = new Set(answers.map(({ status }) => status));
    expect(statuses.has(204)).toBe(true);
    expect([...statuses].filter((status) => ![201, 204, 404].includes(status))).toEqual([]);
    expect((await service.client.get(`/actions/${actionId}/paraphrases`)).status).toBe(404);
  });
});
