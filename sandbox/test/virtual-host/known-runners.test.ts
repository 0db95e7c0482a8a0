import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import known from '../../src/virtual-host/known-runners.json' with { type: 'json' };
import { runner } from './records.ts';

test('the runner as it is now is known; else add this entry to known-runners.json', () => {
  const sha256 = createHash('sha256').update(runner).digest('hex');
  expect(known).toContainEqual({ sha256, bytes: runner.length, format: 'FOUNTAIN/1' });
});
