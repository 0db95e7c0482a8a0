import * as midi from './midi-file.ts';
import { pitchOf } from './mode.ts';
import { barEighths, type Passage, type Score } from './score.ts';
import type { Voice } from './voice.ts';

const eighthTicks = midi.ticksPerQuarter / 2;
const barTicks = barEighths * eighthTicks;
const chordChannel = 0;
/** Channel 9 is percussion. Voices beyond the fourteenth share channels, and set them anew at each of their passages. */
const voiceChannels = [1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15];

/** A score as a MIDI file: a track of tempos and moods, one of chords, and one for each voice. */
export function midiFile({ title, author, voices, passages, bars }: Score): Uint8Array {
  const byVoice = Map.groupBy(passages, ({ voice }) => voice);
  const tracks = [
    tempoTrack(`${title} by ${author}`, passages),
    chordTrack(passages),
    ...voices.map((voice, rank) =>
      voiceTrack(voice, byVoice.get(voice) ?? [], voiceChannels[rank % voiceChannels.length] ?? 1),
    ),
  ];
  return midi.midiBytes(tracks, bars * barTicks);
}

function tempoTrack(name: string, passages: Passage[]): midi.MidiEvent[] {
  const start = [midi.textEvent('trackName', name), midi.fourQuarters].map((bytes) => ({ tick: 0, bytes }));
  const changes = moodChanges(passages).flatMap(({ startBar, mood, eighthMicros }) =>
    [midi.textEvent('marker', mood.name), midi.setTempo(2 * eighthMicros)].map((bytes) => ({
      tick: startBar * barTicks,
      bytes,
    })),
  );
  return [...start, ...changes];
}

function chordTrack(passages: Passage[]): midi.MidiEvent[] {
  const events = [{ tick: 0, bytes: midi.textEvent('trackName', 'Chords') }];
  const changes = new Set(moodChanges(passages));
  for (const passage of passages) {
    const { key, mood, startBar, bars } = passage;
    let tick = startBar * barTicks;
    if (changes.has(passage)) events.push({ tick, bytes: midi.programChange(chordChannel, mood.chords.program) });
    for (const { chord } of bars) {
      const pitches = chord.map((step) => pitchOf(key, step));
      for (const pitch of pitches) events.push({ tick, bytes: midi.noteOn(chordChannel, pitch, 48) });
      tick += barTicks;
      for (const pitch of pitches) events.push({ tick, bytes: midi.noteOff(chordChannel, pitch) });
    }
  }
  return events;
}

function voiceTrack({ name, instrument, place }: Voice, passages: Passage[], channel: number): midi.MidiEvent[] {
  const events = [{ tick: 0, bytes: midi.textEvent('trackName', `${name} (${instrument.name})`) }];
  for (const { key, startBar, bars, label, spoken } of passages) {
    let tick = startBar * barTicks;
    events.push({ tick, bytes: midi.programChange(channel, instrument.program) });
    events.push({ tick, bytes: midi.pan(channel, place) });
    events.push({ tick, bytes: midi.textEvent(spoken ? 'lyric' : 'text', label) });
    for (const { eighths, step } of bars.flatMap(({ melody }) => melody)) {
      const pitch = pitchOf(key, step);
      events.push({ tick, bytes: midi.noteOn(channel, pitch, spoken ? 96 : 80) });
      tick += eighths * eighthTicks;
      events.push({ tick, bytes: midi.noteOff(channel, pitch) });
    }
  }
  return events;
}

const moodChanges = (passages: Passage[]) => passages.filter(({ mood }, place) => mood !== passages[place - 1]?.mood);
