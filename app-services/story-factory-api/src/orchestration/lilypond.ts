import type { Note } from './melody.ts';
import { type Key, noteName } from './mode.ts';
import type { Passage, Score } from './score.ts';
import type { Voice } from './voice.ts';

const modeNames = { ionian: 'major', aeolian: 'minor' } as const;
const durations: Record<number, string> = { 8: '1', 6: '2.', 4: '2', 3: '4.', 2: '4', 1: '8' };

/** A score as a LilyPond file (.ly): a staff for each voice, and one below them for the chords, tempos and moods. */
export function lilyPondFile(score: Score): string {
  const { title, author, voices, passages } = score;
  const byVoice = Map.groupBy(passages, ({ voice }) => voice);
  return `\\version "2.24.0"
\\header {
  title = ${quoted(title)}
  composer = ${quoted(author)}
  tagline = ##f
}
\\score {
  \\new StaffGroup <<
${voices.map((voice) => staff(voice, byVoice.get(voice) ?? [], score.bars)).join('')}${chordStaff(passages)}  >>
  \\layout {
    indent = 35\\mm
    short-indent = 15\\mm
    \\context { \\Score \\textLengthOn }
  }
}
`;
}

/** The staff of one voice. Rests between its passages are one word each, so all staves together grow with the passages only. */
function staff(voice: Voice, passages: Passage[], bars: number): string {
  const lines: string[] = [];
  let nextBar = 0;
  let mode: string | undefined;
  for (const passage of passages) {
    if (passage.startBar > nextBar) lines.push(rests(passage.startBar - nextBar));
    if (passage.key.mode !== mode) lines.push(keySignature(passage.key));
    mode = passage.key.mode;
    lines.push(...melodyBars(passage));
    nextBar = passage.startBar + passage.bars.length;
  }
  if (bars > nextBar) lines.push(rests(bars - nextBar));
  const name = `${voice.name} (${voice.instrument.name})`;
  return `    \\new Staff \\with {
      instrumentName = ${quoted(name)}
      shortInstrumentName = ${quoted([...voice.name].slice(0, 8).join(''))}
      \\RemoveAllEmptyStaves
    } {
      \\numericTimeSignature \\time 4/4 \\clef ${voice.octave < 4 ? 'bass' : 'treble'}
${indented(lines)}
    }
`;
}

function melodyBars({ bars, key, label }: Passage): string[] {
  const note = ({ step, eighths }: Note) => `${noteName(key, step)}${durations[eighths]}`;
  return bars.map(({ melody }, bar) => {
    const [first, ...rest] = melody.map(note);
    return [bar === 0 ? `${first}^${quoted(label)}` : first, ...rest, '|'].join(' ');
  });
}

function chordStaff(passages: Passage[]): string {
  const lines: string[] = [];
  let before: Passage | undefined;
  for (const passage of passages) {
    const { mood, key, bars } = passage;
    if (mood !== before?.mood) lines.push(`\\tempo ${quoted(mood.name)} 4 = ${mood.tempo} ${keySignature(key)}`);
    before = passage;
    for (const { chord } of bars) lines.push(`<${chord.map((step) => noteName(key, step)).join(' ')}>1 |`);
  }
  return `    \\new Staff \\with { instrumentName = "Chords" } {
      \\numericTimeSignature \\time 4/4 \\clef bass
${indented(lines.length > 0 ? lines : [rests(1)])}
      \\bar "|."
    }
`;
}

const rests = (bars: number) => `R1*${bars} |`;
const keySignature = ({ tonic, mode }: Key) =>
  `\\key ${tonic} \\${mode === 'ionian' || mode === 'aeolian' ? modeNames[mode] : mode}`;
const indented = (lines: string[]) => lines.map((line) => `      ${line}`).join('\n');

/** A LilyPond string: between quotes only `"` and `\` mean anything, so no text can become music or Scheme. */
const quoted = (line: string) => `"${line.replaceAll(/["\\]/g, '\\$&')}"`;
