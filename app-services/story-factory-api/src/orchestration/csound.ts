import { orchestra } from './csound-orchestra.ts';
import { type Instrument, timbres } from './instruments.ts';
import { pitchOf } from './mode.ts';
import { barEighths, barsOf, type Passage, type Score } from './score.ts';

/** A score as the pieces of a Csound file (.csd): orchestra and score in one, which `csound <file>` plays into story.wav. */
export function* csoundFile({ heading, voices, passages, micros }: Score): Generator<string> {
  yield `<CsoundSynthesizer>
<CsOptions>
-d -W -o story.wav
</CsOptions>
<CsInstruments>
${orchestra}</CsInstruments>
<CsScore>
${comment(heading)}`;
  for (const { name, instrument } of voices) yield comment(`${name}: ${instrument.name}`);
  yield comment('instrument, start and length in seconds, loudness, MIDI pitch, place, brightness');
  for (const passage of passages) yield passageLines(passage);
  // The f statement keeps an empty story's score from playing for ever.
  yield `f 0 ${seconds(micros)}
e
</CsScore>
</CsoundSynthesizer>
`;
}

function passageLines(passage: Passage): string {
  const { section, label, mood, key, voice, spoken, startMicros, eighthMicros } = passage;
  const loudness = spoken ? 0.3 : 0.22;
  let lines = section ? comment(section) : '';
  lines += comment(`${label} (${voice.name}, ${mood.name}, ${mood.tempo} a minute)`);
  let start = startMicros;
  for (const { melody, chord } of barsOf(passage)) {
    for (const step of chord) {
      lines += event(mood.chords, start, barEighths * eighthMicros, 0.06, pitchOf(key, step), 0.5);
    }
    for (const { eighths, step } of melody) {
      lines += event(voice.instrument, start, eighths * eighthMicros, loudness, pitchOf(key, step), voice.place);
      start += eighths * eighthMicros;
    }
  }
  return lines;
}

function event(
  { timbre, brightness }: Instrument,
  start: number,
  length: number,
  loudness: number,
  pitch: number,
  place: number,
): string {
  const number = timbres.indexOf(timbre) + 1;
  return `i ${number} ${seconds(start)} ${seconds(length)} ${loudness} ${pitch} ${place} ${brightness}\n`;
}

const seconds = (micros: number) => Math.round(micros / 1000) / 1000;

/**
 * A line that Csound skips. Its signs (`<` ends a section, `$` and `#` are macros, `\` joins lines, and so on) are written in
 * their full-width forms, so that the line reads the same and means nothing.
 */
function comment(line: string): string {
  return `; ${line.replaceAll(/[^\P{ASCII}A-Za-z0-9 .,:!?()'-]/gu, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0))}\n`;
}
