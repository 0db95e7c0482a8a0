import type { CharacterAnswer, SessionAnswer } from './answers.ts';
import type { OutlinedBeat } from './outline.ts';
import type { Action, Beat, Context } from './story.ts';

/** By their ids. */
export interface Texts {
  actions: ReadonlyMap<number, Action>;
  words: ReadonlyMap<number, string>;
  characters: ReadonlyMap<number, CharacterAnswer>;
  sessions: ReadonlyMap<number, SessionAnswer>;
}

/** A beat in its words. What none of `texts` has is absent. */
export function tellBeat(beat: OutlinedBeat, { actions, words, characters, sessions }: Texts): Beat {
  const { sequence, sequenceNumber, headingId, actionId = 0, word, contextId = 0, characterIds } = beat;
  const character = characterIds.map((id) => characters.get(id)).find((one) => one !== undefined);
  const action = actions.get(actionId);
  const text = word && words.get(word.dialogueId);
  const session = sessions.get(contextId);
  return {
    sequence,
    sequenceNumber,
    ...(headingId === undefined ? {} : { headingId }),
    ...(character ? { character } : {}),
    ...(action ? { action } : {}),
    ...(text === undefined
      ? {}
      : { spokenWord: { dialogueId: word?.dialogueId ?? 0, text, sequence: word?.sequenceNumber ?? 0 } }),
    ...(session ? { context: contextOf(session, characters) } : {}),
  };
}

function contextOf(
  { sessionId, characterId = 0, context, data }: SessionAnswer,
  characters: Texts['characters'],
): Context {
  const values = data ?? (context === undefined ? undefined : (valuesOf(context) ?? { context }));
  return {
    contextId: sessionId,
    ...(characters.has(characterId) ? { characterId } : {}),
    ...(values ? { data: values } : {}),
  };
}

/** A context in words may hold named values, as JSON. */
function valuesOf(context: string): Record<string, string> | undefined {
  if (!context.trimStart().startsWith('{')) return undefined;
  try {
    const values: unknown = JSON.parse(context);
    const isMap = Object.values(values as object).every((value) => typeof value === 'string');
    return isMap ? (values as Record<string, string>) : undefined;
  } catch {
    return undefined;
  }
}
