import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

export interface ServerSentEvent {
  id: number;
  event: string;
  data: unknown;
}

/**
 * Answers with the events that `follow` yields (null: nothing new, a comment keeps the connection open), until it
 * ends, the client hangs up or `ending` is aborted. Format: https://html.spec.whatwg.org/multipage/server-sent-events.html
 *
 * A stream through Fastify's reply, which minds its hooks, slow readers and those that go away. @fastify/sse 0.6 writes
 * past the reply, and waits for ever on a reader that went away while its buffer was full.
 */
export function sendEvents(
  reply: FastifyReply,
  ending: AbortSignal,
  follow: (signal: AbortSignal) => AsyncIterable<ServerSentEvent | null>,
): FastifyReply {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  reply.header('cache-control', 'no-store').header('x-accel-buffering', 'no').type('text/event-stream');
  return reply.send(Readable.from(frames(follow(AbortSignal.any([gone.signal, ending])))));
}

/** The first line sends the headers on their way, so that a client knows at once that it is listening. */
async function* frames(events: AsyncIterable<ServerSentEvent | null>): AsyncGenerator<string> {
  yield 'retry: 1000\n\n';
  for await (const event of events) {
    yield event ? `id: ${event.id}\nevent: ${event.event}\ndata: ${JSON.stringify(event.data)}\n\n` : ': alive\n\n';
  }
}
