import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { AppError } from '../lib/errors.ts';
import type { Secret } from '../lib/secret.ts';

/** Asks every call to this app's routes for the bearer token; without a token everybody who reaches the API may call. */
export function requireToken(app: FastifyInstance, token: Secret | undefined): void {
  if (!token) return;
  const expected = digest(token.reveal());
  app.addHook('onRequest', async ({ headers: { authorization = '' } }) => {
    const given = /^Bearer +(\S+)$/i.exec(authorization)?.[1] ?? '';
    if (!timingSafeEqual(digest(given), expected)) throw new AppError('unauthorized');
  });
}

/** Digests have one length, so comparing them takes one time, however long the guess. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
