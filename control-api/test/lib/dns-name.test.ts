import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  andAbove,
  domainProblem,
  fullName,
  hostProblem,
  normalName,
  recordNameProblem,
} from '../../src/lib/dns-name.ts';

test.each([
  ['WWW.Example.COM.', 'www.example.com'],
  ['www.example.com', 'www.example.com'],
  ['\\052.example.com.', '*.example.com'],
  ['\\100.example.com.', '@.example.com'],
  ['\\101.example.com.', 'a.example.com'],
  ['a\\056b.example.com.', 'a\\056b.example.com'],
  ['a\\134b.example.com.', 'a\\134b.example.com'],
  ['m\\303\\274.example.com.', 'm\\303\\274.example.com'],
  ['a\\040b.example.com.', 'a\\040b.example.com'],
])('%s is %s', (text, name) => {
  expect(normalName(text)).toBe(name);
  expect(normalName(name)).toBe(name);
});

test('a normal name is its own normal form, whatever it came from', () => {
  const part = fc.stringMatching(/^[A-Za-z0-9_*-]{1,8}$|^\\(052|100|056|303)$/);
  fc.assert(
    fc.property(fc.array(part, { minLength: 1 }), fc.boolean(), (parts, dot) => {
      const name = normalName(`${parts.join('.')}${dot ? '.' : ''}`);
      expect(normalName(name)).toBe(name);
      expect(normalName(`${name.toUpperCase()}.`)).toBe(name);
    }),
  );
});

test.each([
  ['@', 'example.com'],
  ['www', 'www.example.com'],
  ['api.v1', 'api.v1.example.com'],
  ['example.com', 'example.com'],
  ['Example.com.', 'example.com'],
  ['www.example.com', 'www.example.com'],
  ['\\052', '*.example.com'],
  ['www.example.org', 'www.example.org.example.com'],
  ['notexample.com', 'notexample.com.example.com'],
  ['www.example.org.', undefined],
  ['notexample.com.', undefined],
])('in example.com, %s is %s', (name, full) => {
  expect(fullName(name, 'example.com')).toBe(full);
});

test('a zone is looked for from the longest name on, down to two labels', () => {
  expect(andAbove('*.A.b.example.com.')).toEqual(['a.b.example.com', 'b.example.com', 'example.com']);
  expect(andAbove('com')).toEqual([]);
});

test.each([
  'example.com',
  'EXAMPLE.com.',
  'xn--msik-0ra.example',
  'a.b.c.example.com',
  '1.example',
  '_acme.example.com',
])('%s is a domain', (name) => {
  expect(domainProblem(name)).toBeUndefined();
});

test.each([
  ['com', 'one part only'],
  ['', 'one part only'],
  ['http://example.com', 'URL'],
  ['10.0.0.1', 'number'],
  ['example..com', 'empty part'],
  ['.example.com', 'empty part'],
  [`${'a'.repeat(64)}.com`, '63'],
  [`${'a.'.repeat(126)}comm`, '253'],
  ['ex ample.com', 'letters, digits'],
  ['-a.example', 'letters, digits'],
  ['a-.example', 'letters, digits'],
  ['müsik.example', 'xn--'],
])('%j is none: %s', (name, why) => {
  expect(domainProblem(name)).toContain(why);
});

test('a target is a full host name, not an address', () => {
  expect(hostProblem('_domainkey.example.com.')).toBeUndefined();
  expect(hostProblem('10.0.0.1')).toContain('address');
  expect(hostProblem('apps')).toContain('full host name');
  expect(hostProblem('*.example.com')).toContain('letters, digits');
});

test('a wildcard is the whole first part of a record’s name', () => {
  for (const name of ['*', '*.a', '_acme-challenge', '@', 'a']) expect(recordNameProblem(name)).toBeUndefined();
  for (const name of ['a.*', 'a*', '**', '', '.', 'a b', '@.a']) expect(recordNameProblem(name)).toBeDefined();
});
