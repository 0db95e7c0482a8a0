import bearerAuth from '@fastify/bearer-auth';
import type { FastifyInstance } from 'fastify';
import { AppError } from '../lib/errors.ts';
import type { Secret } from '../lib/secret.ts';

/** Asks every call to this app's routes for the bearer token; without a token everybody who reaches the API may call. */
export async function requireToken(app: FastifyInstance, token: Secret | undefined): Promise<void> {
  if (!token) return;
  // Its own hook would answer in a shape that is not ours; rfc6749 also takes "bearer" in lower case.
  const options = { addHook: false, specCompliance: 'rfc6749', verifyErrorLogLevel: 'debug' } as const;
  await app.register(bearerAuth, { ...options, keys: [token.reveal()] });
  const verify = app.verifyBearerAuth as NonNullable<typeof app.verifyBearerAuth>;
  app.addHook('onRequest', (request, reply, done) => {
    verify(request, reply, (error) => done(error && new AppError('unauthorized')));
  });
}
