import { expect, test } from 'vitest';
import { nearest } from '../../src/lib/nearest.ts';

test.each([
  ['instance_nmae', 'instance_name'],
  ['instanceName', 'instance_name'],
  ['Region', 'region'],
  ['zone', undefined],
  ['', undefined],
  ['x'.repeat(100_000), undefined],
])('%.20s was meant to be %s', (word, meant) => {
  expect(nearest(word, ['region', 'instance_name', 'instance_ip'])).toBe(meant);
});
