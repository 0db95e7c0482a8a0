import { randomUUID } from 'node:crypto';
import type { FastifyServerOptions } from 'fastify';
import type { DestinationStream } from 'pino';

/**
 * JSON lines on stdout, each with the id of its request. Of a request only method, path and client are logged: bodies
 * and headers carry secrets. The redaction is the second lock on that door.
 */
export function logging(level: string, stream?: DestinationStream): FastifyServerOptions {
  return {
    genReqId: () => randomUUID(),
    logger: {
      level,
      redact: {
        paths: ['authorization', '*.authorization', '*.cookie', '*.headers', '*.body', '*.token'],
        censor: '[redacted]',
      },
      ...(stream ? { stream } : {}),
    },
  };
}
