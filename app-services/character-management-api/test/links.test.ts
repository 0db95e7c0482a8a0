import { databases } from '@fountainai/service-kit/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Row } from './kinds.ts';
import { openService, type TestService } from './open-service.ts';

/** Of nothing that is here; as links to other services some tests set it all the same. */
const unknown = 9007199254740991;
/** No test sets it. */
const nowhere = 9007199254740990;

databases('links', (database) => {
  let service: TestService;
  beforeAll(async () => {
    service = await openService(database);
  });
  afterAll(() => service.close());

  const make = async (path: string, body: Row): Promise<Row> => {
    const { status, body: made } = await service.client.post(path, body);
    expect(status).toBe(201);
    return made;
  };
  const character = async () => (await make('/characters', { name: 'x', description: '' })).characterId;
  const word = async (links: Row = {}) => (await make('/spokenWords', { text: 'x', ...links })).dialogueId;
  const action = async (links: Row = {}) => (await make('/actions', { description: 'x', ...links })).actionId;

  /** No other test has these. */
  let scriptId = 1000;
  let headingId = 0;
  beforeEach(() => {
    scriptId += 10;
    headingId = scriptId + 5;
  });

  test('queries with fields that the contract does not know change nothing for those after them', async () => {
    const characterId = await character();
    await action({ scriptId, characterId });
    await action({ scriptId: scriptId + 1, characterId });
    for (const odd of ['characterId,scriptId=1', 'limit,offset=1', '__proto__=1', 'constructor=1']) {
      expect((await service.client.get(`/actions?${odd}`)).status).toBe(200);
    }
    const { body } = await service.client.get(`/actions?characterId=${characterId}&scriptId=${scriptId}`);
    expect(body.map((one: Row) => one.scriptId)).toEqual([scriptId]);
  });

  test('of an action and of a spoken word are shown when they are set', async () => {
    const [characterId, dialogueId] = [await character(), await word()];
    const links = { scriptId, headingId: unknown, characterId, dialogueId, contextId: unknown };
    const made = await make('/actions', { description: 'x', ...links });
    expect(made).toMatchObject(links);
    expect((await service.client.get(`/actions/${made.actionId}`)).body).toEqual(made);
    const said = await make('/spokenWords', { text: 'x', scriptId: unknown, headingId, characterId });
    expect(said).toMatchObject({ scriptId: unknown, headingId, characterId });
    expect(Object.keys(await make('/actions', { description: 'x' }))).toEqual(
      expect.not.arrayContaining(Object.keys(links)),
    );
  });

  test('a change sets, keeps and removes them', async () => {
    const characterId = await character();
    const actionId = await action({ scriptId, headingId, contextId: 3 });
    const { body } = await service.client.put(`/actions/${actionId}`, { characterId, contextId: null });
    expect(body).toMatchObject({ description: 'x', scriptId, headingId, characterId });
    expect(body).not.toHaveProperty('contextId');
    expect((await service.client.get(`/actions/${actionId}`)).body).toEqual(body);
    const dialogueId = await word({ scriptId, characterId });
    const changed = await service.client.put(`/spokenWords/${dialogueId}`, { scriptId: null, characterId: null });
    expect(Object.keys(changed.body).sort()).toEqual([
      'createdAt',
      'dialogueId',
      'sequenceNumber',
      'text',
      'updatedAt',
    ]);
  });

  test('to a character or spoken word that is not there: refused before a number is asked for, all of them named', async () => {
    const asked = service.sequence.asked.length;
    const body = { description: 'x', characterId: unknown, dialogueId: 77_777 };
    expect(await service.client.post('/actions', body)).toMatchObject({
      status: 400,
      body: {
        errorCode: 'invalid_request',
        details: [
          `body/characterId: there is no character ${unknown}`,
          'body/dialogueId: there is no spoken word 77777',
        ],
      },
    });
    expect((await service.client.post('/spokenWords', { text: 'x', characterId: unknown })).status).toBe(400);
    expect(service.sequence.asked).toHaveLength(asked);
  });

  test('a change to what is not there is refused, and changes nothing', async () => {
    const [actionId, dialogueId] = [await action(), await word()];
    for (const [place, links] of [
      [`/actions/${actionId}`, { characterId: unknown }],
      [`/actions/${actionId}`, { dialogueId: unknown }],
      [`/spokenWords/${dialogueId}`, { characterId: unknown }],
    ] as const) {
      const before = (await service.client.get(place)).body;
      const { status, body } = await service.client.put(place, { description: 'y', text: 'y', ...links });
      expect(status).toBe(400);
      expect(body.details).toEqual([expect.stringContaining(`${unknown}`)]);
      expect((await service.client.get(place)).body).toEqual(before);
    }
    expect((await service.client.put(`/actions/${unknown}`, { characterId: unknown })).status).toBe(404);
  });

  test('a spoken word has no link to another', async () => {
    const dialogueId = await word({ dialogueId: unknown });
    expect((await service.client.put(`/spokenWords/${dialogueId}`, { dialogueId: unknown })).body.dialogueId).toBe(
      dialogueId,
    );
  });

  test.each([{ scriptId: 0 }, { headingId: -1 }, { contextId: 2 ** 53 }, { characterId: 1.5 }, { scriptId: '1' }])(
    '%j is no link',
    async (links) => {
      for (const [path, body] of [
        ['/actions', { description: 'x', ...links }],
        ['/spokenWords', { text: 'x', ...links, ...('contextId' in links ? { scriptId: 0 } : {}) }],
      ] as const) {
        expect((await service.client.post(path, body)).status).toBe(400);
      }
      expect((await service.client.put(`/actions/${await action()}`, links)).status).toBe(400);
    },
  );

  test('a new element has no links to remove', async () => {
    expect((await service.client.post('/actions', { description: 'x', scriptId: null })).status).toBe(400);
  });

  const found = async (path: string, query: string): Promise<number[]> => {
    const { body, headers } = await service.client.get(`${path}?${query}`);
    expect(headers['x-total-count']).toBe(String(body.length));
    return body.map((one: Row) => (path === '/characters' ? one.characterId : (one.actionId ?? one.dialogueId)));
  };

  test('actions and spoken words are found by each of them, and by several', async () => {
    const [romeo, juliet] = [await character(), await character()];
    for (const [path, make] of [
      ['/actions', action],
      ['/spokenWords', word],
    ] as const) {
      const a = await make({ scriptId, headingId, characterId: romeo });
      const b = await make({ scriptId, headingId: headingId + 1, characterId: juliet });
      const c = await make({ scriptId: scriptId + 1, headingId: headingId + 2, characterId: romeo });
      const d = await make({ headingId });
      expect(await found(path, `scriptId=${scriptId}`)).toEqual([a, b]);
      expect(await found(path, `headingId=${headingId}`)).toEqual([a, d]);
      expect(await found(path, `characterId=${romeo}`)).toEqual([a, c]);
      expect(await found(path, `scriptId=${scriptId}&characterId=${romeo}`)).toEqual([a]);
      expect(await found(path, `scriptId=${scriptId}&headingId=${headingId}&characterId=${juliet}`)).toEqual([]);
      expect(await found(path, `scriptId=${nowhere}`)).toEqual([]);
      const page = await service.client.get(`${path}?scriptId=${scriptId}&limit=1&offset=1`);
      expect(page).toMatchObject({ headers: { 'x-total-count': '2' }, body: [{ headingId: headingId + 1 }] });
    }
  });

  test('a spoken word is also where an action says it', async () => {
    const [free, elsewhere] = [await word(), await word({ scriptId: scriptId + 1 })];
    const own = await word({ scriptId });
    for (const dialogueId of [free, elsewhere, own, free]) await action({ scriptId, headingId, dialogueId });
    expect(await found('/spokenWords', `scriptId=${scriptId}`)).toEqual([free, elsewhere, own]);
    expect(await found('/spokenWords', `headingId=${headingId}`)).toEqual([free, elsewhere, own]);
    expect(await found('/spokenWords', `scriptId=${scriptId + 1}`)).toEqual([elsewhere]);
    expect(await found('/spokenWords', `scriptId=${scriptId + 1}&headingId=${headingId}`)).toEqual([]);
  });

  test('characters are where they act or speak', async () => {
    const [acts, speaks, isQuoted, absent] = [
      await character(),
      await character(),
      await character(),
      await character(),
    ];
    await action({ scriptId, headingId, characterId: acts });
    await word({ scriptId, characterId: speaks });
    await action({ scriptId, dialogueId: await word({ characterId: isQuoted }) });
    await action({ scriptId: scriptId + 1, characterId: absent });
    expect(await found('/characters', `scriptId=${scriptId}`)).toEqual([acts, speaks, isQuoted]);
    expect(await found('/characters', `scriptId=${scriptId}&headingId=${headingId}`)).toEqual([acts]);
    expect(await found('/characters', `headingId=${nowhere}`)).toEqual([]);
  });

  test('what is referred to is not deleted, and who refers is named', async () => {
    const characterId = await character();
    const dialogueId = await word({ characterId });
    const actions = [await action({ characterId, dialogueId }), await action({ characterId })];
    expect(await service.client.delete(`/characters/${characterId}`)).toMatchObject({
      status: 409,
      body: {
        errorCode: 'conflict',
        message: `The character ${characterId} is referred to by 2 actions and 1 spoken word.`,
        details: [...actions.map((id) => `action ${id}`), `spokenWord ${dialogueId}`],
      },
    });
    expect(await service.client.delete(`/spokenWords/${dialogueId}`)).toMatchObject({
      status: 409,
      body: { details: [`action ${actions[0]}`] },
    });
    expect((await service.client.get(`/characters/${characterId}`)).status).toBe(200);
    await service.client.put(`/actions/${actions[0]}`, { dialogueId: null });
    expect((await service.client.delete(`/spokenWords/${dialogueId}`)).status).toBe(204);
    for (const id of actions) expect((await service.client.delete(`/actions/${id}`)).status).toBe(204);
    expect((await service.client.delete(`/characters/${characterId}`)).status).toBe(204);
  });

  test('of many that refer, a hundred of each kind are named, and all counted', async () => {
    const characterId = await character();
    await Promise.all(Array.from({ length: 120 }, () => action({ characterId })));
    const { body } = await service.client.delete(`/characters/${characterId}`);
    expect(body.message).toContain('120 actions');
    expect(body.details).toHaveLength(100);
  });

  test('a character deleted while many link to it: no link is left that leads nowhere', async () => {
    const characterId = await character();
    const answers = Array.from({ length: 40 }, (_, index) => {
      const links = { description: 'x', text: 'x', characterId, scriptId };
      if (index % 10 === 5) return service.client.delete(`/characters/${characterId}`);
      return service.client.post(index % 2 ? '/actions' : '/spokenWords', links);
    });
    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    const isThere = (await service.client.get(`/characters/${characterId}`)).status === 200;
    const linked = await found('/actions', `characterId=${characterId}&limit=100`);
    if (isThere) expect(new Set(statuses)).toEqual(new Set([201, 409]));
    else expect(linked).toEqual([]);
  });

  test('a character deleted between check and insert: 400, as if it had never been there', async () => {
    const characterId = await character();
    service.sequence.play = async (asked, answer) => {
      if (asked.path === '/sequence') await service.client.delete(`/characters/${characterId}`);
      answer();
    };
    const { status, body } = await service.client.post('/actions', { description: 'x', characterId });
    service.sequence.play = undefined;
    expect(status).toBe(400);
    expect(body.details).toEqual([`body/characterId: there is no character ${characterId}`]);
    expect(await action()).toBeGreaterThan(0);
  });
});
