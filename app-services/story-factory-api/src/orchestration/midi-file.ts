/**
 * The bytes of a Standard MIDI File of format 1, as the MIDI Association's RP-001 describes it. Own code, since midi-file (and
 * @tonejs/midi on top of it) copies the whole file with each text event and keeps one byte of each letter.
 */

export const ticksPerQuarter = 480;

const textKinds = { text: 0x01, trackName: 0x03, lyric: 0x05, marker: 0x06 };

/** The head of a file; as many tracks must follow it. */
export function midiHead(tracks: number): Uint8Array {
  const head = Buffer.alloc(14);
  head.write('MThd', 'latin1');
  head.writeUInt32BE(6, 4);
  head.writeUInt16BE(1, 8);
  head.writeUInt16BE(tracks, 10);
  head.writeUInt16BE(ticksPerQuarter, 12);
  return head;
}

/** Writes one track. Events are given in the order of their ticks; `end` gives the track's bytes. Channels count from 0. */
export function openTrack() {
  let bytes = Buffer.alloc(256);
  let length = 8;
  let before = 0;

  const put = (byte: number) => {
    if (length === bytes.length) bytes = Buffer.concat([bytes], 2 * length);
    bytes[length++] = byte;
  };
  /** Seven bits a byte, the highest first; all but the last carry the eighth bit. */
  const putVariableLength = (value: number) => {
    for (let shift = 21; shift > 0; shift -= 7) if (value >>> shift > 0) put(((value >>> shift) & 0x7f) | 0x80);
    put(value & 0x7f);
  };
  const event = (tick: number, ...data: number[]) => {
    putVariableLength(tick - before);
    before = tick;
    for (const byte of data) put(byte);
  };
  const meta = (tick: number, kind: number, data: Uint8Array | number[]) => {
    event(tick, 0xff, kind);
    putVariableLength(data.length);
    for (const byte of data) put(byte);
  };

  return {
    noteOn: (tick: number, channel: number, pitch: number, velocity: number) =>
      event(tick, 0x90 | channel, pitch, velocity),
    noteOff: (tick: number, channel: number, pitch: number) => event(tick, 0x80 | channel, pitch, 0),
    program: (tick: number, channel: number, program: number) => event(tick, 0xc0 | channel, program),
    /** Controller 10; 0 is left, 1 right. */
    place: (tick: number, channel: number, place: number) => event(tick, 0xb0 | channel, 10, Math.round(place * 127)),
    tempo: (tick: number, quarterMicros: number) =>
      meta(tick, 0x51, [quarterMicros >> 16, (quarterMicros >> 8) & 0xff, quarterMicros & 0xff]),
    fourQuarters: (tick: number) => meta(tick, 0x58, [4, 2, 24, 8]),
    /** A text in UTF-8, which players of today read. */
    text: (tick: number, kind: keyof typeof textKinds, text: string) => meta(tick, textKinds[kind], Buffer.from(text)),
    end(tick: number): Uint8Array {
      meta(tick, 0x2f, []);
      bytes.write('MTrk', 'latin1');
      bytes.writeUInt32BE(length - 8, 4);
      return bytes.subarray(0, length);
    },
  };
}
