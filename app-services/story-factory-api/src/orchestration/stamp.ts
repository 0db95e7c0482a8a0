import { createHash } from 'node:crypto';
import type { FullStory } from '../story.ts';

/** To be raised whenever the same story comes to make other files: kept files of before are then no longer found. */
const edition = 1;

/** A name for all of a story that its music is made from: stories with the same stamp make the same files. */
export function stampOf({ scriptId, title, author, sections, story }: FullStory): string {
  const hash = createHash('sha256');
  // JSON keeps the borders between texts, so that moving a letter from one to the next changes the stamp.
  const add = (...parts: unknown[]) => hash.update(`${JSON.stringify(parts)}\n`);
  add(edition, scriptId, title, author);
  for (const { headingId, title } of sections) add(headingId, title);
  for (const { sequence, headingId, character, action, spokenWord, context } of story) {
    const { characterId, name } = character ?? {};
    add(sequence, headingId, characterId, name, action?.description, spokenWord?.text, context?.data?.mood);
  }
  return hash.digest('hex').slice(0, 32);
}
