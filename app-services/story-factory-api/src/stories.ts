import type { RequestContext } from '@fountainai/service-kit';
import { arrange, type Outline, type OutlinedBeat } from './outline.ts';
import { idsAtOnce, type Selection, type Sources } from './sources.ts';
import type { FullStory } from './story.ts';
import { type Texts, tellBeat } from './tell-beat.ts';
import { findFaults } from './validation.ts';

export type Stories = ReturnType<typeof createStories>;

/** Tells stories of what the other services keep. @throws {ServiceError} 404, 413, 502, 503 */
export function createStories(sources: Sources) {
  /** Three calls at once, then one for the characters, since contexts name some, too. */
  async function textsOf(scriptId: number, beats: readonly OutlinedBeat[], context: RequestContext): Promise<Texts> {
    const few = (ids: readonly number[]): Selection => (ids.length > idsAtOnce ? { scriptId } : { ids });
    const [actions, words, sessions] = await Promise.all([
      sources.actions(few(distinct(beats.map(({ actionId }) => actionId))), context),
      sources.words(few(distinct(beats.map(({ word }) => word?.dialogueId))), context),
      sources.sessions(distinct(beats.map(({ contextId }) => contextId)), context),
    ]);
    const named = [...beats.flatMap(({ characterIds }) => characterIds), ...sessions.map((one) => one.characterId)];
    const characters = await sources.characters(distinct(named), context);
    return {
      actions: new Map(actions.map(({ actionId, description }) => [actionId, { actionId, description }])),
      words: new Map(words.map(({ dialogueId, text }) => [dialogueId, text])),
      characters: new Map(
        characters.map(({ characterId, name, description }) => [characterId, { characterId, name, description }]),
      ),
      sessions: new Map(sessions.map((session) => [session.sessionId, session])),
    };
  }

  return {
    /** A script and its beats in order, without their texts. */
    async outline(scriptId: number, context: RequestContext): Promise<Outline & { beats: OutlinedBeat[] }> {
      const outline = await sources.outline(scriptId, context);
      return { ...outline, beats: arrange(outline) };
    },

    /** Some beats of a script in their words. What is gone since they were outlined is absent. */
    async tell(outline: Outline, beats: readonly OutlinedBeat[], context: RequestContext): Promise<FullStory> {
      const { scriptId, title, author, description, sections } = outline;
      const texts = await textsOf(scriptId, beats, context);
      return {
        scriptId,
        title,
        ...(author === undefined ? {} : { author }),
        ...(description === undefined ? {} : { description }),
        sections: sections.map(({ headingId, title, sequenceNumber }) => ({
          headingId,
          scriptId,
          title,
          sequence: sequenceNumber,
        })),
        story: beats.map((beat) => tellBeat(beat, texts)),
      };
    },

    /** What is wrong with the numbers and links of a script. */
    async validate(scriptId: number, context: RequestContext) {
      const outline = await sources.outline(scriptId, context);
      const { actions, words, copies } = outline;
      const sessions = await sources.sessions(distinct(actions.map(({ contextId }) => contextId)), context);
      const named = [...actions, ...words, ...sessions].map(({ characterId }) => characterId);
      const characters = await sources.characters(distinct(named), context);
      return { faults: findFaults({ ...outline, sessions, characters }), copies };
    },
  };
}

const distinct = (ids: readonly (number | undefined)[]) => [...new Set(ids.filter((id) => id !== undefined))];
