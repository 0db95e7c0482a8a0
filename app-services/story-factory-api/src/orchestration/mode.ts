/** Semitones of a mode's seven degrees above its tonic. */
const degrees = {
  ionian: [0, 2, 4, 5, 7, 9, 11],
  dorian: [0, 2, 3, 5, 7, 9, 10],
  phrygian: [0, 1, 3, 5, 7, 8, 10],
  lydian: [0, 2, 4, 6, 7, 9, 11],
  mixolydian: [0, 2, 4, 5, 7, 9, 10],
  aeolian: [0, 2, 3, 5, 7, 8, 10],
  locrian: [0, 1, 3, 5, 6, 8, 10],
} as const;

const letters = ['c', 'd', 'e', 'f', 'g', 'a', 'b'] as const;

export type Mode = keyof typeof degrees;
export type Tonic = (typeof letters)[number];

/** A tonic and a mode, such as D dorian. */
export interface Key {
  tonic: Tonic;
  mode: Mode;
}

/** A story's own tonic: the seven natural notes in turn, so that it stays when the story's text changes. */
export const tonicOf = (scriptId: number): Tonic => letters[Math.abs(scriptId) % letters.length] ?? 'c';

/** MIDI pitch (60 is middle C) of a step of the key; step 0 is the tonic of octave 0, step 7 that of octave 1. */
export function pitchOf({ tonic, mode }: Key, step: number): number {
  const octave = Math.floor(step / 7);
  return naturalPitch(letters.indexOf(tonic) + 7 * octave) + (degrees[mode][step - 7 * octave] ?? 0);
}

/** LilyPond's (Dutch) name of a step of the key with its octave, such as `ees'`: every degree has a letter of its own. */
export function noteName(key: Key, step: number): string {
  const place = letters.indexOf(key.tonic) + step;
  const octave = Math.floor(place / 7);
  const alteration = ['es', '', 'is'][pitchOf(key, step) - naturalPitch(place) + 1] ?? '';
  const height = octave >= 3 ? "'".repeat(octave - 3) : ','.repeat(3 - octave);
  return `${letters[place - 7 * octave]}${alteration}${height}`;
}

const naturalPitch = (place: number) =>
  12 * (Math.floor(place / 7) + 1) + (degrees.ionian[place - 7 * Math.floor(place / 7)] ?? 0);
