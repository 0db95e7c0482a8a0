import { expect, test } from 'vitest';
import type { SessionAnswer } from '../src/answers.ts';
import type { OutlinedBeat } from '../src/outline.ts';
import { type Texts, tellBeat } from '../src/tell-beat.ts';

const juliet = { characterId: 1, name: 'Juliet', description: '' };
const romeo = { characterId: 2, name: 'Romeo', description: '' };
const none: Texts = { actions: new Map(), words: new Map(), characters: new Map(), sessions: new Map() };
const beat: OutlinedBeat = {
  sequence: 3,
  sequenceNumber: 8,
  headingId: 1,
  actionId: 4,
  word: { dialogueId: 5, sequenceNumber: 9 },
  contextId: 6,
  characterIds: [1, 2],
};
const people = new Map([juliet, romeo].map((one) => [one.characterId, one]));

test('what is gone is absent', () => {
  expect(tellBeat(beat, none)).toEqual({ sequence: 3, sequenceNumber: 8, headingId: 1 });
});

test('an empty text is a text', () => {
  const texts = { ...none, actions: new Map([[4, { actionId: 4, description: '' }]]), words: new Map([[5, '']]) };
  expect(tellBeat(beat, texts)).toMatchObject({
    action: { actionId: 4, description: '' },
    spokenWord: { dialogueId: 5, text: '', sequence: 9 },
  });
});

test("the character is the action's; that of the words when it is gone", () => {
  expect(tellBeat(beat, { ...none, characters: people }).character).toEqual(juliet);
  expect(tellBeat(beat, { ...none, characters: new Map([[2, romeo]]) }).character).toEqual(romeo);
});

test.each<[string, Omit<SessionAnswer, 'sessionId'>, object]>([
  ['named values', { data: { mood: 'longing' }, context: 'Night.' }, { data: { mood: 'longing' } }],
  ['words', { context: 'Night. 🌙' }, { data: { context: 'Night. 🌙' } }],
  ['no words', { context: '' }, { data: { context: '' } }],
  ['named values in words', { context: ' {"mood":"longing"}' }, { data: { mood: 'longing' } }],
  ['other JSON in words', { context: '{"mood":1}' }, { data: { context: '{"mood":1}' } }],
  ['broken JSON in words', { context: '{"mood"' }, { data: { context: '{"mood"' } }],
  ['nothing', {}, {}],
  ['a character', { characterId: 2, data: {} }, { characterId: 2, data: {} }],
  ['a character that is gone', { characterId: 3, data: {} }, { data: {} }],
])('a context has %s', (_, session, context) => {
  const sessions = new Map([[6, { sessionId: 6, ...session }]]);
  expect(tellBeat(beat, { ...none, characters: people, sessions }).context).toEqual({ contextId: 6, ...context });
});
