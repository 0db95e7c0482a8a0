import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

type Row = Record<string, unknown>;

/** What the other services keep of one script, 1. */
export interface Kept {
  script: Row;
  sections: Row[];
  actions: Row[];
  words: Row[];
  characters: Row[];
  sessions: Row[];
}

/** The three services that stories are read from, as their contracts say, and as badly as a test wants. */
export interface Peers {
  settings: Record<'CORE_SCRIPT_URL' | 'CHARACTER_URL' | 'SESSION_CONTEXT_URL', string>;
  kept: Kept;
  /** `method path`, without the query, of what was asked so far. */
  asked: string[];
  requestIds: Set<string | undefined>;
  /** Called before answering, where set; true means that it has answered, or never will. */
  play: ((asked: string, response: ServerResponse) => boolean) | undefined;
  close(): Promise<void>;
}

/** A script with `beats` beats, each with all that a beat can have, 50 of them in a section. */
export function keptStory(beats: number, { text = 'O Romeo, Romeo!', characters = 2, inSection = 50 } = {}): Kept {
  const ids = Array.from({ length: beats }, (_, index) => index + 1);
  const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
  const placeOf = (id: number) => ({
    scriptId: 1,
    headingId: Math.ceil(id / inSection),
    characterId: ((id - 1) % characters) + 1,
  });
  return {
    script: { scriptId: 1, title: 'Romeo and Juliet', author: 'William Shakespeare', sequenceNumber: 1 },
    sections: numbers(Math.ceil(beats / inSection)).map((id) => ({
      headingId: id,
      scriptId: 1,
      title: `Scene ${id}`,
      sequenceNumber: id,
    })),
    actions: ids.map((id) => ({
      actionId: id,
      description: `Acts ${id}.`,
      ...placeOf(id),
      dialogueId: id,
      contextId: id,
      sequenceNumber: id,
    })),
    words: ids.map((id) => ({ dialogueId: id, text, ...placeOf(id), sequenceNumber: id })),
    characters: numbers(characters).map((id) => ({ characterId: id, name: `Character ${id}`, description: '' })),
    sessions: ids.map((id) => ({ sessionId: id, data: { mood: 'longing' }, sequenceNumber: id })),
  };
}

/** Listens on a free port of this machine, for all three. */
export async function openPeers(kept: Kept = keptStory(3)): Promise<Peers> {
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
    const asked = `${request.method} ${pathname}`;
    peers.asked.push(asked);
    peers.requestIds.add(request.headers['x-request-id'] as string | undefined);
    const body = request.method === 'POST' ? await json(request).catch(() => undefined) : undefined;
    if (peers.play?.(asked, response)) return;
    const answer = answerTo(peers.kept, pathname, searchParams, body as { sessionIds: number[] });
    const total = 'total' in answer ? { 'x-total-count': String(answer.total) } : {};
    response.writeHead(answer.status, total).end(JSON.stringify(answer.body));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const peers: Peers = {
    settings: { CORE_SCRIPT_URL: url, CHARACTER_URL: url, SESSION_CONTEXT_URL: url },
    kept,
    asked: [],
    requestIds: new Set(),
    play: undefined,
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
  return peers;
}

function answerTo(kept: Kept, path: string, query: URLSearchParams, body: { sessionIds: number[] } | undefined) {
  if (path === '/sessions/lookup') {
    const wanted = new Set(body?.sessionIds);
    const sessions = kept.sessions.filter(({ sessionId }) => wanted.has(sessionId as number));
    return { status: 200, body: { sessions } };
  }
  if (path === '/actions') return pageOf(kept.actions, 'actionId', query);
  if (path === '/spokenWords') return pageOf(kept.words, 'dialogueId', query);
  if (path === '/characters') return pageOf(kept.characters, 'characterId', query);
  if (path === '/scripts/1') return { status: 200, body: kept.script };
  if (path === '/scripts/1/sections') return pageOf(kept.sections, 'headingId', query);
  return path.startsWith('/scripts/')
    ? { status: 404, body: { message: 'There is no such script.' } }
    : { status: 400 };
}

/** No list knows of another script than 1. */
function pageOf(rows: readonly Row[], id: string, query: URLSearchParams) {
  const ids = query.get('ids')?.split(',').map(Number);
  const wanted = new Set(ids);
  const elsewhere = query.has('scriptId') && query.get('scriptId') !== '1';
  const found = elsewhere ? [] : ids ? rows.filter((row) => wanted.has(row[id] as number)) : rows;
  const [offset, limit] = [Number(query.get('offset') ?? 0), Number(query.get('limit') ?? 100)];
  const page = found.slice(offset, offset + limit);
  const body = query.get('view') === 'links' ? page.map(({ description: _, text: __, ...links }) => links) : page;
  return { status: 200, total: found.length, body };
}
