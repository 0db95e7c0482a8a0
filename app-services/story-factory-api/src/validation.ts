import type { CharacterAnswer, SessionAnswer } from './answers.ts';
import type { components } from './contract.ts';
import type { Outline } from './outline.ts';

type Faults = Omit<components['schemas']['Validation'], 'scriptId'>;
type ElementType = components['schemas']['ElementType'];

interface Element {
  elementType: ElementType;
  elementId: number;
}
type Numbered = Element & { sequenceNumber: number };
type Linking = Element & Partial<Record<Link, number | undefined>>;
type Link = (typeof linkNames)[number];

const linkNames = ['headingId', 'characterId', 'dialogueId', 'contextId'] as const;

/** Of each kind of faults. */
const listed = 1000;

interface Found extends Pick<Outline, 'sections' | 'actions' | 'words'> {
  /** Those of the contexts and characters that are linked to, as far as they are there. */
  sessions: readonly SessionAnswer[];
  characters: readonly CharacterAnswer[];
}

/** What is wrong with a script's numbers and links. Gaps are not wrong: other scripts have numbers, too, and deleted elements had. */
export function findFaults({ sections, actions, words, sessions, characters }: Found): Faults {
  const types = [
    sections.map((one): Numbered => ({ ...one, elementType: 'section', elementId: one.headingId })),
    actions.map((one): Numbered & Linking => ({ ...one, elementType: 'action', elementId: one.actionId })),
    // The id of a spoken word has the name of a link.
    words.map(({ dialogueId, headingId, characterId, sequenceNumber }) => ({
      elementType: 'spokenWord' as const,
      elementId: dialogueId,
      sequenceNumber,
      headingId,
      characterId,
    })),
  ] as const;
  const contexts = sessions.map(
    ({ sessionId, characterId }): Linking => ({ elementType: 'session', elementId: sessionId, characterId }),
  );
  const there: Record<Link, ReadonlySet<number>> = {
    headingId: new Set(sections.map(({ headingId }) => headingId)),
    characterId: new Set(characters.map(({ characterId }) => characterId)),
    dialogueId: new Set(words.map(({ dialogueId }) => dialogueId)),
    contextId: new Set(sessions.map(({ sessionId }) => sessionId)),
  };
  const duplicates = types.flatMap(duplicatesIn);
  const gaps = types.flatMap(gapsIn);
  const danglingLinks = [...types[1], ...types[2], ...contexts].flatMap((one) => danglingOf(one, there));
  return {
    valid: duplicates.length + danglingLinks.length === 0,
    truncated: [duplicates, gaps, danglingLinks].some(({ length }) => length > listed),
    duplicates: duplicates.slice(0, listed),
    gaps: gaps.slice(0, listed),
    danglingLinks: danglingLinks.slice(0, listed),
  };
}

function duplicatesIn(elements: readonly Numbered[]): Faults['duplicates'] {
  const byNumber = Map.groupBy(elements, ({ sequenceNumber }) => sequenceNumber);
  return [...byNumber].flatMap(([sequenceNumber, same]) => {
    const [first, second] = same;
    if (!first || !second) return [];
    const elementIds = same.map(({ elementId }) => elementId).sort((a, b) => a - b);
    return [{ elementType: first.elementType, sequenceNumber, elementIds: elementIds.slice(0, listed) }];
  });
}

/** Between the lowest and the highest number. */
function gapsIn(elements: readonly Numbered[]): Faults['gaps'] {
  const ordered = elements.toSorted((a, b) => a.sequenceNumber - b.sequenceNumber);
  return ordered.flatMap(({ elementType, sequenceNumber }, index) => {
    const from = (ordered[index - 1]?.sequenceNumber ?? sequenceNumber) + 1;
    return from < sequenceNumber ? [{ elementType, from, to: sequenceNumber - 1 }] : [];
  });
}

function danglingOf(one: Linking, there: Record<Link, ReadonlySet<number>>): Faults['danglingLinks'] {
  const { elementType, elementId } = one;
  return linkNames.flatMap((link) => {
    const linkedId = one[link];
    return linkedId === undefined || there[link].has(linkedId) ? [] : [{ elementType, elementId, link, linkedId }];
  });
}
