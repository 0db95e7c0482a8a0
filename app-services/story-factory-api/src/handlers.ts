import { type Handlers, invalid, notFound, type RequestContext, ServiceError } from '@fountainai/service-kit';
import type { operations } from './contract.ts';
import type { keepFiles } from './orchestration/files.ts';
import type { OutlinedBeat } from './outline.ts';
import type { Stories } from './stories.ts';
import type { FullStory } from './story.ts';
import { tooLong } from './too-long.ts';

/** In one answer. */
const beatsAtOnce = 10_000;

/** What each operation of openapi.yaml does. */
export function createHandlers(stories: Stories, files: ReturnType<typeof keepFiles>): Handlers<operations> {
  /** A story without its music is better than none. */
  const musicOf = (story: FullStory, { log }: RequestContext) =>
    files.keep(story).catch((error) => {
      log.error({ err: error }, 'The music of a story could not be made');
      return {};
    });

  return {
    async getFullStory({ query: { scriptId, limit, offset = 0 } }, context) {
      const outline = await stories.outline(scriptId, context);
      const beats = outline.beats.slice(offset, limit === undefined ? undefined : offset + limit);
      refuseTooMany(scriptId, beats);
      const story = await stories.tell(outline, beats, context).catch(hintingAt(scriptId));
      const body = { ...story, orchestration: await musicOf(story, context) };
      return { status: 200, body, headers: { ...numbersOf(outline), ...totalOf(outline.beats) } };
    },
    async getStorySequences({ query: { scriptId, startSequence, endSequence } }, context) {
      if (startSequence > endSequence) throw invalid('The first beat is behind the last.');
      const outline = await stories.outline(scriptId, context).catch((error) => {
        throw error instanceof ServiceError && error.status === 404 ? noSequences() : error;
      });
      const beats = outline.beats.slice(startSequence - 1, endSequence);
      if (beats.length === 0) throw noSequences();
      refuseTooMany(scriptId, beats);
      const { story } = await stories.tell(outline, beats, context).catch(hintingAt(scriptId));
      const headers = { ...numbersOf(outline), ...totalOf(outline.beats) };
      return { status: 200, body: { scriptId, sequences: story }, headers };
    },
    async validateStory({ query: { scriptId } }, context) {
      const { faults, copies } = await stories.validate(scriptId, context);
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

const totalOf = ({ length }: readonly OutlinedBeat[]) => ({ 'x-total-count': String(length) });

const numbersOf = ({ copies }: { copies: boolean }): Record<string, string> =>
  copies ? { 'x-sequence-numbers': 'copies' } : {};

function refuseTooMany(scriptId: number, { length }: readonly OutlinedBeat[]): void {
  if (length <= beatsAtOnce) return;
  throw tooLong([`These are ${length} beats; an answer holds ${beatsAtOnce}.`, pageOf(scriptId)]);
}

/** What is too long for one answer can be had in pages. */
const hintingAt = (scriptId: number) => (error: unknown) => {
  throw error instanceof ServiceError && error.status === 413
    ? tooLong([...(error.details ?? []), pageOf(scriptId)])
    : error;
};

const pageOf = (scriptId: number) => `Try GET /stories?scriptId=${scriptId}&limit=100&offset=0.`;
