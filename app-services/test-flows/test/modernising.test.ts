import { databases } from '@fountainai/service-kit/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStack, type Stack } from './stack.ts';

const soliloquy = "To be, or not to be, that is the question:\nWhether 'tis nobler in the mind to suffer";

databases("Hamlet's soliloquy is modernised", (database) => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await openStack(database);
    const { scripts, characters, sessions } = stack;
    await scripts.post('/scripts', { title: 'Hamlet', author: 'William Shakespeare' });
    await scripts.post('/scripts/1/sections', { title: 'Act 3, Scene 1' });
    await characters.post('/characters', { name: 'Hamlet', description: 'Prince of Denmark.' });
    const place = { scriptId: 1, headingId: 1, characterId: 1 };
    await sessions.post('/sessions', { userId: 123, context: 'Reads the third act.', scriptId: 1 });
    for (const [text, description] of [
      [soliloquy, 'Hamlet walks up and down.'],
      ['Soft you now! The fair Ophelia!', 'Hamlet sees Ophelia.'],
    ]) {
      const { dialogueId } = (await characters.post('/spokenWords', { text, ...place })).body;
      await characters.post('/actions', { description, dialogueId, contextId: 1, ...place });
    }
  });
  afterAll(() => stack.close());

  test('the speech is found, the decision kept, the new wording kept beside the old, in the old order', async () => {
    const { characters, sessions, sequence, stories } = stack;
    const { body: story } = await stories.get('/stories?scriptId=1');
    const beat = story.story.find(({ spokenWord }: { spokenWord: { text: string } }) => spokenWord.text === soliloquy);
    expect(beat).toMatchObject({ character: { name: 'Hamlet' }, action: { description: 'Hamlet walks up and down.' } });
    const { body: actions } = await characters.get('/actions?headingId=1&characterId=1');
    const { body: words } = await characters.get('/spokenWords?headingId=1&characterId=1');
    const speech = words.find(({ text }: { text: string }) => text.startsWith('To be'));
    const act = actions.find(({ dialogueId }: { dialogueId: number }) => dialogueId === speech.dialogueId);
    expect([speech.dialogueId, act.actionId]).toEqual([beat.spokenWord.dialogueId, beat.action.actionId]);

    const decision = 'The soliloquy in the words of today.';
    expect((await sessions.put('/sessions/1', { context: decision })).body.context).toBe(decision);
    expect((await sessions.get('/sessions/1/context')).body).toMatchObject({ sessionId: 1, context: decision });
    expect((await sessions.get('/sessions/1/context/history')).body).toMatchObject([
      { versionNumber: 1, context: 'Reads the third act.' },
      { versionNumber: 2, context: decision },
    ]);

    const wordPlace = `/spokenWords/${speech.dialogueId}/paraphrases`;
    const actPlace = `/actions/${act.actionId}/paraphrases`;
    const newWords = { originalId: speech.dialogueId, text: 'Do I go on, or do I not?', commentary: 'The same doubt.' };
    const newAct = { originalId: act.actionId, text: 'Hamlet scrolls up and down.', commentary: 'The same unrest.' };
    expect((await characters.post(wordPlace, newWords)).status).toBe(201);
    expect((await characters.post(actPlace, newAct)).status).toBe(201);
    expect((await characters.get(wordPlace)).body).toMatchObject([newWords]);
    expect((await characters.get(actPlace)).body).toMatchObject([newAct]);

    expect((await characters.get('/spokenWords?headingId=1')).body).toEqual(words);
    expect((await characters.get('/actions?headingId=1')).body).toEqual(actions);
    expect((await sequence.get('/sequence?elementType=spokenWord')).body).toEqual([
      { elementId: 1, sequenceNumber: 1 },
      { elementId: 2, sequenceNumber: 2 },
    ]);

    const { body: told } = await stories.get('/stories/sequences?scriptId=1&startSequence=1&endSequence=2');
    const decided = { contextId: 1, data: { context: decision } };
    expect(told.sequences).toEqual(story.story.map((one: typeof beat) => ({ ...one, context: decided })));
  });

  test('a speech that an action tells of is not lost by mistake, nor are its paraphrases', async () => {
    const { status, body } = await stack.characters.delete('/spokenWords/1');
    expect([status, body.details]).toEqual([409, ['action 1']]);
    expect((await stack.characters.get('/spokenWords/1')).body.text).toBe(soliloquy);
    expect((await stack.characters.get('/spokenWords/1/paraphrases')).body).toHaveLength(1);
  });
});
