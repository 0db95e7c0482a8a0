import { readFileSync } from 'node:fs';

/** A stage direction, or what one speaker says without a pause. */
export type Part = { direction: string } | { speaker: string; text: string };

export interface Scene {
  title: string;
  parts: Part[];
}

/** The act as its file has it, without the note at its top; its blocks have an empty line between them. */
const [, ...blocks] = readFileSync(new URL('king-lear.txt', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n\n');
export const printed = blocks.join('\n\n');

export const scenes: Scene[] = [];
for (const block of blocks) {
  const title = /^== (.*)$/.exec(block)?.[1];
  if (title) scenes.push({ title, parts: [] });
  else scenes.at(-1)?.parts.push(partOf(block));
}

function partOf(block: string): Part {
  const direction = /^\[(.*)\]$/.exec(block)?.[1];
  if (direction) return { direction };
  const [speaker = '', ...lines] = block.split('\n');
  return { speaker, text: lines.join('\n') };
}

interface Told {
  sections: { headingId: number; title: string }[];
  story: {
    headingId: number;
    character?: { name: string };
    action: { description: string };
    spokenWord?: { text: string };
  }[];
}

/** A story as the file has it. */
export function print({ sections, story }: Told): string {
  const titles = new Map(sections.map(({ headingId, title }) => [headingId, title]));
  let place = 0;
  const lines = story.flatMap(({ headingId, character, action, spokenWord }) => {
    const part = spokenWord ? `${character?.name}\n${spokenWord.text}` : `[${action.description}]`;
    if (headingId === place) return [part];
    place = headingId;
    return [`== ${titles.get(headingId)}`, part];
  });
  return lines.join('\n\n');
}
