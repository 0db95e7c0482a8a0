/**
 * A domain name as this API compares and shows it: lower case, without a final dot, printable characters as they are
 * (`*`, where Route 53 answers `\052`). Escapes of other bytes, of a dot inside a label and of a backslash are kept.
 */
export function normalName(text: string): string {
  const plain = text.toLowerCase().replace(/\\([0-7]{3})/g, (escaped, digits: string) => {
    const character = String.fromCharCode(Number.parseInt(digits, 8));
    return /[!-~]/.test(character) && character !== '.' && character !== '\\' ? character.toLowerCase() : escaped;
  });
  return plain.replace(/(?<!\\)\.$/, '');
}

/**
 * The full name of a record as an operator names it: `@` is the zone itself; a name that ends in a dot or in the zone's
 * name is absolute; any other stands below the zone. Undefined when it is absolute and outside of the zone.
 */
export function fullName(name: string, zone: string): string | undefined {
  const normal = normalName(name);
  if (normal === '@') return zone;
  if (normal === zone || normal.endsWith(`.${zone}`)) return normal;
  return name.endsWith('.') ? undefined : `${normal}.${zone}`;
}

/** A name without its wildcard, and those above it that have two labels or more, the longest first. */
export function andAbove(name: string): string[] {
  const labels = normalName(name).replace(/^\*\./, '').split('.');
  return labels.slice(0, Math.max(labels.length - 1, 0)).map((_, index) => labels.slice(index).join('.'));
}

/** What keeps a text from being the name of a domain that a zone can have; undefined when nothing does. */
export function domainProblem(text: string): string | undefined {
  if (/[^\x20-\x7e]/.test(text)) return 'has letters beyond a to z: write such a name in its ASCII form, xn--...';
  if (/^[a-z]+:\/\//i.test(text)) return 'is a URL: leave out everything but the domain';
  const name = normalName(text);
  const labels = name.split('.');
  if (/^\d+$/.test(labels.at(-1) ?? '')) return 'ends in a number, as addresses do, not domains';
  if (labels.length < 2) return 'has one part only: a domain has a name and an ending, such as example.com';
  return lengthProblem(name, labels) ?? problemOf(labels, labelPattern);
}

/** The same for the name of a host that a record points to, which is always a full one. */
export function hostProblem(text: string): string | undefined {
  const name = normalName(text);
  const labels = name.split('.');
  if (/^\d+$/.test(labels.at(-1) ?? '')) return 'is an address; this type wants a name (A and AAAA take addresses)';
  if (labels.length < 2) return 'is no full host name, such as www.example.com';
  return lengthProblem(name, labels) ?? problemOf(labels, labelPattern);
}

/** The same for a record's name, relative or absolute; a wildcard is the whole first label. */
export function recordNameProblem(text: string): string | undefined {
  const name = normalName(text);
  if (name === '@') return undefined;
  const labels = name.split('.');
  const [first, ...rest] = labels;
  return lengthProblem(name, labels) ?? problemOf(first === '*' ? rest : labels, labelPattern);
}

const labelPattern = /^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?$/;

/** RFC 1035: 255 octets on the wire are 253 characters of text. */
function lengthProblem(name: string, labels: readonly string[]): string | undefined {
  if (name.length > 253) return 'is longer than 253 characters';
  if (labels.some((label) => label.length > 63)) return 'has a part that is longer than 63 characters';
  return labels.includes('') ? 'has an empty part' : undefined;
}

function problemOf(labels: readonly string[], pattern: RegExp): string | undefined {
  const wrong = labels.find((label) => !pattern.test(label));
  return wrong === undefined
    ? undefined
    : 'takes letters, digits, _ and, inside of its parts, - with dots between the parts';
}
