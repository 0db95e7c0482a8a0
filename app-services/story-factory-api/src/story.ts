/** A story, or a part of one: what stands in its script, in order. Texts are as they were written. */
export interface FullStory {
  scriptId: number;
  title: string;
  author?: string;
  description?: string;
  sections: Section[];
  /** Its beats. */
  story: Beat[];
}

export interface Section {
  headingId: number;
  scriptId: number;
  title: string;
  /** Its number of now, of all sections. */
  sequence: number;
}

/** Something that is done, said, or both. What a beat has no link to, or a link to something gone, is left out. */
export interface Beat {
  /** Its place in the whole script, from 1. */
  sequence: number;
  /** The number of now of what it stands for: the action, or the spoken word where there is none. */
  sequenceNumber: number;
  headingId?: number;
  character?: Character;
  action?: Action;
  spokenWord?: SpokenWord;
  context?: Context;
}

export interface Character {
  characterId: number;
  name: string;
  description: string;
}

export interface Action {
  actionId: number;
  description: string;
}

export interface SpokenWord {
  dialogueId: number;
  text: string;
  /** Its number of now, of all spoken words. */
  sequence: number;
}

export interface Context {
  /** The session's id. */
  contextId: number;
  characterId?: number;
  data?: Record<string, string>;
}
