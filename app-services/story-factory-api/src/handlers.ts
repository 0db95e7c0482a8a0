import { type Handlers, invalid, notFound, type RequestContext, ServiceError } from '@fountainai/service-kit';
import type { operations } from './contract.ts';
import type { keepFiles } from './orchestration/files.ts';
import type { OutlinedBeat } from './outline.ts';
import type { Reading } from './reading.ts';
import { type OutlinedStory, outlineStory, tellStory, validateStory } from './stories.ts';
import type { FullStory } from './story.ts';
import { isTooLong, tooLong } from './too-long.ts';

/** In one answer. */
const beatsAtOnce = 10_000;

/** What each operation of openapi.yaml does. */
export function createHandlers(read: Reading, files: ReturnType<typeof keepFiles>): Handlers<operations> {
  /** A story without its music is better than none. */
  const musicOf = (story: FullStory, { log }: RequestContext) =>
    files.keep(story).catch((error) => {
      log.error({ err: error }, 'The music of a story could not be made');
      return {};
    });

  return {
    async getFullStory({ query: { scriptId, limit, offset = 0 } }, context) {
      const { outline, story, orchestration } = await read(context, async (sources) => {
        const outline = await outlineStory(sources, scriptId);
        const beats = outline.beats.slice(offset, limit === undefined ? undefined : offset + limit);
        refuseTooMany(beats);
        const story = await tellStory(sources, outline, beats);
        return { outline, story, orchestration: await musicOf(story, context) };
      }).catch(hintingAt(scriptId));
      return {
        status: 200,
        body: { ...story, orchestration },
        headers: { ...numbersOf(outline), ...totalOf(outline) },
      };
    },
    async getStorySequences({ query: { scriptId, startSequence, endSequence } }, context) {
      if (startSequence > endSequence) throw invalid('startSequence is greater than endSequence.');
      const { outline, story } = await read(context, async (sources) => {
        const outline = await outlineStory(sources, scriptId);
        const beats = outline.beats.slice(startSequence - 1, endSequence);
        if (beats.length === 0) throw noSequences();
        refuseTooMany(beats);
        return { outline, story: await tellStory(sources, outline, beats) };
      })
        .catch((error) => {
          throw error instanceof ServiceError && error.status === 404 ? noSequences() : error;
        })
        .catch(hintingAt(scriptId));
      const headers = { ...numbersOf(outline), ...totalOf(outline) };
      return { status: 200, body: { scriptId, sequences: story.story }, headers };
    },
    async validateStory({ query: { scriptId } }, context) {
      const { faults, copies } = await read(context, (sources) => validateStory(sources, scriptId));
      return { status: 200, body: { scriptId, ...faults }, headers: numbersOf({ copies }) };
    },
    async getFile({ params: { name } }) {
      const file = await files.read(name);
      if (!file) throw notFound('There is no such file.');
      const headers = {
        'content-type': file.mediaType,
        'content-length': String(file.bytes),
        // Its name stands for its content.
        'cache-control': 'private, max-age=31536000, immutable',
      };
      // The contract knows no streams.
      return { status: 200, body: file.content as unknown as string, headers };
    },
  };
}

const noSequences = () => notFound('Script or sequences not found.');

const totalOf = ({ beats }: OutlinedStory) => ({ 'x-total-count': String(beats.length) });

const numbersOf = ({ copies }: { copies: boolean }): Record<string, string> =>
  copies ? { 'x-sequence-numbers': 'copies' } : {};

function refuseTooMany({ length }: readonly OutlinedBeat[]): void {
  if (length > beatsAtOnce) throw tooLong([`These are ${length} beats; an answer holds ${beatsAtOnce}.`]);
}

/** What is too long for one answer can be had in pages. */
const hintingAt = (scriptId: number) => (error: unknown) => {
  if (!isTooLong(error)) throw error;
  throw tooLong([...(error.details ?? []), `Try GET /stories?scriptId=${scriptId}&limit=100&offset=0.`]);
};
