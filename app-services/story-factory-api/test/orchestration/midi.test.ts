import toneMidi from '@tonejs/midi';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pitchOf } from '../../src/orchestration/mode.ts';
import { orchestrate } from '../../src/orchestration/orchestrate.ts';
import { barsOf, composeScore } from '../../src/orchestration/score.ts';
import type { FullStory } from '../../src/story.ts';
import { balcony, beat, bytesOf, longStory, storyOf } from './stories.ts';
import { anyStory } from './story-arbitrary.ts';

const { Midi } = toneMidi;
/** What the parser makes of a file: it takes the first track into the header, and cuts the one of chords at each instrument. */
function read(story: FullStory) {
  const { header, tracks, duration } = new Midi(bytesOf(orchestrate(story).mid));
  const [chords, voices] = [tracks.filter(({ channel }) => channel === 0), tracks.filter(({ channel }) => channel > 0)];
  return { header, tracks, chords, voices, duration };
}

/** The parser reads a text's bytes as one letter each. */
const utf8 = (text: string) => Buffer.from(text, 'latin1').toString();

/** Holds the voices' notes, as the parser hears them, against the score. */
function expectAllHeard(story: FullStory): void {
  const score = composeScore(story);
  const { voices } = read(story);
  expect(voices).toHaveLength(score.voices.length);
  const heard = voices.flatMap(({ notes }) => notes.map(({ midi, ticks, time }) => [ticks, midi, time]));
  const wanted = score.passages.flatMap((passage) => {
    let eighths = 0;
    return barsOf(passage).flatMap(({ melody }) =>
      melody.map((note) => {
        const ticks = passage.startBar * 1920 + eighths * 240;
        const seconds = (passage.startMicros + eighths * passage.eighthMicros) / 1e6;
        eighths += note.eighths;
        return [ticks, pitchOf(passage.key, note.step), expect.closeTo(seconds, 4)];
      }),
    );
  });
  expect(heard.sort(([a = 0], [b = 0]) => a - b)).toEqual(wanted);
}

describe('a MIDI file', () => {
  test('has a track of tempos, one of chords, and one for each character', () => {
    const { header, chords, voices } = read(balcony);
    expect(header.tempos.map(({ bpm, ticks }) => [Math.round(bpm), ticks])).toEqual([
      [72, 0],
      [138, 2 * 1920],
      [92, 3 * 1920],
    ]);
    expect(header.timeSignatures[0]?.timeSignature).toEqual([4, 4]);
    const texts = (kind: string) => header.meta.filter(({ type }) => type === kind).map(({ text }) => text);
    expect([texts('text'), texts('marker')]).toEqual([
      ['longing', 'desperate', 'curious'],
      ['Act 1, Scene 1', 'Act 1, Scene 2'],
    ]);
    expect(header.name).toBe('Romeo and Juliet by William Shakespeare');
    expect(chords.map(({ instrument }) => instrument.number)).toEqual(expect.arrayContaining([8, 43, 48]));
    expect(voices.map(({ name, instrument, channel }) => [name, instrument.name, channel])).toEqual([
      ['Juliet (flute)', 'flute', 1],
      ['Romeo (cello)', 'cello', 2],
    ]);
  });

  test('sounds each note of the score at its time, and no other', () => {
    fc.assert(fc.property(anyStory, expectAllHeard), { seed: 4, numRuns: 50 });
    expectAllHeard(longStory(400, 40));
  });

  test('keeps names in UTF-8', () => {
    const { header, voices } = read(
      storyOf([beat(1, { character: [1, 'שרה 😀'], says: 'Yes' })], { title: '夜', author: 'é' }),
    );
    expect(utf8(header.name)).toBe('夜 by é');
    expect(utf8(voices[0]?.name ?? '')).toBe('שרה 😀 (flute)');
  });

  test('gives forty characters their own tracks, and sets shared channels anew before each of their notes', () => {
    const { voices } = read(longStory(400, 40));
    expect(voices).toHaveLength(40);
    expect(new Set(voices.map(({ channel }) => channel)).size).toBe(14);
    expect(voices.some(({ channel }) => channel === 9)).toBe(false);
    for (const { notes, controlChanges } of voices) {
      expect(notes.length).toBeGreaterThanOrEqual(10);
      expect(controlChanges[10]).toHaveLength(10);
    }
  });

  test('of an empty story is a file without notes', () => {
    const { tracks, duration } = read(storyOf([]));
    expect(tracks.flatMap(({ notes }) => notes)).toEqual([]);
    expect(duration).toBe(0);
  });
});
