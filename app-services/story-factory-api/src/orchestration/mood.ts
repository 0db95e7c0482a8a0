import { chordInstruments, type Instrument } from './instruments.ts';
import type { Mode } from './mode.ts';

/** What a mood makes of the music. */
export interface Mood {
  name: string;
  /** Quarter notes a minute. */
  tempo: number;
  mode: Mode;
  /** Plays the chords below the voices. */
  chords: Instrument;
}

type Row = [name: string, tempo: number, mode: Mode, chords: keyof typeof chordInstruments, words: string];

/** The whole table: the first word of a context's `mood` that stands here decides. */
const table: Row[] = [
  ['joyful', 132, 'ionian', 'piano', 'joyful joy joyous happy glad cheerful merry delighted elated festive excited'],
  ['playful', 120, 'mixolydian', 'harp', 'playful funny comic humorous light teasing witty mischievous ironic'],
  ['triumphant', 116, 'lydian', 'brass', 'triumphant triumph victorious proud heroic brave bold defiant'],
  ['tender', 76, 'ionian', 'strings', 'tender love loving romantic gentle warm affectionate passionate kind'],
  ['longing', 72, 'dorian', 'strings', 'longing yearning wistful nostalgic hopeful hope pensive dreamy'],
  ['calm', 66, 'mixolydian', 'pad', 'calm peaceful serene quiet still relaxed content relieved'],
  ['curious', 92, 'lydian', 'celesta', 'curious mysterious mystery wonder strange surprised puzzled magical'],
  ['solemn', 60, 'dorian', 'organ', 'solemn serious grave sacred formal reverent dignified resigned'],
  ['sorrowful', 54, 'aeolian', 'choir', 'sorrowful sorrow sad grief melancholy mournful lonely gloomy tragic'],
  ['fearful', 104, 'locrian', 'tremolo', 'fearful fear afraid scared anxious nervous tense terrified horror eerie'],
  ['desperate', 138, 'phrygian', 'basses', 'desperate despair frantic urgent panicked hopeless pleading anguished'],
  ['angry', 152, 'phrygian', 'trombones', 'angry anger furious rage bitter hostile hateful jealous vengeful mad'],
];

/** Of beats before the first mood, and of moods in words that the table lacks. */
export const neutral: Mood = { name: 'neutral', tempo: 96, mode: 'ionian', chords: chordInstruments.piano };

export const moods: readonly Mood[] = [
  ...table.map(([name, tempo, mode, chords]) => ({ name, tempo, mode, chords: chordInstruments[chords] })),
  neutral,
];

const moodByWord = new Map(
  table.flatMap(([, , , , words], place) => words.split(' ').map((word) => [word, moods[place] ?? neutral])),
);

/** The mood that a context's text means; unknown words mean the neutral one. */
export function moodOf(text: string): Mood {
  const words = text
    .slice(0, 200)
    .toLowerCase()
    .matchAll(/\p{L}+/gu);
  for (const [word] of words) {
    const mood = moodByWord.get(word);
    if (mood) return mood;
  }
  return neutral;
}
