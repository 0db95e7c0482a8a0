/** Bytes that one character string of a TXT record holds at most (RFC 1035). */
const stringLimit = 255;

/**
 * The value of a TXT record as Route 53 takes it: plain text is quoted, escaped and split into strings of 255 bytes; a
 * value that starts with a quotation mark is taken as it is.
 */
export function quoteText(value: string): string {
  if (value.startsWith('"')) return value;
  const bytes = Buffer.from(value);
  const strings: string[] = [];
  for (let start = 0; start < bytes.length; start += stringLimit) {
    strings.push(`"${[...bytes.subarray(start, start + stringLimit)].map(escapeByte).join('')}"`);
  }
  return strings.join(' ');
}

const character = String.raw`[ !#-\[\]-~]|\\[0-7]{3}|\\[ -/8-~]`;
const quotedString = `"((?:${character})*)"`;
const quotedStrings = new RegExp(`^${quotedString}(?:[ \\t]+${quotedString})*$`);

/** The strings of a quoted value, as bytes in latin1; undefined when it is not quoted strings with spaces between them. */
export function textStrings(quoted: string): string[] | undefined {
  if (!quotedStrings.test(quoted)) return undefined;
  return [...quoted.matchAll(new RegExp(quotedString, 'g'))].map(([, inner = '']) =>
    inner.replace(/\\([0-7]{3}|.)/g, (_, escaped: string) =>
      escaped.length === 3 ? String.fromCharCode(Number.parseInt(escaped, 8) & 0xff) : escaped,
    ),
  );
}

/** What keeps a value, plain or quoted, from being a TXT record's. */
export function textProblem(value: string): string | undefined {
  if (value === '') return 'is empty';
  const strings = textStrings(quoteText(value));
  if (!strings) return 'starts with a quotation mark, but is not "quoted strings" of ASCII with spaces between them';
  if (strings.some((one) => one.length > stringLimit)) return `has a quoted string of more than ${stringLimit} bytes`;
  return undefined;
}

/** Octal, as Route 53 escapes what is not printable ASCII. */
function escapeByte(byte: number): string {
  const character = String.fromCharCode(byte);
  if (character === '"' || character === '\\') return `\\${character}`;
  return byte >= 0x20 && byte < 0x7f ? character : `\\${byte.toString(8).padStart(3, '0')}`;
}
