/** How an instrument of the Csound orchestra makes its sound; the place in this list, from 1, is its number there. */
export const timbres = ['plucked', 'bowed', 'blown', 'brass', 'struck', 'held'] as const;

export interface Instrument {
  name: string;
  /** Number in General MIDI, from 0. */
  program: number;
  timbre: (typeof timbres)[number];
  /** 0 dark to 1 bright: tells instruments of one timbre apart in Csound. */
  brightness: number;
  /** Octave of its lowest tonic; 4 is the one of middle C. */
  octave: number;
}

type Row = [name: string, program: number, timbre: Instrument['timbre'], brightness: number, octave: number];

const instrument = ([name, program, timbre, brightness, octave]: Row): Instrument => ({
  name,
  program,
  timbre,
  brightness,
  octave,
});

export const narratorInstrument = instrument(['piano', 0, 'plucked', 0.5, 4]);

/** What characters play, in the order in which they get them: neighbours differ most. */
const castRows: Row[] = [
  ['flute', 73, 'blown', 0.2, 5],
  ['cello', 42, 'bowed', 0.3, 3],
  ['clarinet', 71, 'blown', 0.5, 4],
  ['harp', 46, 'plucked', 0.8, 4],
  ['trumpet', 56, 'brass', 0.8, 4],
  ['violin', 40, 'bowed', 0.8, 4],
  ['vibraphone', 11, 'struck', 0.2, 4],
  ['bassoon', 70, 'blown', 0.7, 3],
  ['guitar', 24, 'plucked', 0.3, 3],
  ['French horn', 60, 'brass', 0.2, 3],
  ['oboe', 68, 'blown', 0.9, 4],
  ['viola', 41, 'bowed', 0.5, 4],
  ['marimba', 12, 'struck', 0.6, 4],
  ['alto saxophone', 65, 'brass', 0.5, 4],
  ['pan flute', 75, 'blown', 0, 5],
];
export const castInstruments = castRows.map(instrument);

/** What plays the chords below the voices; a mood chooses one. */
export const chordInstruments = {
  piano: instrument(['piano', 0, 'plucked', 0.5, 3]),
  harp: instrument(['harp', 46, 'plucked', 0.8, 3]),
  celesta: instrument(['celesta', 8, 'struck', 0.8, 4]),
  strings: instrument(['strings', 48, 'bowed', 0.4, 3]),
  tremolo: instrument(['tremolo strings', 44, 'bowed', 0.9, 3]),
  basses: instrument(['double basses', 43, 'bowed', 0.1, 2]),
  brass: instrument(['brass', 61, 'brass', 0.7, 3]),
  trombones: instrument(['trombones', 57, 'brass', 0.3, 2]),
  organ: instrument(['organ', 19, 'held', 0.8, 3]),
  choir: instrument(['choir', 52, 'held', 0.4, 3]),
  pad: instrument(['pad', 89, 'held', 0.1, 3]),
};
