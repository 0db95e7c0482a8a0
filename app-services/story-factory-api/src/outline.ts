import type { ActionLinks, SectionAnswer, WordLinks } from './answers.ts';

/** What a script consists of, without the texts of its beats. */
export interface Outline {
  scriptId: number;
  title: string;
  author?: string;
  description?: string;
  /** In order. */
  sections: SectionAnswer[];
  actions: ActionLinks[];
  words: WordLinks[];
  /** The sequence service could not be asked: numbers are copies, and may be old. */
  copies: boolean;
}

/** A beat by its links: those to something gone are left out, but for context and character, of which others know. */
export interface OutlinedBeat {
  /** Its place in the whole script, from 1. */
  sequence: number;
  sequenceNumber: number;
  headingId?: number;
  actionId?: number;
  word?: WordLinks;
  contextId?: number;
  /** Of its action, else of its spoken word. */
  characterIds: number[];
}

/**
 * The beats of a script in order: by the numbers of their sections (those without a section come last), then by their own, which
 * are those of their actions or of spoken words that no action refers to; where numbers are equal, by ids, actions first.
 */
export function arrange({ sections, actions, words }: Pick<Outline, 'sections' | 'actions' | 'words'>): OutlinedBeat[] {
  const places = new Map(sections.map(({ headingId }, place) => [headingId, place]));
  const wordsById = new Map(words.map((word) => [word.dialogueId, word]));
  const spoken = new Set(actions.map(({ dialogueId }) => dialogueId));
  const anchors = [
    ...actions.map((action) => ({ ...action, word: wordsById.get(action.dialogueId ?? 0) })),
    ...words
      .filter(({ dialogueId }) => !spoken.has(dialogueId))
      .map((word) => ({ ...word, word, actionId: undefined })),
  ];
  const placeOf = (headingId = 0) => places.get(headingId) ?? sections.length;
  anchors.sort(
    (a, b) =>
      placeOf(a.headingId) - placeOf(b.headingId) ||
      a.sequenceNumber - b.sequenceNumber ||
      idOf(a) - idOf(b) ||
      Number(a.actionId === undefined) - Number(b.actionId === undefined),
  );
  return anchors.map((anchor, index) => beatOf(anchor, index + 1, places.has(anchor.headingId ?? 0)));
}

type Anchor = Omit<ActionLinks, 'actionId'> & { actionId: number | undefined; word: WordLinks | undefined };

const idOf = ({ actionId, word }: Anchor) => actionId ?? word?.dialogueId ?? 0;

function beatOf({ actionId, headingId, word, ...anchor }: Anchor, sequence: number, inSection: boolean): OutlinedBeat {
  const { sequenceNumber, characterId, contextId } = anchor;
  return {
    sequence,
    sequenceNumber,
    ...(inSection && headingId !== undefined ? { headingId } : {}),
    ...(actionId === undefined ? {} : { actionId }),
    ...(word ? { word } : {}),
    ...(contextId === undefined ? {} : { contextId }),
    characterIds: [characterId, word?.characterId].filter((id) => id !== undefined),
  };
}
