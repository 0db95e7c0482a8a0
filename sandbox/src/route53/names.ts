/** A name as Route 53 keeps it: lower case, absolute, and all but letters, digits, `-`, `_` and `.` in octal. */
export function absoluteName(text: string): string {
  const bytes = text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
  const escaped = bytes
    .toLowerCase()
    .replace(/[^a-z0-9._-]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`);
  return escaped.endsWith('.') ? escaped : `${escaped}.`;
}

/** Whether a name's labels are neither empty nor too long; escapes count as the one byte they stand for. */
export function isName(name: string): boolean {
  const plain = name.replace(/\\[0-7]{3}/g, '?').slice(0, -1);
  return plain.length <= 253 && plain.split('.').every((label) => label.length > 0 && label.length <= 63);
}

export function isInZone(name: string, zone: string): boolean {
  return name === zone || name.endsWith(`.${zone}`);
}

/** What lists are sorted by: the labels in reverse, a final dot at the end, compared byte by byte. */
export function sortKey(name: string): string {
  return `${name.slice(0, -1).split('.').reverse().join('.')}.`;
}

/** Compares as texts of ASCII. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
