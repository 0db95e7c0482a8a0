import { notFound, type Peer, PeerRefusal, type RequestContext, ServiceError } from '@fountainai/service-kit';
import type { ValidateFunction } from 'ajv';
import {
  areActionLinks,
  areActions,
  areCharacters,
  areSections,
  areSessions,
  areWordLinks,
  areWords,
  isScript,
  type SectionAnswer,
} from './answers.ts';
import type { Outline } from './outline.ts';
import { tooLong } from './too-long.ts';

interface Peers {
  scripts: Peer;
  characters: Peer;
  sessions: Peer;
}

/** What of a kind is read in one call: some by their ids, or all of a script. */
export type Selection = { ids: readonly number[] } | { scriptId: number };

/** By their contracts: ids in one query, rows in one list, sections in one page. */
export const idsAtOnce = 1000;
const rowsAtOnce = 20_000;
const sectionsAtOnce = 1000;
/** Of one answer: 5,000,000 characters are less, unless most of them are emoji. */
const maxBytes = 12 * 1024 * 1024;

export type Sources = ReturnType<typeof createSources>;

/** Reads what a story consists of from the services that keep it. @throws {ServiceError} 413, 502, 503 */
export function createSources({ scripts, characters, sessions }: Peers) {
  async function read<T>(
    peer: Peer,
    path: string,
    fits: ValidateFunction<T>,
    { requestId }: RequestContext,
    body?: object,
  ) {
    const request = body ? { method: 'POST' as const, path, body } : { path };
    const answer = await peer.read<unknown>({ ...request, requestId, maxBytes }).catch((error) => {
      throw error instanceof PeerRefusal && error.answered === 413 ? tooLong([error.message]) : error;
    });
    if (!fits(answer.body)) throw unfit(peer, path);
    const { 'x-total-count': total, 'x-sequence-numbers': numbers } = answer.headers;
    return { body: answer.body, total: Number(total ?? 0), copies: numbers === 'copies' };
  }

  /** One after the other only where there are more than a page. */
  async function readSections(scriptId: number, context: RequestContext) {
    const page = (offset: number) =>
      read(scripts, `/scripts/${scriptId}/sections?limit=${sectionsAtOnce}&offset=${offset}`, areSections, context);
    const first = await page(0);
    if (first.total > rowsAtOnce) throw tooLong([`The script has ${first.total} sections.`]);
    const rest: Promise<typeof first>[] = [];
    for (let offset = sectionsAtOnce; offset < first.total; offset += sectionsAtOnce) rest.push(page(offset));
    const pages = [first, ...(await Promise.all(rest))];
    return { sections: pages.flatMap(({ body }) => body).sort(inOrder), copies: pages.some(({ copies }) => copies) };
  }

  async function readLinks<T>(path: string, scriptId: number, fits: ValidateFunction<T[]>, context: RequestContext) {
    const answer = await read(characters, `${path}?scriptId=${scriptId}&view=links&limit=${rowsAtOnce}`, fits, context);
    if (answer.total > rowsAtOnce)
      throw tooLong([`The script has ${answer.total} of ${path}, and may have ${rowsAtOnce}.`]);
    return answer;
  }

  async function readTexts<T>(
    path: string,
    selection: Selection,
    fits: ValidateFunction<T[]>,
    context: RequestContext,
  ) {
    if ('ids' in selection && selection.ids.length === 0) return [];
    const which =
      'ids' in selection
        ? `ids=${selection.ids}&limit=${idsAtOnce}`
        : `scriptId=${selection.scriptId}&limit=${rowsAtOnce}`;
    return (await read(characters, `${path}?${which}`, fits, context)).body;
  }

  return {
    /** Four calls at once, however many beats there are. @throws {ServiceError} 404 */
    async outline(scriptId: number, context: RequestContext): Promise<Outline> {
      const [script, { sections, copies }, actions, words] = await Promise.all([
        read(scripts, `/scripts/${scriptId}`, isScript, context),
        readSections(scriptId, context),
        readLinks('/actions', scriptId, areActionLinks, context),
        readLinks('/spokenWords', scriptId, areWordLinks, context),
      ]).catch((error) => {
        throw error instanceof PeerRefusal && error.answered === 404 ? notFound('Script not found.') : error;
      });
      const { title, author, description } = script.body;
      return {
        scriptId,
        title,
        ...(author === undefined ? {} : { author }),
        ...(description === undefined ? {} : { description }),
        sections,
        actions: actions.body,
        words: words.body,
        copies: copies || actions.copies || words.copies,
      };
    },
    actions: (selection: Selection, context: RequestContext) => readTexts('/actions', selection, areActions, context),
    words: (selection: Selection, context: RequestContext) => readTexts('/spokenWords', selection, areWords, context),
    /** A call for every thousand. */
    async characters(ids: readonly number[], context: RequestContext) {
      const calls = Array.from({ length: Math.ceil(ids.length / idsAtOnce) }, (_, index) =>
        ids.slice(index * idsAtOnce, (index + 1) * idsAtOnce),
      ).map((some) => readTexts('/characters', { ids: some }, areCharacters, context));
      return (await Promise.all(calls)).flat();
    },
    async sessions(sessionIds: readonly number[], context: RequestContext) {
      if (sessionIds.length === 0) return [];
      return (await read(sessions, '/sessions/lookup', areSessions, context, { sessionIds })).body.sessions;
    },
  };
}

const inOrder = (a: SectionAnswer, b: SectionAnswer) =>
  a.sequenceNumber - b.sequenceNumber || a.headingId - b.headingId;

const unfit = (peer: Peer, path: string) =>
  new ServiceError(502, 'peer_answer', `${peer.name} did not answer ${path.split('?')[0]} as its contract says.`);
