import type { Note } from './melody.ts';
import { type Key, noteName } from './mode.ts';
import { barsOf, type Passage, type Score } from './score.ts';
import type { Voice } from './voice.ts';

/** LilyPond has the other modes under their own names. */
const modeNames: Partial<Record<Key['mode'], string>> = { ionian: 'major', aeolian: 'minor' };
const durations: Record<number, string> = { 8: '1', 6: '2.', 4: '2', 3: '4.', 2: '4', 1: '8' };

/** A score as the pieces of a LilyPond file (.ly): a staff for each voice, and below them one for chords, tempos and moods. */
export function* lilyPondFile({ title, author, voices, passages, bars }: Score): Generator<string> {
  const byVoice = Map.groupBy(passages, ({ voice }) => voice);
  yield `\\version "2.24.0"
\\header {
  title = ${quoted(title)}
  composer = ${quoted(author)}
  tagline = ##f
}
\\score {
  \\new StaffGroup <<
`;
  for (const voice of voices) yield* voiceStaff(voice, byVoice.get(voice) ?? [], bars);
  yield* chordStaff(passages);
  yield `  >>
  \\layout {
    indent = 35\\mm
    short-indent = 15\\mm
    \\context { \\Score \\textLengthOn }
  }
}
`;
}

/** The staff of one voice. Rests between its passages are one word each, so all staves together grow with the passages only. */
function* voiceStaff(voice: Voice, passages: Passage[], bars: number): Generator<string> {
  yield `    \\new Staff \\with {
      instrumentName = ${quoted(`${voice.name} (${voice.instrument.name})`)}
      shortInstrumentName = ${quoted([...voice.name].slice(0, 8).join(''))}
      \\RemoveAllEmptyStaves
    } {
      \\numericTimeSignature \\time 4/4 \\clef ${voice.octave < 4 ? 'bass' : 'treble'}
`;
  let nextBar = 0;
  let before: Passage | undefined;
  for (const passage of passages) {
    yield rests(passage.startBar - nextBar);
    if (passage.key.mode !== before?.key.mode) yield keySignature(passage.key);
    yield melodyBars(passage);
    nextBar = passage.startBar + passage.bars;
    before = passage;
  }
  yield `${rests(bars - nextBar)}    }\n`;
}

function melodyBars(passage: Passage): string {
  let lines = '';
  let label = `^${quoted(passage.label)}`;
  for (const { melody } of barsOf(passage)) {
    lines += '     ';
    for (const note of melody) {
      lines += ` ${noteWord(note, passage.key)}${label}`;
      label = '';
    }
    lines += ' |\n';
  }
  return lines;
}

function* chordStaff(passages: Passage[]): Generator<string> {
  yield `    \\new Staff \\with { instrumentName = "Chords" } {
      \\numericTimeSignature \\time 4/4 \\clef bass
`;
  let before: Passage | undefined;
  for (const passage of passages) {
    const { section, mood, key } = passage;
    if (section) yield `      \\mark \\markup \\box ${quoted(section)}\n`;
    if (mood !== before?.mood) yield `      \\tempo ${quoted(mood.name)} 4 = ${mood.tempo}\n${keySignature(key)}`;
    for (const { chord } of barsOf(passage)) {
      yield `      <${chord.map((step) => noteName(key, step)).join(' ')}>1 |\n`;
    }
    before = passage;
  }
  yield `${before ? '' : rests(1)}      \\bar "|."\n    }\n`;
}

const noteWord = ({ step, eighths }: Note, key: Key) => `${noteName(key, step)}${durations[eighths]}`;
const rests = (bars: number) => (bars > 0 ? `      R1*${bars} |\n` : '');
const keySignature = ({ tonic, mode }: Key) => `      \\key ${tonic} \\${modeNames[mode] ?? mode}\n`;

/** A LilyPond string: between quotes only `"` and `\` mean anything, so no text can become music or Scheme. */
const quoted = (line: string) => `"${line.replaceAll(/["\\]/g, '\\$&')}"`;
