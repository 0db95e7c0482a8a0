import { expect, test } from 'vitest';
import { isEasilyGuessed } from '../../src/lib/password-strength.ts';

test.each([
  'Password1!',
  'P@ssw0rd2026',
  'Admin123!',
  '0pens3arch!A1',
  'Fountain2026!',
  'Qwerty123!',
  'aB3$aB3$aB3$',
  'Aaaaaaaaaaaaaaaa1!',
  'Welcome1234567!',
  'aB3$xy!',
])('%s is easily guessed', (password) => expect(isEasilyGuessed(password)).toBe(true));

test.each(['myStrongPassword123!', 'Tr0ub4dor&3', 'correct-Horse7-battery', 'k9#Lm2!vQx', 'C0rrectHorse!'])(
  '%s is not',
  (password) => expect(isEasilyGuessed(password)).toBe(false),
);

test('a long one is told in no time', () => {
  const start = performance.now();
  isEasilyGuessed('aB'.repeat(25) + 'xY'.repeat(25));
  isEasilyGuessed(`${'ab3$'.repeat(24)}x!Q9`);
  expect(performance.now() - start).toBeLessThan(200);
});
