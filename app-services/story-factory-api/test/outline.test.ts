import { expect, test } from 'vitest';
import type { ActionLinks, WordLinks } from '../src/answers.ts';
import { arrange } from '../src/outline.ts';

const sections = [
  { headingId: 7, title: 'First', sequenceNumber: 1 },
  { headingId: 3, title: 'Second', sequenceNumber: 2 },
];
const action = (actionId: number, sequenceNumber: number, links: Partial<ActionLinks> = {}): ActionLinks => ({
  actionId,
  sequenceNumber,
  headingId: 7,
  ...links,
});
const word = (dialogueId: number, sequenceNumber: number, links: Partial<WordLinks> = {}): WordLinks => ({
  dialogueId,
  sequenceNumber,
  headingId: 7,
  ...links,
});
/** 'a1' for action 1, 'w1' for spoken word 1, 'a1w1' for both. */
const order = (actions: ActionLinks[], words: WordLinks[] = []) =>
  arrange({ sections, actions, words }).map(
    ({ actionId, word }) => `${actionId ? `a${actionId}` : ''}${word ? `w${word.dialogueId}` : ''}`,
  );

test('nothing makes no story', () => {
  expect(arrange({ sections, actions: [], words: [] })).toEqual([]);
});

test('beats go by the order of their sections, then by their own numbers', () => {
  expect(order([action(1, 1, { headingId: 3 }), action(2, 3), action(3, 2)])).toEqual(['a3', 'a2', 'a1']);
});

test('without a section of this script a beat comes last, and names none', () => {
  const beats = arrange({
    sections,
    actions: [action(1, 1, { headingId: 99 }), { actionId: 2, sequenceNumber: 2 }, action(3, 3, { headingId: 3 })],
    words: [],
  });
  expect(beats.map(({ actionId, headingId }) => [actionId, headingId])).toEqual([
    [3, 3],
    [1, undefined],
    [2, undefined],
  ]);
});

test('a spoken word that no action refers to is a beat among the actions', () => {
  const actions = [action(1, 1, { dialogueId: 5 }), action(2, 4)];
  expect(order(actions, [word(5, 9), word(6, 3), word(8, 5)])).toEqual(['a1w5', 'w6', 'a2', 'w8']);
});

test('equal numbers go by their ids, actions first', () => {
  expect(order([action(5, 1), action(2, 1), action(3, 1)], [word(2, 1), word(4, 1)])).toEqual([
    'a2',
    'w2',
    'a3',
    'w4',
    'a5',
  ]);
});

test('two actions may tell of the same words; a word that is gone is left out', () => {
  expect(
    order(
      [action(1, 1, { dialogueId: 5 }), action(2, 2, { dialogueId: 5 }), action(3, 3, { dialogueId: 6 })],
      [word(5, 1)],
    ),
  ).toEqual(['a1w5', 'a2w5', 'a3']);
});

test('places count from 1 without gaps, and numbers and links are kept', () => {
  const linked = action(4, 20, { dialogueId: 5, contextId: 6, characterId: 1 });
  const words = [word(5, 30, { characterId: 2 })];
  expect(arrange({ sections, actions: [linked, action(1, 10)], words })).toEqual([
    { sequence: 1, sequenceNumber: 10, headingId: 7, actionId: 1, characterIds: [] },
    {
      sequence: 2,
      sequenceNumber: 20,
      headingId: 7,
      actionId: 4,
      word: words[0],
      contextId: 6,
      characterIds: [1, 2],
    },
  ]);
});
