// What would end a line or change the direction of the text around it. The joiners (U+200C, U+200D) stay: Persian and emoji need them.
const unprintable = /(?![\u200C\u200D])[\p{Cc}\p{Cf}\p{Cs}\p{Cn}\p{Zl}\p{Zp}\s]+/gu;

/** A person's text as one line of at most `limit` code points: what does not print counts as a space. */
export function oneLine(text: string, limit: number): string {
  // A code point has at most two units; four per code point leave room for spaces that fall together.
  const line = text
    .slice(0, limit * 4)
    .toWellFormed()
    .replaceAll(unprintable, ' ')
    .trim();
  const letters = [...line];
  return letters.length > limit ? `${letters.slice(0, limit - 1).join('')}…` : line;
}
