import type { FullStory } from '../story.ts';
import { csoundFile } from './csound.ts';
import { lilyPondFile } from './lilypond.ts';
import { midiFile } from './midi.ts';
import { composeScore } from './score.ts';

/** The three files of a story's music by their extension, each in pieces that are made as they are read. */
export interface Orchestration {
  csd: Iterable<string>;
  ly: Iterable<string>;
  mid: Iterable<Uint8Array>;
}

/** Makes a story's music: the same bytes for the same story, at a cost that grows with the number of its beats. */
export function orchestrate(story: FullStory): Orchestration {
  const score = composeScore(story);
  return { csd: csoundFile(score), ly: lilyPondFile(score), mid: midiFile(score) };
}
