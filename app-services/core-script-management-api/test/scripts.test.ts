import { badIds, badPages, databases } from '@fountainai/service-kit/testing';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openService, type TestService } from './open-service.ts';

const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);

databases('scripts', (database) => {
  let service: TestService;
  beforeAll(async () => {
    service = await openService(database);
  });
  afterEach(() => {
    service.sequence.play = undefined;
  });
  afterAll(() => service.close());

  const create = async (body: object) => (await service.client.post('/scripts', body)).body;
  const read = async (scriptId: number) => (await service.client.get(`/scripts/${scriptId}`)).body;
  const list = (query: string) => service.client.get(`/scripts?${query}`);
  const titles = async (query: string) => (await list(query)).body.map(({ title }: { title: string }) => title);

  test('are created with the number that the sequence service gives, and read back', async () => {
    const romeo = { title: 'Romeo and Juliet', author: 'William Shakespeare', description: 'Star-crossed.' };
    const { status, body } = await service.client.post('/scripts', { ...romeo, mood: 'ignored' });
    expect({ status, body }).toEqual({
      status: 201,
      body: { scriptId: 1, sequenceNumber: 1, createdAt: time, updatedAt: time },
    });
    expect(service.sequence.asked[0]).toMatchObject({
      path: '/sequence',
      body: { elementType: 'script', elementId: 1 },
    });
    const kept = { scriptId: 1, ...romeo, sequenceNumber: 1, createdAt: body.createdAt, updatedAt: body.createdAt };
    expect(await read(1)).toEqual(kept);
    expect((await service.client.get('/scripts')).body).toEqual([kept]);
  });

  test('need no more than a title; what was not given is absent, what was given empty is empty', async () => {
    const bare = await create({ title: 'Hamlet' });
    expect(await read(bare.scriptId)).toEqual({ ...bare, title: 'Hamlet' });
    const empty = await create({ title: 'Lear', author: '', description: '' });
    expect(await read(empty.scriptId)).toEqual({ ...empty, title: 'Lear', author: '', description: '' });
  });

  test('a change keeps what is not sent; an empty text is a value', async () => {
    const made = await create({ title: 'Hamlet', author: 'Anon', description: 'Long.' });
    const place = `/scripts/${made.scriptId}`;
    const { status, body } = await service.client.put(place, { author: 'Will of Stratford', description: '' });
    expect({ status, body }).toEqual({ status: 200, body: { ...made, updatedAt: time } });
    expect(body.updatedAt >= made.createdAt).toBe(true);
    const changed = { title: 'Hamlet', author: 'Will of Stratford', description: '' };
    expect(await read(made.scriptId)).toMatchObject(changed);
    await service.client.put(place, {});
    expect(await read(made.scriptId)).toMatchObject(changed);
    expect(await titles('author=stratford')).toEqual(['Hamlet']);
    expect(await titles('author=anon')).toEqual([]);
  });

  test('are deleted with their sections, and nobody else is asked; an id is not used again', async () => {
    const { scriptId } = await create({ title: 'Hamlet' });
    const section = await service.client.post(`/scripts/${scriptId}/sections`, { title: 'Act 1' });
    const asked = service.sequence.asked.length;
    expect(await service.client.delete(`/scripts/${scriptId}`)).toMatchObject({ status: 204, body: '' });
    expect(service.sequence.asked).toHaveLength(asked);
    const places = [`/scripts/${scriptId}`, `/scripts/${scriptId}/sections/${section.body.headingId}`];
    for (const place of places) expect((await service.client.get(place)).status).toBe(404);
    expect((await service.client.delete(`/scripts/${scriptId}`)).status).toBe(404);
    expect((await create({ title: 'Lear' })).scriptId).toBe(scriptId + 1);
  });

  test('are found by part of author and title, in whatever case and script, and literally', async () => {
    await create({ title: 'ΡΩΜΑΙΟΣ και Ιουλιέτα', author: 'Ουίλιαμ Σαίξπηρ' });
    await create({ title: 'Much 100% Ado_', author: 'Willm Shaksp' });
    await create({ title: 'Much Ado', author: 'W. Shaksp' });
    expect(await titles('author=SHAKSP')).toEqual(['Much 100% Ado_', 'Much Ado']);
    expect(await titles(`title=${encodeURIComponent('ρωμαιος')}`)).toEqual(['ΡΩΜΑΙΟΣ και Ιουλιέτα']);
    expect(await titles(`title=${encodeURIComponent('0% a')}`)).toEqual(['Much 100% Ado_']);
    expect(await titles('title=o_')).toEqual(['Much 100% Ado_']);
    expect(await titles('title=%5C')).toEqual([]);
    await create({ title: 'L\u00e9ar', author: 'accents' });
    expect(await titles(`title=${encodeURIComponent('Le\u0301ar')}`)).toEqual(['L\u00e9ar']);
    expect(await titles('title=much&author=w.')).toEqual(['Much Ado']);
    expect((await list('author=shaksp&limit=1')).headers['x-total-count']).toBe('2');
  });

  test('come in pages, in their order', async () => {
    for (const title of ['a', 'b', 'c', 'd']) await create({ title, author: 'paging' });
    expect(await titles('author=paging&limit=2&offset=1')).toEqual(['b', 'c']);
    expect(await titles('author=paging&offset=9')).toEqual([]);
    expect((await list('author=paging&limit=1')).headers['x-total-count']).toBe('4');
  });

  test('show the number of now, also when somebody moved them at the sequence service', async () => {
    const [a] = [await create({ title: 'a', author: 'moved' }), await create({ title: 'b', author: 'moved' })];
    service.sequence.numbers.set(`script ${a.scriptId}`, 7000);
    expect(await titles('author=moved')).toEqual(['b', 'a']);
    expect((await read(a.scriptId)).sequenceNumber).toBe(7000);
    expect((await service.client.put(`/scripts/${a.scriptId}`, {})).body.sequenceNumber).toBe(7000);
  });

  test('can be read and changed while the sequence service is away: copies, and it is said', async () => {
    const { scriptId, sequenceNumber } = await create({ title: 'Hamlet', author: 'away' });
    service.sequence.play = (_asked, _answer, response) => response.destroy();
    const { headers, body } = await list('author=away');
    expect(body).toMatchObject([{ title: 'Hamlet', sequenceNumber }]);
    expect(headers['x-sequence-numbers']).toBe('copies');
    const changed = await service.client.put(`/scripts/${scriptId}`, { title: 'Lear' });
    expect(changed.headers['x-sequence-numbers']).toBe('copies');
  });

  test('emoji, right-to-left text and odd spaces are kept byte for byte', async () => {
    const texts = {
      title: '🎭 روميو وجولييت 👩‍👩‍👧‍👦',
      author: 'שייקספיר \u202Eabc\u202C\u00A0',
      description: 'e\u0301 é \r\n\t \u2028 "quoted" \\ \u0001 𝔘 '.repeat(50),
    };
    const { scriptId } = await create(texts);
    expect(await read(scriptId)).toMatchObject(texts);
    await service.client.put(`/scripts/${scriptId}`, { title: texts.description });
    expect(await read(scriptId)).toMatchObject({ ...texts, title: texts.description });
  });

  test('texts of 10,000 characters fit, however many bytes they have', async () => {
    const text = '👑'.repeat(10_000);
    const { scriptId } = await create({ title: text, author: text, description: text });
    expect((await read(scriptId)).title).toBe(text);
    const { status, body } = await service.client.post('/scripts', { title: `${text}a` });
    expect(status).toBe(400);
    expect(body.details).toEqual(['body/title must NOT have more than 10000 characters']);
  });

  test('a hundred created at once: every id and number once', async () => {
    const before = await create({ title: 'before' });
    const made = await Promise.all(
      Array.from({ length: 100 }, (_, index) => create({ title: `${index}`, author: 'hundred' })),
    );
    const after = (last: number) => Array.from({ length: 100 }, (_, index) => last + index + 1);
    expect(made.map(({ scriptId }) => scriptId).sort((a, b) => a - b)).toEqual(after(before.scriptId));
    const numbers = made.map(({ sequenceNumber }) => sequenceNumber).sort((a, b) => a - b);
    expect(numbers).toEqual(after(before.sequenceNumber));
    expect((await list('author=hundred')).body).toHaveLength(100);
  });

  test.each([
    [{}],
    [{ title: '' }],
    [{ title: 1 }],
    [{ title: null }],
    [{ title: 'x', author: {} }],
    [{ title: 'x', description: 'y'.repeat(10_001) }],
    ['{"title":'],
    ['[]'],
    ['null'],
    ['{"title":"\\u0000"}'],
    ['{"title":"\\ud83d"}'],
  ])('%.60j makes no script', async (body) => {
    const asked = service.sequence.asked.length;
    const { status, body: answer } = await service.client.post('/scripts', body);
    expect(status).toBe(400);
    expect(answer).toMatchObject({ message: expect.any(String), errorCode: 'invalid_request' });
    expect(service.sequence.asked).toHaveLength(asked);
  });

  test.each([
    [{ title: '' }],
    [{ title: null }],
    [{ author: 1 }],
    [{ title: 'y', description: 'y'.repeat(10_001) }],
    ['{"title":'],
    ['{"title":"y","author":"\\ud83d"}'],
  ])('%.60j changes nothing', async (body) => {
    const { scriptId } = await create({ title: 'x', author: '' });
    const before = await read(scriptId);
    expect((await service.client.put(`/scripts/${scriptId}`, body)).status).toBe(400);
    expect(await read(scriptId)).toEqual(before);
  });

  test.each(badIds)('there is no script id %s', async (id) => {
    expect((await service.client.get(`/scripts/${id}`)).status).toBe(400);
    expect((await service.client.put(`/scripts/${id}`, { title: 'x' })).status).toBe(400);
    expect((await service.client.delete(`/scripts/${id}`)).status).toBe(400);
  });

  test.each([...badPages, 'title=', 'author=%00'])('a list with %s is refused', async (query) => {
    expect((await list(query)).status).toBe(400);
  });

  test('an unknown script is neither changed nor deleted', async () => {
    expect((await service.client.put('/scripts/9007199254740991', { title: 'x' })).status).toBe(404);
    expect((await service.client.delete('/scripts/9007199254740991')).status).toBe(404);
  });

  test('a restart keeps everything, and counts on, with the sequence service and without', async () => {
    const last = await create({ title: '🎭 روميو' });
    const before = (await list('limit=1000')).body;
    await service.restart();
    expect((await list('limit=1000')).body).toEqual(before);
    expect((await create({ title: 'Lear' })).scriptId).toBe(last.scriptId + 1);
    await service.restart({ withoutSequence: true });
    expect((await create({ title: 'Macbeth' })).sequenceNumber).toBe(last.sequenceNumber + 2);
  });
});
