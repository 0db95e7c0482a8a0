import { databases } from '@fountainai/service-kit/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { beats, people, script, writeBalconyScene } from './balcony.ts';
import { openStack, type Stack } from './stack.ts';

type Row = Record<string, unknown>;

const collections = ['spokenWords', 'characters', 'actions'];
const paraphrase = { originalId: 1, text: 'Why must you be a Montague?', commentary: 'Says plainly what she asks.' };

databases('a scene is written', (database) => {
  let stack: Stack;
  const openAnew = () => {
    beforeAll(async () => {
      stack = await openStack(database);
    });
    afterAll(() => stack.close());
  };

  const numbersOf = async (type: string) =>
    (await stack.sequence.get(`/sequence?elementType=${type}`)).body.map((one: Row) => [
      one.elementId,
      one.sequenceNumber,
    ]);

  describe('from the beginning', () => {
    openAnew();

    test('every element gets its id, and the next number of its type', async () => {
      const answers = await writeBalconyScene(stack);
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
      const [scripted, section, juliet, romeo, ...rest] = answers.map(({ body }) => body);
      expect(scripted).toMatchObject({ scriptId: 1, sequenceNumber: 1 });
      expect(section).toMatchObject({ headingId: 1, scriptId: 1, sequenceNumber: 1 });
      expect(juliet).toMatchObject({ characterId: 1, sequenceNumber: 1 });
      expect(romeo).toMatchObject({ characterId: 2, sequenceNumber: 2 });
      expect(rest.map((one) => [one.actionId ?? one.dialogueId ?? one.sessionId, one.sequenceNumber])).toEqual(
        [1, 2, 3].flatMap((beat) => Array(3).fill([beat, beat])),
      );
      const counts = { script: 1, section: 1, character: 2, action: 3, spokenWord: 3, session: 3 };
      for (const [type, count] of Object.entries(counts)) {
        expect(await numbersOf(type)).toEqual(Array.from({ length: count }, (_, index) => [index + 1, index + 1]));
      }
    });

    test('paraphrases of each kind are kept beside it, without numbers', async () => {
      for (const collection of collections) {
        const { status, body } = await stack.characters.post(`/${collection}/1/paraphrases`, paraphrase);
        expect([status, body]).toEqual([201, expect.objectContaining(paraphrase)]);
      }
      expect(await numbersOf('paraphrase')).toEqual([]);
    });

    test.each(['at once', 'after a restart of all services'])('it is read back by its links, %s', async (when) => {
      if (when !== 'at once') await stack.restart();
      const { scripts, characters, sessions } = stack;
      expect((await scripts.get('/scripts/1')).body).toMatchObject(script);
      expect((await scripts.get('/scripts/1/sections')).body).toMatchObject([{ title: 'Act 1, Scene 1' }]);
      expect((await characters.get('/characters?scriptId=1')).body).toMatchObject(people);
      const { body: actions } = await characters.get('/actions?scriptId=1&headingId=1');
      const { body: words } = await characters.get('/spokenWords?scriptId=1');
      const { body: contexts } = await sessions.get('/sessions?scriptId=1');
      const told = actions.map(({ description, characterId, dialogueId, contextId }: Row) => ({
        description,
        characterId,
        text: words.find((one: Row) => one.dialogueId === dialogueId).text,
        data: contexts.find((one: Row) => one.sessionId === contextId).data,
      }));
      expect(told).toEqual(beats);
      for (const collection of collections) {
        expect((await characters.get(`/${collection}/1/paraphrases`)).body).toMatchObject([paraphrase]);
      }
    });
  });

  describe('in any other order', () => {
    openAnew();

    test('numbers follow the order of creation, links may come later', async () => {
      const { characters, scripts, sessions } = stack;
      await sessions.post('/sessions', { userId: 1, context: 'Night.' });
      await characters.post('/spokenWords', { text: 'He jests at scars that never felt a wound.' });
      await characters.post('/characters', people[1]);
      await scripts.post('/scripts', script);
      await characters.put('/spokenWords/1', { characterId: 1, scriptId: 1 });
      expect((await characters.get('/spokenWords?scriptId=1&characterId=1')).body).toMatchObject([
        { dialogueId: 1, sequenceNumber: 1, text: 'He jests at scars that never felt a wound.' },
      ]);
      expect((await characters.get('/characters?scriptId=1')).body).toMatchObject([{ name: 'Romeo' }]);
    });

    test('many write at once: every number of a type is given once, without a gap', async () => {
      const { characters, scripts } = stack;
      const { body } = await scripts.post('/scripts', { title: 'Hamlet' });
      const { scriptId } = body;
      const creates = Array.from({ length: 120 }, (_, index) =>
        [
          () => characters.post('/actions', { description: 'x', scriptId }),
          () => characters.post('/spokenWords', { text: 'x', scriptId }),
          () => scripts.post(`/scripts/${scriptId}/sections`, { title: 'x' }),
        ][index % 3]?.(),
      );
      await Promise.all(creates);
      const lists = [
        await characters.get(`/actions?scriptId=${scriptId}`),
        await characters.get(`/spokenWords?scriptId=${scriptId}`),
        await scripts.get(`/scripts/${scriptId}/sections`),
      ];
      const numbers = lists.map((list) => list.body.map((one: Row) => one.sequenceNumber));
      const from = (first: number) => Array.from({ length: 40 }, (_, index) => first + index);
      expect(numbers).toEqual([from(1), from(2), from(1)]);
    });
  });
});
