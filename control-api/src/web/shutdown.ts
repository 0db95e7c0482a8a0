import type { FastifyInstance } from 'fastify';
import { AppError } from '../lib/errors.ts';

/** Refuses new calls once the app is closing. The signal is aborted at that moment; open event streams end by it. */
export function refuseWhenClosing(app: FastifyInstance): AbortSignal {
  const closing = new AbortController();
  app.addHook('preClose', async () => closing.abort());
  app.addHook('onRequest', async () => {
    if (closing.signal.aborted) throw new AppError('shutting_down');
  });
  // What is answered now would keep its connection alive, and the server open, for as long as the client likes.
  app.addHook('onResponse', async ({ raw }) => {
    if (closing.signal.aborted) raw.socket.destroySoon();
  });
  return closing.signal;
}
