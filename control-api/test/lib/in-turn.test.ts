import { expect, test } from 'vitest';
import { createInTurn } from '../../src/lib/in-turn.ts';

test('one piece of work begins when the one before has ended, well or badly', async () => {
  const inTurn = createInTurn();
  const told: string[] = [];
  const work = (name: string, end: () => string) =>
    inTurn(async () => {
      told.push(`${name} begins`);
      await Promise.resolve();
      told.push(`${name} ends`);
      return end();
    });
  const fail = () => {
    throw new Error('oops');
  };
  const ends = await Promise.allSettled([work('a', () => 'A'), work('b', fail), work('c', () => 'C')]);
  expect(told).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  expect(ends.map((end) => (end.status === 'fulfilled' ? end.value : String(end.reason)))).toEqual([
    ...['A', 'Error: oops', 'C'],
  ]);
});
