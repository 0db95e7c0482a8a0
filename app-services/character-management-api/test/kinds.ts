import { expect } from 'vitest';

/** What the tests of all three kinds of elements need to know of each. */
export interface Kind {
  type: 'character' | 'action' | 'spokenWord';
  path: string;
  /** The field of its id. */
  id: string;
  /** The field of its text that every kind has. */
  text: string;
  /** A body that creates one. */
  body(text: string): Record<string, unknown>;
}

export const kinds: Kind[] = [
  {
    type: 'character',
    path: '/characters',
    id: 'characterId',
    text: 'description',
    body: (text) => ({ name: 'Juliet', description: text }),
  },
  { type: 'action', path: '/actions', id: 'actionId', text: 'description', body: (text) => ({ description: text }) },
  { type: 'spokenWord', path: '/spokenWords', id: 'dialogueId', text: 'text', body: (text) => ({ text }) },
];

// biome-ignore lint/suspicious/noExplicitAny: what came back
export type Row = Record<string, any>;

export const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
