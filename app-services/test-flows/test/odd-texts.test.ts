import { databases, oddText } from '@fountainai/service-kit/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStack, type Stack } from './stack.ts';

/** As long as a text may be. */
const long = '👑'.repeat(10_000);

databases('a story of odd texts', (database) => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await openStack(database);
    const { scripts, characters, sessions } = stack;
    await scripts.post('/scripts', { title: oddText, author: oddText, description: long });
    await scripts.post('/scripts', { title: 'Another' });
    await scripts.post('/scripts/1/sections', { title: oddText });
    await scripts.post('/scripts/2/sections', { title: 'Of another' });
    await characters.post('/characters', { name: oddText, description: long });
    await sessions.post('/sessions', { userId: 1, data: { mood: oddText, [oddText]: '' } });
    for (const text of [oddText, long, '']) {
      const place = { scriptId: 1, headingId: 1, characterId: 1 };
      const { dialogueId } = (await characters.post('/spokenWords', { text, ...place })).body;
      await characters.post('/actions', { description: text, dialogueId, contextId: 1, ...place });
    }
  });
  afterAll(() => stack.close());

  test('is told byte for byte, and has its music; all of it outlives a restart', async () => {
    const { body } = await stack.stories.get('/stories?scriptId=1');
    expect(body).toMatchObject({ title: oddText, author: oddText, description: long, sections: [{ title: oddText }] });
    expect(body.story).toMatchObject(
      [oddText, long, ''].map((text) => ({
        character: { name: oddText, description: long },
        action: { description: text },
        spokenWord: { text },
        context: { data: { mood: oddText, [oddText]: '' } },
      })),
    );
    const paths = Object.values<string>(body.orchestration);
    expect(paths).toHaveLength(3);
    const files = async () => Promise.all(paths.map(async (path) => (await stack.stories.get(path)).body));
    const before = await files();
    await stack.restart();
    expect((await stack.stories.get('/stories?scriptId=1')).body).toEqual(body);
    expect(await files()).toEqual(before);
  });

  test('a section of another script is no place in this one', async () => {
    await stack.characters.post('/actions', { description: 'Is lost.', scriptId: 1, headingId: 2 });
    const { body } = await stack.stories.get('/stories/sequences?scriptId=1&startSequence=4&endSequence=4');
    const lost = { sequence: 4, sequenceNumber: 4, action: { actionId: 4, description: 'Is lost.' } };
    expect(body.sequences).toEqual([lost]);
    expect((await stack.stories.get('/stories?scriptId=2')).body.story).toEqual([]);
    expect((await stack.stories.get('/stories/validate?scriptId=1')).body).toMatchObject({
      valid: false,
      danglingLinks: [{ elementType: 'action', elementId: 4, link: 'headingId', linkedId: 2 }],
    });
  });
});
