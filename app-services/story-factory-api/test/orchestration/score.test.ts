import { describe, expect, test } from 'vitest';
import { castInstruments } from '../../src/orchestration/instruments.ts';
import { noteName, pitchOf } from '../../src/orchestration/mode.ts';
import { moodOf, moods } from '../../src/orchestration/mood.ts';
import { oneLine } from '../../src/orchestration/plain-text.ts';
import { barsOf, composeScore } from '../../src/orchestration/score.ts';
import { balcony, beat, hostileTexts, storyOf } from './stories.ts';

describe('the moods of the contexts', () => {
  test('decide tempo, mode and the instrument of the chords', () => {
    const { passages } = composeScore(balcony);
    expect(passages.map(({ mood }) => [mood.name, mood.tempo, mood.mode, mood.chords.name])).toEqual([
      ['longing', 72, 'dorian', 'strings'],
      ['desperate', 138, 'phrygian', 'double basses'],
      ['curious', 92, 'lydian', 'celesta'],
    ]);
    expect(passages.map(({ key }) => key.mode)).toEqual(['dorian', 'phrygian', 'lydian']);
  });

  test('last until the next one, also through a beat without context or with an empty mood', () => {
    const lines = [{}, { mood: 'sad' }, {}, { mood: '' }, { mood: ' ' }, { mood: 'joy' }];
    const { passages } = composeScore(storyOf(lines.map((line, place) => beat(place + 1, { says: 'Yes', ...line }))));
    const names = passages.map(({ mood }) => mood.name);
    expect(names).toEqual(['neutral', 'sorrowful', 'sorrowful', 'sorrowful', 'sorrowful', 'joyful']);
  });

  test.each([
    ['Longing', 'longing'],
    ['  very SAD, almost angry', 'sorrowful'],
    ['grief-stricken', 'sorrowful'],
    ['constructor', 'neutral'],
    ['__proto__', 'neutral'],
    ['😀', 'neutral'],
    ['', 'neutral'],
  ])('%j means %s', (text, name) => expect(moodOf(text).name).toBe(name));

  test('differ from one another in what is heard', () => {
    const heard = moods.map(({ tempo, mode, chords }) => `${tempo} ${mode} ${chords.name}`);
    expect(new Set(heard).size).toBe(moods.length);
    for (const { name } of moods) expect(moodOf(name).name).toBe(name);
  });
});

describe('voices', () => {
  test('belong to characters, not to beats or names', () => {
    const { passages, voices } = composeScore(balcony);
    expect(voices.map(({ name, instrument }) => [name, instrument.name])).toEqual([
      ['Juliet', 'flute'],
      ['Romeo', 'cello'],
    ]);
    expect(passages.map(({ voice }) => voice.name)).toEqual(['Juliet', 'Romeo', 'Juliet']);
    const namesakes = storyOf([1, 2].map((id) => beat(id, { character: [id, 'Guard'], says: 'Halt' })));
    expect(new Set(composeScore(namesakes).passages.map(({ voice }) => voice.instrument)).size).toBe(2);
  });

  test('stay when a character is added later, whatever its place in the story', () => {
    const nurse = beat(9, { character: [3, 'Nurse'], says: 'Madam!' });
    const voiceOf = (name: string, { voices }: ReturnType<typeof composeScore>) =>
      voices.find((voice) => voice.name === name);
    const later = composeScore({ ...balcony, story: [nurse, ...balcony.story] });
    for (const name of ['Juliet', 'Romeo']) expect(voiceOf(name, later)).toEqual(voiceOf(name, composeScore(balcony)));
  });

  test('of a beat without character are the narrator’s, which no character has', () => {
    const [passage] = composeScore(storyOf([beat(1, { does: 'Night falls' })])).passages;
    expect(passage?.voice.name).toBe('Narrator');
    expect(castInstruments).not.toContainEqual(passage?.voice.instrument);
  });

  test('of 315 characters are all different', () => {
    const story = storyOf(
      Array.from({ length: 315 }, (_, id) => beat(id + 1, { character: [id + 1, 'x'], says: 'Here' })),
    );
    const heard = composeScore(story).voices.map(
      ({ instrument, octave, place }) => `${instrument.name} ${octave} ${place}`,
    );
    expect(new Set(heard).size).toBe(315);
  });
});

describe('a passage', () => {
  test.each(hostileTexts.map((text) => [text.slice(0, 40), text]))('is audible and fills its bars: %j', (_, text) => {
    const lines = [{ says: text }, { does: text }, { character: [1, text] as [number, string] }];
    const { passages, bars } = composeScore(storyOf(lines.map((line, place) => beat(place + 1, line))));
    expect(passages).toHaveLength(3);
    expect(bars).toBe(passages.reduce((sum, passage) => sum + passage.bars, 0));
    for (const passage of passages) {
      expect(barsOf(passage)).toHaveLength(passage.bars);
      for (const { melody, chord } of barsOf(passage)) {
        expect(melody.reduce((sum, { eighths }) => sum + eighths, 0)).toBe(8);
        for (const step of [...chord, ...melody.map((note) => note.step)]) {
          expect(pitchOf(passage.key, step)).toBeGreaterThanOrEqual(24);
          expect(pitchOf(passage.key, step)).toBeLessThanOrEqual(108);
        }
      }
    }
  });

  test('takes longer for a longer line, four bars at most, and sings the same words the same', () => {
    const passageOf = (says: string) => composeScore(storyOf([beat(1, { says })])).passages[0];
    expect([1, 12, 13, 40, 2000].map((words) => passageOf('word '.repeat(words))?.bars)).toEqual([1, 1, 2, 4, 4]);
    const [one, other] = [passageOf('Shall I hear more?'), passageOf('Shall I hear less?')];
    expect(one && barsOf(one)).toEqual(one && barsOf(one));
    expect(one && barsOf(one)).not.toEqual(other && barsOf(other));
  });
});

test('every step of every key has a name that sounds at its pitch', () => {
  const natural: Record<string, number> = { c: 0, d: 2, e: 4, f: 5, g: 7, a: 9, b: 11 };
  for (const tonic of ['c', 'd', 'e', 'f', 'g', 'a', 'b'] as const) {
    for (const { mode } of moods) {
      for (let step = 14; step < 50; step++) {
        const [, letter = '', alteration = '', octave = ''] =
          /^([a-g])(es|is|)('*|,*)$/.exec(noteName({ tonic, mode }, step)) ?? [];
        const height = 48 + 12 * (octave.startsWith(',') ? -octave.length : octave.length);
        const altered = { es: -1, is: 1 }[alteration] ?? 0;
        expect(height + (natural[letter] ?? Number.NaN) + altered).toBe(pitchOf({ tonic, mode }, step));
      }
    }
  }
});

test.each([
  ['two\nlines\r\n and\ttabs', 80, 'two lines and tabs'],
  ['\u202Eabc\u202C', 80, 'abc'],
  ['a\0b\u2028c', 80, 'a b c'],
  ['half \ud800 pair', 80, 'half � pair'],
  ['شلوم\u200Cبه', 80, 'شلوم\u200Cبه'],
  ['👩‍👧 and more', 5, '👩‍👧 …'],
  ['x'.repeat(200), 10, `${'x'.repeat(9)}…`],
  ['', 10, ''],
])('%j on one line of %d letters is %j', (text, limit, line) => expect(oneLine(text, limit)).toBe(line));
