/**
 * A Standard MIDI File of format 1, as the MIDI Association's RP-001 describes it. Own code, since the writers on npm join
 * arrays anew with each text event (quadratic) or cut texts to bytes.
 */

/** One event of a track: its bytes after the time, and the tick at which it happens. */
export interface MidiEvent {
  tick: number;
  bytes: Uint8Array;
}

export const ticksPerQuarter = 480;

/** The file of these tracks. Each track's events are in the order of their ticks; an end of track is added at `endTick`. */
export function midiBytes(tracks: MidiEvent[][], endTick: number): Uint8Array {
  const header = Buffer.alloc(6);
  header.writeUInt16BE(1, 0);
  header.writeUInt16BE(tracks.length, 2);
  header.writeUInt16BE(ticksPerQuarter, 4);
  return Buffer.concat([
    ...chunk('MThd', [header]),
    ...tracks.flatMap((events) => chunk('MTrk', track(events, endTick))),
  ]);
}

export const noteOn = (channel: number, pitch: number, velocity: number) =>
  Uint8Array.of(0x90 | channel, pitch, velocity);
export const noteOff = (channel: number, pitch: number) => Uint8Array.of(0x80 | channel, pitch, 0);
export const programChange = (channel: number, program: number) => Uint8Array.of(0xc0 | channel, program);
/** Controller 10: 0 left, 127 right. */
export const pan = (channel: number, place: number) => Uint8Array.of(0xb0 | channel, 10, Math.round(place * 127));
export const setTempo = (microsPerQuarter: number) =>
  meta(0x51, Uint8Array.of(microsPerQuarter >> 16, (microsPerQuarter >> 8) & 0xff, microsPerQuarter & 0xff));
export const fourQuarters = meta(0x58, Uint8Array.of(4, 2, 24, 8));

const textKinds = { text: 0x01, trackName: 0x03, lyric: 0x05, marker: 0x06 };

/** A text in UTF-8, which players of today read. */
export const textEvent = (kind: keyof typeof textKinds, text: string) => meta(textKinds[kind], Buffer.from(text));

function meta(kind: number, data: Uint8Array): Uint8Array {
  return Uint8Array.of(0xff, kind, ...variableLength(data.length), ...data);
}

function track(events: MidiEvent[], endTick: number): Uint8Array[] {
  let before = 0;
  return [...events, { tick: endTick, bytes: meta(0x2f, Uint8Array.of()) }].flatMap(({ tick, bytes }) => {
    const waited = tick - before;
    before = tick;
    return [variableLength(waited), bytes];
  });
}

function chunk(name: 'MThd' | 'MTrk', parts: Uint8Array[]): Uint8Array[] {
  const head = Buffer.alloc(8);
  head.write(name, 'latin1');
  head.writeUInt32BE(
    parts.reduce((sum, { length }) => sum + length, 0),
    4,
  );
  return [head, ...parts];
}

/** Seven bits a byte, the highest first; all but the last carry the eighth bit. */
function variableLength(value: number): Uint8Array {
  const bytes = [value & 0x7f];
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) bytes.unshift((rest & 0x7f) | 0x80);
  return Uint8Array.from(bytes);
}
