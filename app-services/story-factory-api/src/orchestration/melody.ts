/** One note of a phrase: how long it lasts, in eighths, and its step above the voice's lowest tonic. */
export interface Note {
  eighths: number;
  step: number;
}

/** Bars by the eighths of their notes. A line of few words moves slowly, one of many words fast. */
const rhythms = {
  slow: patterns('8 44 62'),
  walking: patterns('2222 422 224 314'),
  fast: patterns('21122 112112 3122 22112'),
};

/** Steps (from the lowest tonic) that a voice moves in. */
const range = 10;
const wordsPerBar = 12;
const mostBars = 4;
/** As much of a text as decides its melody. */
const heard = 300;

/** Bars that saying a text takes: 1 to 4. */
export const phraseBars = (text: string): number => Math.min(mostBars, Math.ceil(wordsIn(text) / wordsPerBar)) || 1;

/** The phrase that says a text, bar by bar: the same words always sing the same. Its last note is one of the tonic's chord. */
export function phraseOf(text: string, bars: number, choose: (bound: number) => number): Note[][] {
  const words = wordsIn(text);
  const choices = rhythms[words < 3 ? 'slow' : words < 8 ? 'walking' : 'fast'];
  let step = choose(range);
  const phrase = Array.from({ length: bars }, () =>
    (choices[choose(choices.length)] ?? [8]).map((eighths) => {
      const note = { eighths, step };
      step = bounded(step + choose(5) - 2);
      return note;
    }),
  );
  const last = phrase.at(-1)?.at(-1);
  if (last) last.step = [0, 2, 4, 7][choose(4)] ?? 0;
  return phrase;
}

/** Words of the heard part; counted without keeping any. */
function wordsIn(text: string): number {
  let words = 0;
  let inside = false;
  for (let place = 0; place < Math.min(heard, text.length); place++) {
    const space = text.charCodeAt(place) <= 0x20;
    if (!space && !inside) words++;
    inside = !space;
  }
  return words;
}

function patterns(bars: string): number[][] {
  return bars.split(' ').map((bar) => [...bar].map(Number));
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
