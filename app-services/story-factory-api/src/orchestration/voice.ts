import type { FullStory } from '../story.ts';
import { castInstruments, type Instrument, narratorInstrument } from './instruments.ts';
import { oneLine } from './plain-text.ts';

/** How one character sounds. */
export interface Voice {
  name: string;
  instrument: Instrument;
  /** Octave of its lowest tonic. */
  octave: number;
  /** 0 left to 1 right. */
  place: number;
}

const places = [0.5, 0.3, 0.7, 0.4, 0.6, 0.2, 0.8];
const registers = [0, -1, 1];

/**
 * A voice for each character of a story by its id, and for the narrator (no id) of beats without a character. Voices go by the
 * order of the ids, so a character that is added later changes nobody's. The first 315 differ from one another.
 */
export function castVoices(story: FullStory['story']): Map<number | undefined, Voice> {
  const names = new Map<number, string>();
  let narrated = false;
  for (const { character } of story) {
    if (character?.characterId === undefined) narrated = true;
    else if (!names.has(character.characterId)) names.set(character.characterId, character.name ?? '');
  }
  const narrator: Voice = { name: 'Narrator', instrument: narratorInstrument, octave: 4, place: 0.5 };
  return new Map<number | undefined, Voice>([
    ...(narrated ? ([[undefined, narrator]] as const) : []),
    ...[...names].sort(([a], [b]) => a - b).map(([id, name], rank) => [id, castVoice(name, rank)] as const),
  ]);
}

function castVoice(name: string, rank: number): Voice {
  const round = Math.floor(rank / castInstruments.length);
  const instrument = castInstruments[rank % castInstruments.length] ?? narratorInstrument;
  const octave = instrument.octave + (registers[round % registers.length] ?? 0);
  return { name: oneLine(name, 40), instrument, octave, place: places[rank % places.length] ?? 0.5 };
}
