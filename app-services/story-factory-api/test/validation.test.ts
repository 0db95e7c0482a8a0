import { expect, test } from 'vitest';
import { findFaults } from '../src/validation.ts';

const section = (headingId: number, sequenceNumber: number) => ({ headingId, sequenceNumber, title: 'x' });
const nothing = { sections: [], actions: [], words: [], sessions: [], characters: [] };
const faultless = { valid: true, truncated: false, duplicates: [], gaps: [], danglingLinks: [] };

test('an empty script has no faults', () => {
  expect(findFaults(nothing)).toEqual(faultless);
});

test('duplicates are those of one type', () => {
  const found = findFaults({
    ...nothing,
    sections: [section(5, 2), section(1, 1), section(2, 2)],
    actions: [{ actionId: 1, sequenceNumber: 1 }],
    words: [{ dialogueId: 1, sequenceNumber: 1 }],
  });
  expect(found).toEqual({
    ...faultless,
    valid: false,
    duplicates: [{ elementType: 'section', sequenceNumber: 2, elementIds: [2, 5] }],
  });
});

test('gaps are between the numbers of one type, in any order, and do no harm', () => {
  const words = [9, 3, 4, 7].map((sequenceNumber, index) => ({ dialogueId: index + 1, sequenceNumber }));
  expect(findFaults({ ...nothing, words })).toEqual({
    ...faultless,
    gaps: [
      { elementType: 'spokenWord', from: 5, to: 6 },
      { elementType: 'spokenWord', from: 8, to: 8 },
    ],
  });
});

test('every kind of link is followed', () => {
  const links = { headingId: 1, characterId: 2, dialogueId: 3, contextId: 4 };
  const actions = [{ actionId: 8, sequenceNumber: 1, ...links }];
  const words = [{ dialogueId: 9, sequenceNumber: 1, headingId: 1, characterId: 2 }];
  const sessions = [{ sessionId: 5, characterId: 2 }];
  const dangling = (elementType: string, elementId: number, ...names: (keyof typeof links)[]) =>
    names.map((link) => ({ elementType, elementId, link, linkedId: links[link] }));
  expect(findFaults({ ...nothing, actions, words, sessions })).toEqual({
    ...faultless,
    valid: false,
    danglingLinks: [
      ...dangling('action', 8, 'headingId', 'characterId', 'dialogueId', 'contextId'),
      ...dangling('spokenWord', 9, 'headingId', 'characterId'),
      ...dangling('session', 5, 'characterId'),
    ],
  });
  const there = {
    sections: [section(1, 1)],
    words: [...words, { dialogueId: 3, sequenceNumber: 2 }],
    sessions: [...sessions, { sessionId: 4 }],
    characters: [{ characterId: 2, name: 'x', description: '' }],
  };
  expect(findFaults({ actions, ...there })).toEqual(faultless);
});

test('a thousand of a kind are listed, and that there are more is said', () => {
  const actions = Array.from({ length: 1001 }, (_, index) => ({
    actionId: index + 1,
    sequenceNumber: 1,
    headingId: 7,
  }));
  const { valid, truncated, duplicates, danglingLinks } = findFaults({ ...nothing, actions });
  expect([valid, truncated, danglingLinks.length]).toEqual([false, true, 1000]);
  expect(duplicates).toEqual([
    { elementType: 'action', sequenceNumber: 1, elementIds: Array.from({ length: 1000 }, (_, index) => index + 1) },
  ]);
  expect(findFaults({ ...nothing, actions: actions.slice(1) }).truncated).toBe(false);
});
