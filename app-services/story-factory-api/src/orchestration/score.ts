import type { FullStory } from '../story.ts';
import { chooser, type Note, phraseOf } from './melody.ts';
import { type Key, tonicOf } from './mode.ts';
import { type Mood, moodOf, neutral } from './mood.ts';
import { oneLine } from './plain-text.ts';
import { castVoices, type Voice } from './voice.ts';

/** Eighths in a bar: all music here is in four quarters. */
export const barEighths = 8;

/** One beat of the story as music: a phrase of its character's voice above the chords of its mood. */
export interface Passage {
  /** Number and text of the beat, one line. */
  label: string;
  spoken: boolean;
  mood: Mood;
  key: Key;
  voice: Voice;
  /** Bars before this one. */
  startBar: number;
  /** Microseconds before this one. */
  startMicros: number;
  /** Microseconds of an eighth. */
  eighthMicros: number;
  bars: {
    /** The voice's notes; `step` is that of the key (mode.ts). */
    melody: Note[];
    /** Steps of the chord that lasts the whole bar. */
    chord: number[];
  }[];
}

/** A story as music, before any file format. */
export interface Score {
  title: string;
  author: string;
  voices: Voice[];
  passages: Passage[];
  bars: number;
  micros: number;
}

/** Composes a story: one passage per beat, one after another. A mood lasts until another beat's context names one. */
export function composeScore({ scriptId, title, author, story }: FullStory): Score {
  const voices = castVoices(story);
  const tonic = tonicOf(scriptId);
  const passages: Passage[] = [];
  let mood = neutral;
  let startBar = 0;
  let startMicros = 0;
  for (const beat of story) {
    const named = beat.context?.data?.mood;
    if (named?.trim()) mood = moodOf(named);
    const voice = voices.get(beat.character?.characterId);
    if (!voice) continue;
    const text = beat.spokenWord?.text || beat.action?.description || voice.name;
    const bars = phraseOf(text).map((melody, bar) => ({
      melody: raised(melody, voice),
      chord: chordOf(text, bar, mood),
    }));
    // Tempo changes only between beats, so adding up whole microseconds keeps the three files together.
    const eighthMicros = Math.round(30_000_000 / mood.tempo);
    passages.push({
      label: oneLine(`${beat.sequence} ${text}`, 60),
      spoken: Boolean(beat.spokenWord?.text),
      mood,
      key: { tonic, mode: mood.mode },
      voice,
      startBar,
      startMicros,
      eighthMicros,
      bars,
    });
    startBar += bars.length;
    startMicros += bars.length * barEighths * eighthMicros;
  }
  const [name, by] = [oneLine(title ?? '', 120), oneLine(author ?? '', 120)];
  return { title: name, author: by, voices: [...voices.values()], passages, bars: startBar, micros: startMicros };
}

const raised = (melody: Note[], voice: Voice): Note[] =>
  melody.map(({ eighths, step }) => ({ eighths, step: step + 7 * voice.octave }));

/** The tonic's triad in a passage's first bar, then one that the text chooses. */
function chordOf(text: string, bar: number, { chords }: Mood): number[] {
  const root = bar === 0 ? 0 : ([0, 3, 4, 5][chooser(`${bar}${text}`)(4)] ?? 0);
  return [0, 2, 4].map((third) => 7 * chords.octave + root + third);
}
