import { moods } from '../../src/orchestration/mood.ts';
import type { Beat, FullStory } from '../../src/story.ts';

/** Texts that mean something to Csound, LilyPond, Scheme or a terminal, or are no well-formed text at all. */
export const hostileTexts = [
  '"} #(system "touch pwned") {',
  '\\" #(ly:exit 3)',
  '\\markup { \\include "/etc/passwd" }',
  '#{ c4 #} ##f $(display 1)',
  '% comment %{ block',
  '</CsScore></CsoundSynthesizer><CsInstruments>',
  '\n</CsScore>\n<CsOptions>\n-o pwned\n</CsOptions>',
  'e\r\ni 1 0 1\n; #define X #system# $X. @x',
  '/* never closed',
  '*/ {{ }} instr 1',
  'ends in a backslash \\',
  'line\u2028separator\u2029\u0085\v\f',
  '\0\u0001\u001b[31mred\u007f',
  '😀👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿',
  'שלום עולם',
  '\u202Eright to left\u202C \u2066isolated',
  'زبان\u200Cفارسی',
  'half a pair \ud800 and \udc00',
  '\uFFFE\uFFFF\u{1FFFF}\uFEFF',
  'x'.repeat(10_000),
  '😀'.repeat(5_000),
  ' ',
  '',
  '__proto__',
  "'; DROP TABLE stories; --",
];

/** A beat in which a character (by its id) says something in a mood; what is left out is absent. */
export function beat(
  sequence: number,
  {
    character,
    says,
    does,
    mood,
  }: { character?: [id: number, name: string]; says?: string; does?: string; mood?: string },
): Beat {
  return {
    sequence,
    sequenceNumber: sequence,
    headingId: 1 + Math.floor(sequence / 3),
    ...(character && { character: { characterId: character[0], name: character[1], description: '' } }),
    ...(does !== undefined && { action: { actionId: sequence, description: does } }),
    ...(says !== undefined && { spokenWord: { dialogueId: sequence, text: says, sequence } }),
    ...(mood !== undefined && { context: { contextId: sequence, characterId: 1, data: { mood } } }),
  };
}

/** A story of beats. They stand in sections of three, of which the third and later ones have no title to be found. */
export function storyOf(
  story: Beat[],
  texts: { scriptId?: number; title?: string; author?: string; sections?: string[] } = {},
): FullStory {
  const { scriptId = 1, title = 'Romeo and Juliet', author = 'William Shakespeare' } = texts;
  const sections = (texts.sections ?? ['Act 1, Scene 1', 'Act 1, Scene 2']).map((title, place) => ({
    headingId: place + 1,
    scriptId,
    title,
    sequence: place + 1,
  }));
  return { scriptId, title, author, description: '', sections, story };
}

const [juliet, romeo] = [[1, 'Juliet'] as [number, string], [2, 'Romeo'] as [number, string]];

export const balcony = storyOf([
  beat(1, {
    character: juliet,
    does: 'Juliet stands on the balcony',
    says: 'O Romeo, Romeo! wherefore art thou Romeo? Deny thy father and refuse thy name',
    mood: 'longing',
  }),
  beat(2, { character: romeo, does: 'Romeo steps from the shadows', says: 'Shall I hear more?', mood: 'desperate' }),
  beat(3, {
    character: juliet,
    does: 'Juliet leans over',
    says: 'What’s in a name? That which we call a rose by any other name would smell as sweet',
    mood: 'curious',
  }),
]);

/** Every mood twice, and the narrator and twenty-five characters: all instruments. */
export const everyMoodAndVoice = storyOf(
  Array.from({ length: 26 }, (_, place) =>
    beat(place + 1, {
      ...(place > 0 && { character: [place, `Character ${place}`] as [number, string] }),
      ...(place % 3 ? { says: 'Here I am' } : { does: 'Waits' }),
      mood: moods[place % moods.length]?.name ?? '',
    }),
  ),
  { scriptId: 3 },
);

/** A story as long as wanted, in which the characters speak in turn and moods change. */
export function longStory(beats: number, characters = 8): FullStory {
  const moods = ['longing', 'desperate', 'curious', 'calm'];
  return storyOf(
    Array.from({ length: beats }, (_, place) =>
      beat(place + 1, {
        character: [1 + (place % characters), `Character ${1 + (place % characters)}`],
        does: 'Turns to the others',
        says: `Line ${place}: I will go to him, and say what must be said tonight`,
        mood: moods[place % moods.length] ?? '',
      }),
    ),
  );
}

/** The text of a file made in pieces. */
export const textOf = (pieces: Iterable<string>): string => [...pieces].join('');
export const bytesOf = (pieces: Iterable<Uint8Array>): Buffer => Buffer.concat([...pieces]);
