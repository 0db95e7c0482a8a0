import type { FullStory } from '../story.ts';
import { chooser, type Note, phraseBars, phraseOf } from './melody.ts';
import { type Key, tonicOf } from './mode.ts';
import { type Mood, moodOf, neutral } from './mood.ts';
import { oneLine } from './plain-text.ts';
import { castVoices, type Voice } from './voice.ts';

/** Eighths in a bar: all music here is in four quarters. */
export const barEighths = 8;

/** One beat of the story as music: a phrase of its character's voice above the chords of its mood. */
export interface Passage {
  /** Title of the section that begins with it. */
  section?: string;
  /** Number and text of the beat, one line. */
  label: string;
  /** Whether it says the words of a character, and not what is done. */
  spoken: boolean;
  /** What the phrase is made from. */
  text: string;
  mood: Mood;
  key: Key;
  voice: Voice;
  /** Bars before this one, and its own. */
  startBar: number;
  bars: number;
  /** Microseconds before this one. */
  startMicros: number;
  /** Microseconds of an eighth. */
  eighthMicros: number;
}

export interface Bar {
  /** The voice's notes; `step` is that of the key (mode.ts). */
  melody: Note[];
  /** Steps of the chord that lasts the whole bar. */
  chord: number[];
}

/** A story as music, before any file format. */
export interface Score {
  title: string;
  author: string;
  /** Both in one. */
  heading: string;
  voices: Voice[];
  passages: Passage[];
  bars: number;
  micros: number;
}

/** Composes a story: one passage per beat, one after another. A mood lasts until another beat's context names one. */
export function composeScore({ scriptId, title, author = '', sections, story }: FullStory): Score {
  const voices = castVoices(story);
  const tonic = tonicOf(scriptId);
  const passages: Passage[] = [];
  const titles = new Map(sections.map(({ headingId, title }) => [headingId, title]));
  let [mood, startBar, startMicros] = [neutral, 0, 0];
  let before: number | undefined;
  for (const { sequence, headingId, character, action, spokenWord, context } of story) {
    const voice = voices.get(character?.characterId);
    if (!voice) continue;
    const named = context?.data?.mood;
    if (named?.trim()) mood = moodOf(named);
    const key = { tonic, mode: mood.mode };
    const text = spokenWord?.text || action?.description || voice.name;
    const spoken = Boolean(spokenWord?.text);
    const bars = phraseBars(text);
    // Tempo changes only between passages, so adding up whole microseconds keeps the three files together.
    const eighthMicros = Math.round(30_000_000 / mood.tempo);
    const label = oneLine(`${sequence} ${text}`, 60);
    const passage = { label, spoken, text, mood, key, voice, startBar, bars, startMicros, eighthMicros };
    const section = headingId === before ? '' : oneLine(titles.get(headingId ?? 0) ?? '', 60);
    passages.push(section ? { section, ...passage } : passage);
    before = headingId;
    startBar += bars;
    startMicros += bars * barEighths * eighthMicros;
  }
  const [name, by] = [oneLine(title, 120), oneLine(author, 120)];
  const heading = by ? `${name} by ${by}` : name;
  return {
    title: name,
    author: by,
    heading,
    voices: [...voices.values()],
    passages,
    bars: startBar,
    micros: startMicros,
  };
}

/** The bars of a passage. They are made anew at each call: kept, those of a long story would take more memory than its texts. */
export function barsOf({ text, voice, mood, bars }: Passage): Bar[] {
  const choose = chooser(text);
  return phraseOf(text, bars, choose).map((melody, bar) => {
    for (const note of melody) note.step += 7 * voice.octave;
    // The tonic's chord comes first; the text chooses the others.
    const root = 7 * mood.chords.octave + (bar === 0 ? 0 : ([0, 3, 4, 5][choose(4)] ?? 0));
    return { melody, chord: [root, root + 2, root + 4] };
  });
}
