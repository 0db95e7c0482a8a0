import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

export interface Asked {
  path: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever was sent
  body: any;
  requestId: string | undefined;
}

/** Plays the sequence service's part, as far as others call it, and as badly as a test wants. */
export interface SequenceStandIn {
  url: string;
  /** What was asked so far. */
  asked: Asked[];
  /** Numbers by `type id`; a test may change them, as if somebody had called the service directly. */
  numbers: Map<string, number>;
  /** Called instead of answering, where set. `answer` answers as usual: a test may do something before or after it. */
  play: ((asked: Asked, answer: () => void, response: ServerResponse) => void) | undefined;
  close(): Promise<void>;
}

/** Listens on a free port of this machine. */
export async function openSequenceStandIn(): Promise<SequenceStandIn> {
  const numbers = new Map<string, number>();
  const counters = new Map<string, number>();

  const numberOf = (type: string, id: number) => {
    const known = numbers.get(`${type} ${id}`);
    if (known !== undefined) return known;
    const next = (counters.get(type) ?? 0) + 1;
    counters.set(type, next);
    numbers.set(`${type} ${id}`, next);
    return next;
  };

  function answerTo({ path, body }: Asked): [number, unknown] {
    const { elementType: type } = body;
    if (path === '/sequence') return [201, { sequenceNumber: numberOf(type, body.elementId) }];
    if (path === '/sequence/lookup') {
      const known = body.elementIds.filter((id: number) => numbers.has(`${type} ${id}`));
      return [
        200,
        { elements: known.map((id: number) => ({ elementId: id, sequenceNumber: numbers.get(`${type} ${id}`) })) },
      ];
    }
    const moves: { elementId: number; newSequence: number }[] = body.elements;
    if (!moves.every(({ elementId }) => numbers.has(`${type} ${elementId}`))) return [404, { message: 'Unknown.' }];
    for (const { elementId, newSequence } of moves) numbers.set(`${type} ${elementId}`, newSequence);
    return [200, { message: 'Reorder successful.', updatedElements: moves }];
  }

  const server = createServer(async (request, response) => {
    const requestId = request.headers['x-request-id'] as string | undefined;
    const asked = { path: request.url ?? '', body: await json(request).catch(() => undefined), requestId };
    // The asker has given up.
    if (asked.body === undefined) return;
    standIn.asked.push(asked);
    const answer = () => {
      const [status, body] = answerTo(asked);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    if (standIn.play) standIn.play(asked, answer, response);
    else answer();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const standIn: SequenceStandIn = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [],
    numbers,
    play: undefined,
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
  return standIn;
}
