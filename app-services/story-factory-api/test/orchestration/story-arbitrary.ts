import fc from 'fast-check';
import type { FullStory } from '../../src/story.ts';
import { beat, hostileTexts, storyOf } from './stories.ts';

/** Any text: hostile ones, pieces of them one after another, and Unicode at random, lone surrogates included. */
const anyText = fc.oneof(
  fc.constantFrom(...hostileTexts),
  fc
    .array(fc.constantFrom(...hostileTexts.flatMap((text) => [...text].slice(0, 12)), ' '), { maxLength: 40 })
    .map((all) => all.join('')),
  fc.string({ unit: 'binary', maxLength: 40 }),
);

const anyBeat = fc.record(
  {
    character: fc.tuple(fc.integer({ min: 1, max: 5 }), anyText),
    says: anyText,
    does: anyText,
    mood: fc.oneof(anyText, fc.constantFrom('joy', 'sad', 'angry')),
  },
  { requiredKeys: [] },
);

export const anyStory: fc.Arbitrary<FullStory> = fc
  .tuple(fc.array(anyBeat, { maxLength: 8 }), anyText, anyText, anyText, fc.maxSafeNat())
  .map(([beats, title, author, section, scriptId]) => {
    const story = beats.map((each, place) => beat(place + 1, each));
    return storyOf(story, { title, author, sections: [section], scriptId: scriptId + 1 });
  });

/** Every hostile text as what is said or done and as a section's title, many as a name. */
export const awfulStory = storyOf(
  hostileTexts.flatMap((text, place) => [
    beat(2 * place + 1, { character: [1 + (place % 9), text], says: text.slice(0, 100), mood: text }),
    beat(2 * place + 2, { does: text, mood: 'angry' }),
  ]),
  { title: hostileTexts.join(' '), author: hostileTexts.toReversed().join(''), sections: hostileTexts },
);
