import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { moods } from '../../src/orchestration/mood.ts';
import { orchestrate } from '../../src/orchestration/orchestrate.ts';
import { describeWith, runOn } from './programs.ts';
import { balcony, beat, hostileTexts, storyOf, textOf } from './stories.ts';
import { anyStory, awfulStory } from './story-arbitrary.ts';

/** A LilyPond string, as its lexer reads it. */
const strings = /"(?:\\.|[^"\\])*"/gsu;
/** Everything that may stand outside strings: notes, rests, and commands of our own. */
const music =
  /^(\\(version|header|score|new|with|layout|context|numericTimeSignature|time|clef|key|tempo|bar|mark|markup|box|mm|textLengthOn|RemoveAllEmptyStaves|Score|major|minor|dorian|phrygian|lydian|mixolydian|locrian)\b|[a-g](es|is|)[',]*(1|2\.|2|4\.|4|8)?\^?|R1\*\d+|[a-zA-Z-]+|\d+(\/\d+)?|##f|<<|>>|<|>1|[{}=|\s])*$/;

describe('a LilyPond file', () => {
  test('has a staff for each voice, and one with chords, tempos and moods', () => {
    expect(textOf(orchestrate(balcony).ly)).toMatchInlineSnapshot(`
      "\\version "2.24.0"
      \\header {
        title = "Romeo and Juliet"
        composer = "William Shakespeare"
        tagline = ##f
      }
      \\score {
        \\new StaffGroup <<
          \\new Staff \\with {
            instrumentName = "Juliet (flute)"
            shortInstrumentName = "Juliet"
            \\RemoveAllEmptyStaves
          } {
            \\numericTimeSignature \\time 4/4 \\clef treble
            \\key d \\dorian
            b''4.^"1 O Romeo, Romeo! wherefore art thou Romeo? Deny thy father…" c'''8 e'''4 d'''4 |
            c'''4. c'''8 b''4 d'''4 |
            R1*1 |
            \\key d \\lydian
            gis''4.^"3 What’s in a name? That which we call a rose by any other …" gis''8 gis''4 gis''4 |
            gis''4 fis''4 a''8 cis'''8 d''4 |
          }
          \\new Staff \\with {
            instrumentName = "Romeo (cello)"
            shortInstrumentName = "Romeo"
            \\RemoveAllEmptyStaves
          } {
            \\numericTimeSignature \\time 4/4 \\clef bass
            R1*2 |
            \\key d \\phrygian
            f'4.^"2 Shall I hear more?" f'8 f2 |
            R1*2 |
          }
          \\new Staff \\with { instrumentName = "Chords" } {
            \\numericTimeSignature \\time 4/4 \\clef bass
            \\mark \\markup \\box "Act 1, Scene 1"
            \\tempo "longing" 4 = 72
            \\key d \\dorian
            <d f a>1 |
            <d f a>1 |
            \\tempo "desperate" 4 = 138
            \\key d \\phrygian
            <d, f, a,>1 |
            \\mark \\markup \\box "Act 1, Scene 2"
            \\tempo "curious" 4 = 92
            \\key d \\lydian
            <d' fis' a'>1 |
            <d' fis' a'>1 |
            \\bar "|."
          }
        >>
        \\layout {
          indent = 35\\mm
          short-indent = 15\\mm
          \\context { \\Score \\textLengthOn }
        }
      }
      "
    `);
  });

  test('holds the texts in strings only, whatever they are', () => {
    fc.assert(
      fc.property(anyStory, (story) => {
        const text = textOf(orchestrate(story).ly);
        const outside = text.replaceAll(strings, '').replaceAll(/(?<=\d)\\mm/g, '');
        for (const each of outside.split('\n')) expect(each).toMatch(music);
        for (const [string] of text.matchAll(strings)) expect(string).not.toMatch(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u);
      }),
      { seed: 4, numRuns: 100 },
    );
  });
});

describeWith('lilypond', () => {
  test('engraves every mood and every hostile text without a complaint, and runs nothing', () => {
    const inEveryMood = storyOf(
      moods.map(({ name }, place) => beat(place + 1, { character: [1 + (place % 3), 'x'], does: name, mood: name })),
      { scriptId: 3 },
    );
    const stories = { balcony, empty: storyOf([]), awful: awfulStory, moods: inEveryMood };
    const files = Object.fromEntries(
      Object.entries(stories).map(([name, story]) => [`${name}.ly`, textOf(orchestrate(story).ly)]),
    );
    const { folder, output, status } = runOn(
      files,
      ...(['lilypond', '--loglevel=WARNING', '--define-default=no-print-pages'] as const),
      ...Object.keys(files),
    );
    // Which letters the fonts of a machine have, and how full a page is, is no mistake of the file.
    const noMistake =
      /^warning: (no glyph for character|compressing over-full page|page \d+ has been compressed).*\n/gm;
    expect(output.replaceAll(noMistake, '')).toBe('');
    expect(status).toBe(0);
    expect(hostileTexts.join()).toContain('touch pwned');
    expect(readdirSync(folder).sort()).toEqual(Object.keys(files).sort());
  }, 60_000);
});
