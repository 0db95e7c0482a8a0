/** One note of a phrase: how long it lasts, in eighths, and its step above the voice's lowest tonic. */
export interface Note {
  eighths: number;
  step: number;
}

/** Bars of eight eighths. A line of few words moves slowly, one of many words fast. */
const rhythms = {
  slow: [[8], [4, 4], [6, 2]],
  walking: [
    [2, 2, 2, 2],
    [4, 2, 2],
    [2, 2, 4],
    [3, 1, 4],
  ],
  fast: [
    [2, 1, 1, 2, 2],
    [1, 1, 2, 1, 1, 2],
    [3, 1, 2, 2],
    [2, 2, 1, 1, 2],
  ],
} as const;

/** Steps (from the lowest tonic) that a voice moves in. */
const range = 10;
const wordsPerBar = 12;
const mostBars = 4;
/** As much of a text as decides its melody. */
const heard = 1000;

/** The phrase that says a text: the same words always sing the same. It has 1 to 4 bars and ends on a note of the tonic's chord. */
export function phraseOf(text: string): Note[][] {
  const words = text.slice(0, heard).split(/\s+/u).filter(Boolean).length;
  const { [words < 3 ? 'slow' : words < 8 ? 'walking' : 'fast']: patterns } = rhythms;
  const choose = chooser(text);
  let step = choose(range);
  const bars = Array.from({ length: Math.min(mostBars, Math.ceil((words || 1) / wordsPerBar)) }, () =>
    (patterns[choose(patterns.length)] ?? [8]).map((eighths) => {
      const note = { eighths, step };
      step = bounded(step + choose(5) - 2);
      return note;
    }),
  );
  const last = bars.at(-1)?.at(-1);
  if (last) last.step = [0, 2, 4, 7][choose(4)] ?? 0;
  return bars;
}

const bounded = (step: number) => Math.min(range - 1, Math.max(0, step));

/** Whole numbers below a bound, decided by the text alone: FNV-1a, then Marsaglia's xorshift. */
export function chooser(text: string): (bound: number) => number {
  let state = 0x811c9dc5 ^ text.length;
  for (let place = 0; place < Math.min(heard, text.length); place++) {
    state = Math.imul(state ^ text.charCodeAt(place), 0x01000193);
  }
  state ||= 1;
  return (bound) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 8) % bound;
  };
}
