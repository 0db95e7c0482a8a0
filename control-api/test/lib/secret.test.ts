import { format, inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redactDeep, redactor, Secret, secretsIn } from '../../src/lib/secret.ts';

const secretText = fc.string({ unit: 'binary', minLength: 8 });

test('a secret shows itself to nobody who does not ask it to', () => {
  const secret = new Secret('s3cret-value');
  const views = [
    String(secret),
    `${secret}`,
    JSON.stringify({ secret }),
    inspect({ deep: { secret } }, { depth: null, showHidden: true }),
    format('%s %o %j', secret, secret, secret),
    JSON.stringify(Object.entries(secret)),
    JSON.stringify(structuredClone({ ...secret })),
  ];
  for (const view of views) expect(view).not.toContain('s3cret');
  expect(JSON.stringify({ secret })).toBe('{"secret":"[redacted]"}');
  expect(secret.reveal()).toBe('s3cret-value');
});

test('secrets are found however deep they are', () => {
  const [one, two, three] = [new Secret('1'), new Secret('2'), new Secret('3')];
  expect(secretsIn({ one, list: [null, 'text', { two }], none: undefined, nested: [[three]] })).toEqual([
    one,
    two,
    three,
  ]);
  expect(secretsIn('text')).toEqual([]);
});

describe('the redactor', () => {
  const redact = (...secrets: string[]) => redactor(secrets.map((value) => new Secret(value)));

  test('leaves nothing of a secret, wherever it stands', () => {
    fc.assert(
      fc.property(secretText, fc.string(), fc.string(), (secret, before, after) => {
        fc.pre(!'[redacted]'.includes(secret));
        expect(redact(secret)(`${before}${secret}${after}`)).not.toContain(secret);
      }),
    );
  });

  test('knows it as JSON has it', () => {
    const secret = 'pa"ss\\wo\nrd\u0001';
    expect(redact(secret)(`env: ${JSON.stringify({ secret })}`)).toBe('env: {"secret":"[redacted]"}');
  });

  test('knows it in base64, behind whatever user name, in both alphabets', () => {
    fc.assert(
      fc.property(secretText, fc.string({ maxLength: 6 }), fc.string({ maxLength: 4 }), (secret, user, after) => {
        const bytes = Buffer.from(`${user}:${secret}${after}`);
        for (const alphabet of ['base64', 'base64url'] as const) {
          const shown = redact(secret)(bytes.toString(alphabet));
          expect(shown).toContain('[redacted]');
          // At most one character at each end has bits of the secret: less than one byte of it.
          const [left = '', right = ''] = shown.split('[redacted]');
          expect(left.length).toBeLessThanOrEqual(Math.ceil((Buffer.byteLength(`${user}:`) * 8) / 6));
          expect(right.replace(/=+$/, '').length).toBeLessThanOrEqual(
            Math.ceil((Buffer.byteLength(after) * 8) / 6) + 1,
          );
        }
      }),
    );
    const auth = (user: string) => Buffer.from(`${user}:ghp_0123456789abcdef`).toString('base64');
    for (const user of ['u', 'us', 'use'])
      expect(redact('ghp_0123456789abcdef')(auth(user))).toMatch(/^.{2,6}\[redacted\].?=*$/);
  });

  test('knows each line of a secret of several', () => {
    const key = '-----BEGIN KEY-----\n  AAAABBBBCCCC\r\nDDDDEEEE\nshort\n';
    expect(redact(key)('line 2 is AAAABBBBCCCC')).toBe('line 2 is [redacted]');
    expect(redact(key)('DDDDEEEE')).toBe('[redacted]');
    expect(redact(key)('a short one')).toBe('a short one');
  });

  test('takes the longest first, and leaves what is too short', () => {
    expect(redact('abcd', 'abcd-efgh')('x abcd-efgh abcd')).toBe('x [redacted] [redacted]');
    expect(redact('abc', '')('abc def')).toBe('abc def');
    expect(redactor([])('text')).toBe('text');
  });

  test('reaches every text of a value, and leaves the names of fields', () => {
    const value = { abcd: 'abcd', list: ['x abcd', 1, null, { deep: 'abcd' }], secret: new Secret('abcd') };
    expect(redactDeep(value, redact('abcd'))).toEqual({
      ...{ abcd: '[redacted]', list: ['x [redacted]', 1, null, { deep: '[redacted]' }] },
      secret: value.secret,
    });
  });
});
