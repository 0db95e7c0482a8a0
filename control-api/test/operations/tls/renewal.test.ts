import { expect, test } from 'vitest';
import { Secret } from '../../../src/lib/secret.ts';
import { certificateView, whyIssue } from '../../../src/operations/tls/renewal.ts';

const directory = 'https://acme.example.net/directory';
const day = (number: number) => new Date(Date.UTC(2026, 0, 1) + number * 86_400_000);

/** Good for 90 days from the first of January. */
const stored = {
  ...{ names: ['example.com'], issuedFor: ['*.example.com', 'example.com'], certificate: 'PEM' },
  ...{ key: new Secret('the key'), notBefore: day(0), notAfter: day(90), fingerprint: 'AB:CD', issuer: 'R13' },
  ...{ directory, path: '/data/certificates/example.com-1f6b1c2a.pem' },
};
const good = { force: false, directory, now: day(1) };

test.each([
  ['on the first day', good, undefined],
  ['with exactly a third left', { ...good, now: day(60) }, undefined],
  ['with less than a third left', { ...good, now: day(61) }, 'has 29 days left, less than a third'],
  ['in its last hour', { ...good, now: new Date(day(90).getTime() - 3_600_000) }, 'has 0 days left'],
  ['expired', { ...good, now: day(90) }, 'expired 2026-04-01'],
  ['forced', { ...good, force: true }, 'forced'],
  ['from another directory, as from a staging one', { ...good, directory: 'https://other' }, `comes from ${directory}`],
])('a certificate %s', (_, wanted, why) => {
  const told = whyIssue(stored, wanted);
  if (why === undefined) expect(told).toBeUndefined();
  else expect(told).toContain(why);
});

test('lifetimes are not counted in days: of six, it is renewed after four', () => {
  const short = { ...stored, notAfter: day(6) };
  expect(whyIssue(short, { ...good, now: day(3.9) })).toBeUndefined();
  expect(whyIssue(short, { ...good, now: day(4.1) })).toContain('less than a third');
});

test('none is there', () => {
  // Told before and after it is issued.
  expect(whyIssue(undefined, good)).toBe('none was there for these names');
});

test('a caller sees all of it but the key', () => {
  const view = certificateView(stored, day(100));
  expect(view).toMatchObject({
    names: ['*.example.com', 'example.com'],
    serves: ['example.com'],
    days_left: -10,
    renew_from: '2026-03-02T00:00:00.000Z',
    renewal_due: true,
  });
  expect(Object.keys(view)).not.toContain('key');
});
