import { orchestra } from './csound-orchestra.ts';
import { type Instrument, timbres } from './instruments.ts';
import { pitchOf } from './mode.ts';
import { barEighths, type Passage, type Score } from './score.ts';

/** A score as a Csound file (.csd): one document of orchestra and score, played by `csound <file>` into story.wav. */
export function csoundFile(score: Score): string {
  const { title, author, voices, passages, micros } = score;
  return `<CsoundSynthesizer>
<CsOptions>
-d -W -o story.wav
</CsOptions>
<CsInstruments>
${orchestra}</CsInstruments>
<CsScore>
${[
  comment(`${title} by ${author}`),
  ...voices.map(({ name, instrument }) => comment(`${name}: ${instrument.name}`)),
  comment('instrument, start and length in seconds, loudness, MIDI pitch, place, brightness'),
  ...passages.flatMap(passageLines),
  // Keeps an empty story's score from playing for ever.
  `f 0 ${seconds(micros)}`,
  'e',
].join('\n')}
</CsScore>
</CsoundSynthesizer>
`;
}

function passageLines({ label, mood, key, voice, spoken, bars, startMicros, eighthMicros }: Passage): string[] {
  const lines = [comment(`${label} (${voice.name}, ${mood.name}, ${mood.tempo} a minute)`)];
  const loudness = spoken ? 0.3 : 0.22;
  let start = startMicros;
  for (const { melody, chord } of bars) {
    for (const step of chord) {
      lines.push(event(mood.chords, start, barEighths * eighthMicros, 0.06, pitchOf(key, step), 0.5));
    }
    for (const { eighths, step } of melody) {
      lines.push(event(voice.instrument, start, eighths * eighthMicros, loudness, pitchOf(key, step), voice.place));
      start += eighths * eighthMicros;
    }
  }
  return lines;
}

function event(
  instrument: Instrument,
  start: number,
  length: number,
  loudness: number,
  pitch: number,
  place: number,
): string {
  const { timbre, brightness } = instrument;
  return `i ${timbres.indexOf(timbre) + 1} ${seconds(start)} ${seconds(length)} ${loudness} ${pitch} ${place} ${brightness}`;
}

const seconds = (micros: number) => (micros / 1e6).toFixed(6);

/**
 * A line that Csound skips. Its signs (`<` ends a section, `$` and `#` are macros, `\` joins lines, and so on) are written in
 * their full-width forms, so that the line reads the same and means nothing.
 */
function comment(line: string): string {
  return `; ${line.replaceAll(/[^\P{ASCII}A-Za-z0-9 .,:!?()'-]/gu, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0))}`;
}
