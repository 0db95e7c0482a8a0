import { arrange, type Outline, type OutlinedBeat } from './outline.ts';
import { idsAtOnce, type Selection, type Sources } from './sources.ts';
import type { FullStory } from './story.ts';
import { type Texts, tellBeat } from './tell-beat.ts';
import { findFaults } from './validation.ts';

export type OutlinedStory = Outline & { beats: OutlinedBeat[] };

/** A script and its beats in order, without their texts. */
export async function outlineStory(sources: Sources, scriptId: number): Promise<OutlinedStory> {
  const outline = await sources.outline(scriptId);
  return { ...outline, beats: arrange(outline) };
}

/** Some beats of a script in their words. What is gone since they were outlined is absent. */
export async function tellStory(
  sources: Sources,
  { scriptId, title, author, description, sections }: Outline,
  beats: readonly OutlinedBeat[],
): Promise<FullStory> {
  const texts = await textsOf(sources, scriptId, beats);
  return {
    scriptId,
    title,
    ...(author === undefined ? {} : { author }),
    ...(description === undefined ? {} : { description }),
    sections: sections.map((one) => ({
      headingId: one.headingId,
      scriptId,
      title: one.title,
      sequence: one.sequenceNumber,
    })),
    story: beats.map((beat) => tellBeat(beat, texts)),
  };
}

/** What is wrong with the numbers and links of a script. */
export async function validateStory(sources: Sources, scriptId: number) {
  const outline = await sources.outline(scriptId);
  const { actions, words, copies } = outline;
  const sessions = await sources.sessions(distinct(actions.map(({ contextId }) => contextId)));
  const named = [...actions, ...words, ...sessions].map(({ characterId }) => characterId);
  const characters = await sources.characters(distinct(named));
  return { faults: findFaults({ ...outline, sessions, characters }), copies };
}

/** Three calls at once, then one for the characters, since contexts name some, too. */
async function textsOf(sources: Sources, scriptId: number, beats: readonly OutlinedBeat[]): Promise<Texts> {
  const few = (ids: readonly number[]): Selection => (ids.length > idsAtOnce ? { scriptId } : { ids });
  const [actions, words, sessions] = await Promise.all([
    sources.actions(few(distinct(beats.map(({ actionId }) => actionId)))),
    sources.words(few(distinct(beats.map(({ word }) => word?.dialogueId)))),
    sources.sessions(distinct(beats.map(({ contextId }) => contextId))),
  ]);
  const named = [...beats.flatMap(({ characterIds }) => characterIds), ...sessions.map((one) => one.characterId)];
  const characters = await sources.characters(distinct(named));
  return {
    actions: new Map(actions.map(({ actionId, description }) => [actionId, { actionId, description }])),
    words: new Map(words.map(({ dialogueId, text }) => [dialogueId, text])),
    characters: new Map(
      characters.map(({ characterId, name, description }) => [characterId, { characterId, name, description }]),
    ),
    sessions: new Map(sessions.map((session) => [session.sessionId, session])),
  };
}

const distinct = (ids: readonly (number | undefined)[]) => [...new Set(ids.filter((id) => id !== undefined))];
