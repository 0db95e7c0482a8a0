import { databases } from '@fountainai/service-kit/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStack, type Stack } from './stack.ts';
import { writeStories } from './written-stories.ts';

const beats = 2500;
type Beat = Record<'sequence' | 'sequenceNumber', number> & {
  headingId: number;
  action: { actionId: number };
  spokenWord: { dialogueId: number };
  character: { name: string };
  context: { contextId: number; data: { mood: string } };
};

databases('a long story', (database) => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await openStack({
      ...database,
      async fresh(settings) {
        const made = await database.fresh(settings);
        // The second script's elements come behind those of the first.
        await writeStories(made.config, [3, beats]);
        return made;
      },
    });
  });
  afterAll(() => stack.close());

  test('is told whole, in order, and nothing of another script', async () => {
    const { body, headers } = await stack.stories.get('/stories?scriptId=2');
    expect(headers['x-total-count']).toBe(String(beats));
    const story: Beat[] = body.story;
    expect(story.map(({ sequence }) => sequence)).toEqual(Array.from({ length: beats }, (_, index) => index + 1));
    for (const { sequence, sequenceNumber, action, spokenWord, context, character } of story) {
      const id = sequence + 3;
      expect([sequenceNumber, action.actionId, spokenWord.dialogueId, context.contextId]).toEqual([id, id, id, id]);
      expect([character.name, context.data.mood.length > 0]).toEqual([expect.stringMatching(/^Character/), true]);
    }
    const sections: { headingId: number }[] = body.sections;
    const [first, last] = [story[0]?.headingId, story.at(-1)?.headingId];
    expect([sections.length, sections[0]?.headingId, sections.at(-1)?.headingId]).toEqual([beats / 50, first, last]);
  });

  test('has the same beats in pages', async () => {
    const { body } = await stack.stories.get('/stories/sequences?scriptId=2&startSequence=1001&endSequence=2000');
    const page = await stack.stories.get('/stories?scriptId=2&limit=1000&offset=1000');
    expect(page.body.story).toEqual(body.sequences);
    expect(page.body.story).toHaveLength(1000);
  });

  test('of which an action is moved to the end is told in its new order', async () => {
    const elements = [{ elementId: 4, newSequence: 9000 }];
    await stack.sequence.post('/sequence/reorder', { elementType: 'action', elements });
    const moved = 50;
    const { body } = await stack.stories.get(
      `/stories/sequences?scriptId=2&startSequence=${moved}&endSequence=${moved}`,
    );
    expect(body.sequences).toMatchObject([{ sequence: moved, sequenceNumber: 9000, action: { actionId: 4 } }]);
    const { body: found } = await stack.stories.get('/stories/validate?scriptId=2');
    expect(found).toMatchObject({ valid: true, gaps: [{ elementType: 'action', from: beats + 4, to: 8999 }] });
  });
});
