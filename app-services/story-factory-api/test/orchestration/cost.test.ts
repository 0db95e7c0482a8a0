import { describe, expect, test } from 'vitest';
import { orchestrate } from '../../src/orchestration/orchestrate.ts';
import { bytesOf, longStory } from './stories.ts';

/** Bytes of the three files, and the processor's milliseconds that making them took. */
function costOf(beats: number, characters: number) {
  const story = longStory(beats, characters);
  const before = process.cpuUsage();
  const { csd, ly, mid } = orchestrate(story);
  const bytes = [csd, ly].reduce((sum, pieces) => sum + [...pieces].reduce((all, { length }) => all + length, 0), 0);
  const made = bytes + bytesOf(mid).length;
  return { bytes: made, millis: process.cpuUsage(before).user / 1000 };
}

describe.each([
  ['few characters', 8, 8],
  ['a character of its own for each beat', 300, 2_400],
])('the cost of a beat is the same in a long story with %s', (_, charactersOfShort, charactersOfLong) => {
  test('in bytes and in time', () => {
    costOf(300, charactersOfShort);
    const [short, long] = [costOf(300, charactersOfShort), costOf(2_400, charactersOfLong)];
    expect(long.bytes / short.bytes).toBeGreaterThan(7);
    expect(long.bytes / short.bytes).toBeLessThan(9);
    // Eight times as much work; were it quadratic, it would be 64 times.
    expect(long.millis / short.millis).toBeLessThan(24);
  });
});

test('the same story makes the same bytes', () => {
  const make = () => {
    const { csd, ly, mid } = orchestrate(structuredClone(longStory(100)));
    return [[...csd].join(''), [...ly].join(''), bytesOf(mid).toString('hex')];
  };
  expect(make()).toEqual(make());
});
