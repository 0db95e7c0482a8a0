import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quoteText, textStrings } from '../../src/lib/dns-text.ts';
import { canonicalValue, type RecordType, sameValues, valueProblem, wireValue } from '../../src/lib/dns-value.ts';

test('any text that is quoted can be read again, in strings of at most 255 bytes of printable ASCII', () => {
  const plain = fc.string({ unit: 'binary', minLength: 1, maxLength: 700 }).filter((text) => !text.startsWith('"'));
  fc.assert(
    fc.property(plain, (text) => {
      const quoted = quoteText(text);
      expect(quoted).toMatch(/^[ -~]*$/);
      const strings = textStrings(quoted) ?? [];
      expect(strings.every(({ length }) => length > 0 && length <= 255)).toBe(true);
      expect(Buffer.from(strings.join(''), 'latin1')).toEqual(Buffer.from(text));
    }),
  );
});

test.each([
  ['v=spf1 ~all', '"v=spf1 ~all"'],
  ['say "hi" \\o/', '"say \\"hi\\" \\\\o/"'],
  ['ü\n', '"\\303\\274\\012"'],
  ['"taken" "as is"', '"taken" "as is"'],
  ['x'.repeat(256), `"${'x'.repeat(255)}" "x"`],
])('%j is sent as %s', (text, quoted) => {
  expect(quoteText(text)).toBe(quoted);
});

test.each(['"a', 'a"', '"a"b', '"a""b"', '"ü"', '"a" b', '"\\"'])('%s is no quoted text', (text) => {
  expect(textStrings(text)).toBeUndefined();
});

test.each<[type: RecordType, value: string, wire: string]>([
  ['A', '203.0.113.7', '203.0.113.7'],
  ['AAAA', '2001:DB8:0::0007', '2001:db8::7'],
  ['CNAME', 'A.Example.net.', 'a.example.net'],
  ['NS', 'NS.example.net', 'ns.example.net'],
  ['MX', ' 010  Mail.example.com. ', '10 mail.example.com'],
  ['MX', '0 .', '0 .'],
  ['SRV', '1 2 3 Sip.example.com', '1 2 3 sip.example.com'],
  ['CAA', '0 issue letsencrypt.org', '0 issue "letsencrypt.org"'],
  ['CAA', '128 IODEF "mailto:me@example.com"', '128 iodef "mailto:me@example.com"'],
  ['CAA', '0 issuewild ";"', '0 issuewild ";"'],
])('%s %j is fine, and sent as %j', (type, value, wire) => {
  expect(valueProblem(type, value)).toBeUndefined();
  expect(wireValue(type, value)).toBe(wire);
  expect(canonicalValue(type, value)).toBe(canonicalValue(type, wire));
});

test.each<[type: RecordType, value: string, why: string]>([
  ['A', '203.0.113.7 ', 'no IPv4 address'],
  ['AAAA', '::g', 'no IPv6 address'],
  ['CNAME', '203.0.113.7', 'wants a name'],
  ['MX', '10', 'priority host'],
  ['MX', '-1 mail.example.com', 'priority that is no number'],
  ['MX', '10 mail', 'host that is no full host name'],
  ['SRV', '1 2 99999 sip.example.com', 'port that is no number'],
  ['CAA', '0 issue', 'flags tag value'],
  ['CAA', '0 issue a"b', 'flags tag value'],
  ['TXT', 'x'.repeat(3999), 'longer than 4000'],
])('%s %j is refused: %s', (type, value, why) => {
  expect(valueProblem(type, value)).toContain(why);
});

test('values are compared as sets, as Route 53 or the user writes them', () => {
  expect(sameValues('A', ['203.0.113.1', '203.0.113.2'], ['203.0.113.2', '203.0.113.1'])).toBe(true);
  expect(sameValues('A', ['203.0.113.1'], ['203.0.113.1', '203.0.113.2'])).toBe(false);
  expect(sameValues('CNAME', ['A.example.net.'], ['a.example.net'])).toBe(true);
  expect(sameValues('TXT', ['"\\141"'], ['a'])).toBe(true);
  expect(sameValues('TXT', ['"ab"'], ['"a" "b"'])).toBe(false);
  expect(sameValues('TXT', ['"A"'], ['"a"'])).toBe(false);
});

test('a value of Route 53 that we cannot read is itself', () => {
  expect(canonicalValue('CAA', '0 what is this')).toBe('0 what is this');
  expect(canonicalValue('AAAA', 'what')).toBe('what');
});
