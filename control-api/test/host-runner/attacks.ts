import fc from 'fast-check';
import { NONCE } from './in-bash.ts';

/** Each of these that is executed, or taken for something else than text, leaves a trace: the program `canary` is called. */
export const ATTACKS = [
  '$(canary)',
  '`canary`',
  '; canary;',
  '\ncanary\n',
  "'; canary; '",
  '"; canary; "',
  '| canary',
  '&& canary &',
  '<(canary)',
  '$' + '{x:=`canary`}',
  'a[$(canary)]',
  'BASH_VERSINFO[$(canary)]',
  '\\',
  '&',
  '\\&\\1',
  '%s%n',
  '*',
  '~',
  '-n',
  '--',
  '!!',
  '#',
  '\r\n',
  '\t ',
  'END',
  'FOUNTAIN/1',
  'step',
  '\u001edone ok',
  `\u001e${NONCE} done ok`,
  '@{x:v}',
  '\u{1f9e8}é',
];

/** Any text that a field can carry: all characters but NUL. */
export const hostile = fc
  .array(fc.oneof(fc.constantFrom(...ATTACKS), fc.string({ unit: 'binary', maxLength: 8 })), { maxLength: 5 })
  .map((parts) => parts.join('').replaceAll('\0', ''));
export const oneLine = hostile.map((text) => text.replaceAll('\n', ''));

/** What is left for fields that take no control characters. */
export const printable = hostile.map((text) => text.replace(/\p{Cc}/gu, ''));

/** What is left for fields of ASCII without spaces. */
export const graphic = hostile.map((text) => text.replace(/[^!-~]/g, ''));
