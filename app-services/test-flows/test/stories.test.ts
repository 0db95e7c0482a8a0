import { databases } from '@fountainai/service-kit/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { beats, people, script, writeBalconyScene } from './balcony.ts';
import { openStack, type Stack } from './stack.ts';

databases('a scene is told as a story', (database) => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await openStack(database);
    await writeBalconyScene(stack);
  });
  afterAll(() => stack.close());

  const told = beats.map(({ characterId, text, description, data }, index) => ({
    sequence: index + 1,
    sequenceNumber: index + 1,
    headingId: 1,
    character: { characterId, ...people[characterId - 1] },
    action: { actionId: index + 1, description },
    spokenWord: { dialogueId: index + 1, text, sequence: index + 1 },
    context: { contextId: index + 1, characterId, data },
  }));
  const ids = async (): Promise<number[]> =>
    (await stack.stories.get('/stories?scriptId=1')).body.story.map((beat: (typeof told)[0]) => beat.action?.actionId);

  test('whole, with its sections and its music', async () => {
    const { status, body, headers } = await stack.stories.get('/stories?scriptId=1');
    const file = (kind: string) => expect.stringMatching(new RegExp(`^/files/story-1-[0-9a-f]{32}\\.${kind}$`));
    expect([status, headers['x-total-count'], headers['x-sequence-numbers']]).toEqual([200, '3', undefined]);
    expect(body).toEqual({
      scriptId: 1,
      ...script,
      sections: [{ headingId: 1, scriptId: 1, title: 'Act 1, Scene 1', sequence: 1 }],
      story: told,
      orchestration: { csoundFilePath: file('csd'), lilyPondFilePath: file('ly'), midiFilePath: file('mid') },
    });
    const { orchestration } = body;
    const files = [
      [orchestration.csoundFilePath, /^<CsoundSynthesizer>/, /^text\/x-csound-csd/],
      [orchestration.lilyPondFilePath, /^\\version/, /^text\/x-lilypond/],
      [orchestration.midiFilePath, /^MThd/, /^audio\/midi$/],
    ];
    for (const [path, start, type] of files) {
      const answer = await stack.stories.get(path);
      expect(answer.body).toMatch(start);
      expect(answer.headers['content-type']).toMatch(type);
    }
    expect((await stack.stories.get('/stories?scriptId=1')).body).toEqual(body);
  });

  test('beat by beat, and page by page', async () => {
    const { body } = await stack.stories.get('/stories/sequences?scriptId=1&startSequence=1&endSequence=3');
    expect(body).toEqual({ scriptId: 1, sequences: told });
    const some = await stack.stories.get('/stories/sequences?scriptId=1&startSequence=2&endSequence=9');
    expect(some.body.sequences).toEqual(told.slice(1));
    const page = await stack.stories.get('/stories?scriptId=1&limit=1&offset=1');
    expect([page.headers['x-total-count'], page.body.story]).toEqual(['3', told.slice(1, 2)]);
  });

  test('its numbers and links are in order', async () => {
    const faultless = { valid: true, truncated: false, duplicates: [], gaps: [], danglingLinks: [] };
    expect((await stack.stories.get('/stories/validate?scriptId=1')).body).toEqual({ scriptId: 1, ...faultless });
  });

  test('in the new order, once actions are reordered at the sequence service, or sections at the script service', async () => {
    const elements = [
      { elementId: 1, newSequence: 3 },
      { elementId: 3, newSequence: 1 },
    ];
    await stack.sequence.post('/sequence/reorder', { elementType: 'action', elements });
    expect(await ids()).toEqual([3, 2, 1]);
    await stack.scripts.post('/scripts/1/sections', { title: 'Act 1, Scene 2' });
    await stack.characters.put('/actions/2', { headingId: 2 });
    expect(await ids()).toEqual([3, 1, 2]);
    const swapped = [
      { headingId: 1, newSequence: 2 },
      { headingId: 2, newSequence: 1 },
    ];
    await stack.scripts.post('/scripts/1/sections/reorder', { elements: swapped });
    expect(await ids()).toEqual([2, 3, 1]);
    const { body } = await stack.stories.get('/stories?scriptId=1');
    expect(body.sections.map(({ title }: { title: string }) => title)).toEqual(['Act 1, Scene 2', 'Act 1, Scene 1']);
    expect(body.story.map(({ sequence }: (typeof told)[0]) => sequence)).toEqual([1, 2, 3]);
  });

  test('without what is gone, which is listed', async () => {
    await stack.scripts.delete('/scripts/1/sections/2');
    await stack.sessions.delete('/sessions/3');
    const moves = [{ elementId: 1, newSequence: 1 }];
    await stack.sequence.post('/sequence/reorder', { elementType: 'action', elements: moves });
    const { body } = await stack.stories.get('/stories?scriptId=1');
    const [first, second, last] = body.story;
    expect([first.action.actionId, second.action.actionId, last.action.actionId]).toEqual([1, 3, 2]);
    expect([second.context, last.headingId]).toEqual([undefined, undefined]);
    expect((await stack.stories.get('/stories/validate?scriptId=1')).body).toEqual({
      scriptId: 1,
      valid: false,
      truncated: false,
      duplicates: [{ elementType: 'action', sequenceNumber: 1, elementIds: [1, 3] }],
      gaps: [],
      danglingLinks: [
        { elementType: 'action', elementId: 2, link: 'headingId', linkedId: 2 },
        { elementType: 'action', elementId: 3, link: 'contextId', linkedId: 3 },
      ],
    });
  });

  test('with a line that nobody acts, and an act without words; what is in no script is in no story', async () => {
    const { characters, stories } = stack;
    await characters.post('/spokenWords', { text: 'He jests at scars.', scriptId: 1, headingId: 1, characterId: 2 });
    await characters.post('/actions', { description: 'A nurse calls.', scriptId: 1, headingId: 1 });
    await characters.post('/actions', { description: 'Nowhere.', characterId: 1 });
    const { body } = await stories.get('/stories/sequences?scriptId=1&startSequence=3&endSequence=4');
    expect(body.sequences).toEqual([
      { sequence: 3, sequenceNumber: 4, headingId: 1, action: { actionId: 4, description: 'A nurse calls.' } },
      {
        sequence: 4,
        sequenceNumber: 4,
        headingId: 1,
        character: { characterId: 2, ...people[1] },
        spokenWord: { dialogueId: 4, text: 'He jests at scars.', sequence: 4 },
      },
    ]);
  });

  test('no longer, once its script is gone', async () => {
    await stack.scripts.delete('/scripts/1');
    const { status, body } = await stack.stories.get('/stories?scriptId=1');
    expect([status, body.message]).toEqual([404, 'Script not found.']);
  });
});
