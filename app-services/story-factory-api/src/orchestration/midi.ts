import { midiHead, openTrack, ticksPerQuarter } from './midi-file.ts';
import { pitchOf } from './mode.ts';
import { barEighths, barsOf, type Passage, type Score } from './score.ts';
import type { Voice } from './voice.ts';

const eighthTicks = ticksPerQuarter / 2;
const barTicks = barEighths * eighthTicks;
const chordChannel = 0;
/** Channel 9 is percussion. Voices beyond the fourteenth share channels, and set them anew at each of their passages. */
const voiceChannels = [1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15];

/** A score as the pieces of a MIDI file: a track of tempos and moods, one of chords, and one for each voice. */
export function* midiFile(score: Score): Generator<Uint8Array> {
  const { voices, passages, bars } = score;
  const end = bars * barTicks;
  const byVoice = Map.groupBy(passages, ({ voice }) => voice);
  yield midiHead(2 + voices.length);
  yield tempoTrack(score, end);
  yield chordTrack(passages, end);
  for (const [rank, voice] of voices.entries()) {
    yield voiceTrack(voice, byVoice.get(voice) ?? [], voiceChannels[rank % voiceChannels.length] ?? 1, end);
  }
}

function tempoTrack({ heading, passages }: Score, end: number): Uint8Array {
  const track = openTrack();
  track.text(0, 'trackName', heading);
  track.fourQuarters(0);
  let before: Passage | undefined;
  for (const passage of passages) {
    const { section, mood, startBar, eighthMicros } = passage;
    if (section) track.text(startBar * barTicks, 'marker', section);
    if (mood !== before?.mood) {
      track.text(startBar * barTicks, 'text', mood.name);
      track.tempo(startBar * barTicks, 2 * eighthMicros);
    }
    before = passage;
  }
  return track.end(end);
}

function chordTrack(passages: Passage[], end: number): Uint8Array {
  const track = openTrack();
  track.text(0, 'trackName', 'Chords');
  let before: Passage | undefined;
  for (const passage of passages) {
    const { key, mood, startBar } = passage;
    let tick = startBar * barTicks;
    if (mood !== before?.mood) track.program(tick, chordChannel, mood.chords.program);
    before = passage;
    for (const { chord } of barsOf(passage)) {
      for (const step of chord) track.noteOn(tick, chordChannel, pitchOf(key, step), 48);
      tick += barTicks;
      for (const step of chord) track.noteOff(tick, chordChannel, pitchOf(key, step));
    }
  }
  return track.end(end);
}

function voiceTrack({ name, instrument, place }: Voice, passages: Passage[], channel: number, end: number): Uint8Array {
  const track = openTrack();
  track.text(0, 'trackName', `${name} (${instrument.name})`);
  for (const passage of passages) {
    const { key, startBar, label, spoken } = passage;
    let tick = startBar * barTicks;
    track.program(tick, channel, instrument.program);
    track.place(tick, channel, place);
    track.text(tick, spoken ? 'lyric' : 'text', label);
    for (const { melody } of barsOf(passage)) {
      for (const { eighths, step } of melody) {
        const pitch = pitchOf(key, step);
        track.noteOn(tick, channel, pitch, spoken ? 96 : 80);
        tick += eighths * eighthTicks;
        track.noteOff(tick, channel, pitch);
      }
    }
  }
  return track.end(end);
}
