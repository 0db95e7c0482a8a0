import type { FullStory } from '../story.ts';
import { csoundFile } from './csound.ts';
import { lilyPondFile } from './lilypond.ts';
import { midiFile } from './midi.ts';
import { composeScore } from './score.ts';

/** The three files of a story's music, the same for the same story. */
export interface Orchestration {
  csound: string;
  lilyPond: string;
  midi: Uint8Array;
}

/** Makes a story's music. The cost grows with the number of beats. */
export function orchestrate(story: FullStory): Orchestration {
  const score = composeScore(story);
  return { csound: csoundFile(score), lilyPond: lilyPondFile(score), midi: midiFile(score) };
}
