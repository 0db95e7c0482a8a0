import type { OperationEvent, OperationView } from '../schemas/operation.ts';
import type { ServerSentEvent } from '../web/event-stream.ts';

/** What the routes read of the journal. */
export interface JournalReads {
  get(id: string): Promise<OperationView | undefined>;
  list(filter: { limit: number; target?: string; status?: OperationView['status'] }): Promise<OperationView[]>;
  /** In order; only those with a higher `seq`. */
  events(id: string, afterSeq: number): Promise<OperationEvent[]>;
  /** Calls the listener after each event is written; returns the way to stop. */
  subscribe(id: string, listener: () => void): () => void;
}

/**
 * Yields an operation's events after `afterSeq` until it has ended or the signal is aborted, and null after each
 * `heartbeatMs` without any. What is yielded is always read from the journal; the subscription only says when to look,
 * so nothing is lost or told twice.
 */
export async function* followOperation(
  journal: JournalReads,
  id: string,
  afterSeq: number,
  heartbeatMs: number,
  signal: AbortSignal,
): AsyncGenerator<ServerSentEvent | null> {
  let last = afterSeq;
  let news = Promise.withResolvers<'event' | 'silence'>();
  const wake = () => news.resolve('event');
  const stop = journal.subscribe(id, wake);
  signal.addEventListener('abort', wake);
  try {
    while (!signal.aborted) {
      news = Promise.withResolvers();
      const operation = await journal.get(id);
      for (const { seq, type, data } of await journal.events(id, last)) {
        yield { id: seq, event: type, data };
        last = seq;
      }
      if (operation?.status !== 'running') return;
      const heartbeat = setTimeout(() => news.resolve('silence'), heartbeatMs);
      const woken = await news.promise;
      clearTimeout(heartbeat);
      if (woken === 'silence') yield null;
    }
  } finally {
    stop();
    signal.removeEventListener('abort', wake);
  }
}
