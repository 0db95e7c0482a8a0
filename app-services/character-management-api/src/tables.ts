import type { NumberingTables } from '@fountainai/service-kit';

interface Dated {
  created_at: string;
  updated_at: string;
}

export interface Numbered extends Dated {
  /** A copy, from when it was made: the sequence service knows the number of now. */
  sequence_number: number;
}

/** Where in which script: ids of another service, unchecked. */
interface Placed {
  script_id: number | null;
  heading_id: number | null;
}

export interface CharacterRow extends Numbered {
  character_id: number;
  name: string;
  description: string;
}

export interface ActionRow extends Numbered, Placed {
  action_id: number;
  description: string;
  character_id: number | null;
  dialogue_id: number | null;
  /** Of another service, unchecked. */
  context_id: number | null;
}

export interface SpokenWordRow extends Numbered, Placed {
  dialogue_id: number;
  text: string;
  character_id: number | null;
}

/** One of the three ids is set: that of its original. */
export interface ParaphraseRow extends Dated {
  paraphrase_id: number;
  character_id: number | null;
  action_id: number | null;
  dialogue_id: number | null;
  text: string;
  commentary: string;
}

export interface Tables extends NumberingTables {
  characters: CharacterRow;
  actions: ActionRow;
  spoken_words: SpokenWordRow;
  paraphrases: ParaphraseRow;
}

export interface Elements {
  character: CharacterRow;
  action: ActionRow;
  spokenWord: SpokenWordRow;
}

/** As the sequence service calls them. */
export type ElementType = keyof Elements;

/** Where the elements of each type are kept, by which id, and in which columns their texts and links are. */
export const places = {
  character: { table: 'characters', id: 'character_id', texts: ['name', 'description'], links: [] },
  action: {
    table: 'actions',
    id: 'action_id',
    texts: ['description'],
    links: ['script_id', 'heading_id', 'character_id', 'dialogue_id', 'context_id'],
  },
  spokenWord: {
    table: 'spoken_words',
    id: 'dialogue_id',
    texts: ['text'],
    links: ['script_id', 'heading_id', 'character_id'],
  },
} as const;

/** As people call them. */
export const nameOf: Readonly<Record<ElementType, string>> = {
  character: 'character',
  action: 'action',
  spokenWord: 'spoken word',
};
