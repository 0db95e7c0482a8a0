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
  type CharacterAnswer,
  isScript,
  type SectionAnswer,
} from './answers.ts';
import type { Outline } from './outline.ts';
import { scriptTooLong, tooLong } from './too-long.ts';

export interface Peers {
  scripts: Peer;
  characters: Peer;
  sessions: Peer;
}

/** What of a kind is read in one call: some by their ids, or all of a script. */
export type Selection = { ids: readonly number[] } | { scriptId: number };

/** How much may be read for one story. */
export interface Limits {
  /** Actions, spoken words, or sections. */
  rows: number;
  /** Of all answers. */
  bytes: number;
  /** For one try to get an answer. */
  timeoutMs: number;
}

/** In one query: of 16 digits each, they fit into the 16 KB that Node takes of a request's head. */
export const idsAtOnce = 800;
/** In one page, by their contract. */
const sectionsAtOnce = 1000;

export type Sources = ReturnType<typeof createSources>;

/**
 * Reads what one story consists of from the services that keep it, for one request. @throws {ServiceError} 502, 503; 413 where
 * there is more than the limits allow
 */
export function createSources({ scripts, characters, sessions }: Peers, limits: Limits, { requestId }: RequestContext) {
  const budget = { bytes: limits.bytes };

  async function read<T>(peer: Peer, path: string, fits: ValidateFunction<T>, body?: object) {
    const request = body ? { method: 'POST' as const, path, body } : { path };
    const { timeoutMs } = limits;
    const answer = await peer.read<unknown>({ ...request, requestId, budget, timeoutMs }).catch((error) => {
      throw isRefusal(error, 413) ? tooLong(['It has too much text.']) : error;
    });
    if (!fits(answer.body)) throw unfit(peer, path);
    const { 'x-total-count': total, 'x-sequence-numbers': numbers } = answer.headers;
    return { body: answer.body, total: Number(total ?? 0), copies: numbers === 'copies' };
  }

  /** @throws {ServiceError} 413 where a list has more than that many */
  function refuseMore(total: number, what: string): void {
    if (total > limits.rows) throw scriptTooLong(total, what, limits.rows);
  }

  async function readSections(scriptId: number) {
    const path = `/scripts/${scriptId}/sections?limit=${sectionsAtOnce}`;
    const first = await read(scripts, path, areSections);
    refuseMore(first.total, 'sections');
    const rest: Promise<typeof first>[] = [];
    for (let offset = sectionsAtOnce; offset < first.total; offset += sectionsAtOnce) {
      rest.push(read(scripts, `${path}&offset=${offset}`, areSections));
    }
    const pages = [first, ...(await Promise.all(rest))];
    return { body: pages.flatMap(({ body }) => body).sort(inOrder), copies: pages.some(({ copies }) => copies) };
  }

  async function readLinks<T>(path: string, what: string, scriptId: number, fits: ValidateFunction<T[]>) {
    const answer = await read(characters, `${path}?scriptId=${scriptId}&view=links&limit=${limits.rows}`, fits);
    refuseMore(answer.total, what);
    return answer;
  }

  async function readTexts<T>(path: string, selection: Selection, fits: ValidateFunction<T[]>) {
    if ('ids' in selection && selection.ids.length === 0) return [];
    const which =
      'ids' in selection
        ? `ids=${selection.ids}&limit=${idsAtOnce}`
        : `scriptId=${selection.scriptId}&limit=${limits.rows}`;
    return (await read(characters, `${path}?${which}`, fits)).body;
  }

  return {
    /** Four calls at once, however many beats there are. @throws {ServiceError} 404 */
    async outline(scriptId: number): Promise<Outline> {
      const [script, sections, actions, words] = await Promise.all([
        read(scripts, `/scripts/${scriptId}`, isScript).catch(withoutScript),
        readSections(scriptId).catch(withoutScript),
        readLinks('/actions', 'actions', scriptId, areActionLinks),
        readLinks('/spokenWords', 'spoken words', scriptId, areWordLinks),
      ]);
      const { title, author, description } = script.body;
      return {
        scriptId,
        title,
        ...(author === undefined ? {} : { author }),
        ...(description === undefined ? {} : { description }),
        sections: sections.body,
        actions: actions.body,
        words: words.body,
        copies: [sections, actions, words].some(({ copies }) => copies),
      };
    },
    actions: (selection: Selection) => readTexts('/actions', selection, areActions),
    words: (selection: Selection) => readTexts('/spokenWords', selection, areWords),
    /** A call for every thousand. */
    async characters(ids: readonly number[]) {
      const calls: Promise<CharacterAnswer[]>[] = [];
      for (let at = 0; at < ids.length; at += idsAtOnce) {
        calls.push(readTexts('/characters', { ids: ids.slice(at, at + idsAtOnce) }, areCharacters));
      }
      return (await Promise.all(calls)).flat();
    },
    async sessions(sessionIds: readonly number[]) {
      if (sessionIds.length === 0) return [];
      return (await read(sessions, '/sessions/lookup', areSessions, { sessionIds })).body.sessions;
    },
  };
}

const isRefusal = (error: unknown, answered: number) => error instanceof PeerRefusal && error.answered === answered;

function withoutScript(error: unknown): never {
  throw isRefusal(error, 404) ? notFound('Script not found.') : error;
}

const inOrder = (a: SectionAnswer, b: SectionAnswer) =>
  a.sequenceNumber - b.sequenceNumber || a.headingId - b.headingId;

const unfit = (peer: Peer, path: string) =>
  new ServiceError(502, 'peer_answer', `${peer.name} did not answer ${path.split('?')[0]} as its contract says.`);
