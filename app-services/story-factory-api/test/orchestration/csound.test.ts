import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { orchestrate } from '../../src/orchestration/orchestrate.ts';
import { composeScore } from '../../src/orchestration/score.ts';
import { describeWith, runOn } from './programs.ts';
import { balcony, everyMoodAndVoice, storyOf, textOf } from './stories.ts';
import { anyStory, awfulStory } from './story-arbitrary.ts';

const line = /^(; .*|i [1-6] [\d.]+ [\d.]+ 0\.\d+ \d+ [\d.]+ [\d.]+|f 0 [\d.]+|e)$/u;
const harmless = /^; [\p{L}\p{N}\p{M}\p{P}\p{S}\p{Zs}\p{Cf}\p{Co}]*$/u;

describe('a Csound file', () => {
  test('has one passage per beat, with voices in their places and chords below', () => {
    const [, passage = ''] = scoreOf(textOf(orchestrate(balcony).csd)).split(/^(?=; 2 )/mu);
    expect(passage.split('\n; 3 ')[0]).toMatchInlineSnapshot(`
      "; 2 Shall I hear more? (Romeo, desperate, 138 a minute)
      i 2 6.667 1.739 0.06 38 0.5 0.1
      i 2 6.667 1.739 0.06 41 0.5 0.1
      i 2 6.667 1.739 0.06 45 0.5 0.1
      i 2 6.667 0.652 0.3 65 0.3 0.3
      i 2 7.319 0.217 0.3 65 0.3 0.3
      i 2 7.536 0.87 0.3 53 0.3 0.3
      ; Act 1, Scene 2"
    `);
  });

  test('is the same document whatever the texts: no line but comments and events, no sign that means something', () => {
    fc.assert(
      fc.property(anyStory, (story) => {
        const text = textOf(orchestrate(story).csd);
        expect(text.match(/<\/?Cs\w+>/g)).toHaveLength(8);
        const lines = scoreOf(text).split('\n');
        for (const each of lines) expect(each).toMatch(line);
        for (const each of lines.filter((one) => one.startsWith(';'))) {
          expect(each).toMatch(harmless);
          expect(each.slice(1)).not.toMatch(/[<>$#\\/*"{}@;%&`~|=+[\]^_]/);
        }
      }),
      { seed: 4, numRuns: 100 },
    );
  });
});

describeWith('csound', () => {
  test.each([
    ['the balcony', balcony],
    ['an empty story', storyOf([])],
    ['awful texts', awfulStory],
  ])('passes its check: %s', (_, story) => {
    const { status, output } = runOn(
      { 'story.csd': textOf(orchestrate(story).csd) },
      'csound',
      '--syntax-check-only',
      'story.csd',
    );
    expect(output).toContain('Syntax check completed');
    expect(output).toContain('\n0 errors in performance');
    expect(output).not.toMatch(/warning|invalid|unknown/i);
    expect(status).toBe(0);
  });

  test('plays every beat of every mood and voice audibly, and none too loud', () => {
    const { folder, output } = runOn(
      { 'story.csd': textOf(orchestrate(everyMoodAndVoice).csd) },
      ...(['csound', '--sample-rate=8000', '--control-rate=125', 'story.csd'] as const),
    );
    expect(output).toMatch(/overall samples out of range:\D+0\D+0\D/);
    const loudness = loudnessAt(readFileSync(join(folder, 'story.wav')));
    for (const { startMicros, eighthMicros, bars, label } of composeScore(everyMoodAndVoice).passages) {
      const middle = loudness(startMicros / 1e6, (startMicros + bars * 8 * eighthMicros) / 1e6);
      expect(middle, label).toBeGreaterThan(0.01);
    }
  });
});

const scoreOf = (text: string) => /<CsScore>\n([\s\S]*)\n<\/CsScore>/.exec(text)?.[1] ?? '';

/** Root mean square of the samples between two seconds of a WAV file (16 bits, two channels, 8,000 a second), 1 at most. */
function loudnessAt(wave: Buffer): (from: number, to: number) => number {
  const samples = wave.subarray(wave.indexOf('data') + 8);
  return (from, to) => {
    let [sum, count] = [0, 0];
    for (let at = 4 * Math.round(from * 8000); at < Math.min(samples.length - 1, 4 * Math.round(to * 8000)); at += 2) {
      sum += (samples.readInt16LE(at) / 32768) ** 2;
      count++;
    }
    return Math.sqrt(sum / count);
  };
}
