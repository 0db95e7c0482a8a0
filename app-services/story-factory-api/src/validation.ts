import type { CharacterAnswer, SessionAnswer } from './answers.ts';
import type { components } from './contract.ts';
import type { Outline } from './outline.ts';

type Faults = Omit<components['schemas']['Validation'], 'scriptId'>;

interface Linking {
  type: components['schemas']['ElementType'];
  id: number;
  links: Partial<Record<Link, number | undefined>>;
}

interface Element extends Linking {
  sequenceNumber: number;
}

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
  const types: Element[][] = [
    sections.map(({ headingId, sequenceNumber }) => ({ type: 'section', id: headingId, sequenceNumber, links: {} })),
    actions.map(({ actionId, sequenceNumber, headingId, characterId, dialogueId, contextId }) => ({
      type: 'action',
      id: actionId,
      sequenceNumber,
      links: { headingId, characterId, dialogueId, contextId },
    })),
    words.map(({ dialogueId, sequenceNumber, headingId, characterId }) => ({
      type: 'spokenWord',
      id: dialogueId,
      sequenceNumber,
      links: { headingId, characterId },
    })),
  ];
  const contexts = sessions.map(
    ({ sessionId, characterId }): Linking => ({ type: 'session', id: sessionId, links: { characterId } }),
  );
  const there = {
    headingId: new Set(sections.map(({ headingId }) => headingId)),
    characterId: new Set(characters.map(({ characterId }) => characterId)),
    dialogueId: new Set(words.map(({ dialogueId }) => dialogueId)),
    contextId: new Set(sessions.map(({ sessionId }) => sessionId)),
  };
  const duplicates = types.flatMap(duplicatesIn);
  const gaps = types.flatMap(gapsIn);
  const danglingLinks = [...types, contexts].flatMap((linking) => danglingIn(linking, there));
  return {
    valid: duplicates.length + danglingLinks.length === 0,
    truncated: [duplicates, gaps, danglingLinks].some(({ length }) => length > listed),
    duplicates: duplicates.slice(0, listed),
    gaps: gaps.slice(0, listed),
    danglingLinks: danglingLinks.slice(0, listed),
  };
}

function duplicatesIn(elements: readonly Element[]): Faults['duplicates'] {
  const byNumber = Map.groupBy(elements, ({ sequenceNumber }) => sequenceNumber);
  return [...byNumber].flatMap(([sequenceNumber, same]) => {
    const [first, second] = same;
    if (!first || !second) return [];
    const elementIds = same.map(({ id }) => id).sort((a, b) => a - b);
    return [{ elementType: first.type, sequenceNumber, elementIds: elementIds.slice(0, listed) }];
  });
}

/** Between the lowest and the highest number. */
function gapsIn(elements: readonly Element[]): Faults['gaps'] {
  const ordered = elements.toSorted((a, b) => a.sequenceNumber - b.sequenceNumber);
  return ordered.flatMap(({ type, sequenceNumber }, index) => {
    const from = (ordered[index - 1]?.sequenceNumber ?? sequenceNumber) + 1;
    return from < sequenceNumber ? [{ elementType: type, from, to: sequenceNumber - 1 }] : [];
  });
}

function danglingIn(elements: readonly Linking[], there: Record<Link, ReadonlySet<number>>): Faults['danglingLinks'] {
  return elements
    .toSorted((a, b) => a.id - b.id)
    .flatMap(({ type, id, links }) =>
      linkNames.flatMap((link) => {
        const linkedId = links[link];
        const dangles = linkedId !== undefined && !there[link].has(linkedId);
        return dangles ? [{ elementType: type, elementId: id, link, linkedId }] : [];
      }),
    );
}
