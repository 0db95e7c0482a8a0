import { randomUUID } from 'node:crypto';
import type { FastifyRequest, FastifyServerOptions } from 'fastify';
import type { DestinationStream } from 'pino';

/**
 * JSON lines on stdout, each with the id of its request. Of a request only method, path and client are logged: bodies
 * and headers carry secrets, and a query may, by mistake. The redaction is the second lock on that door; `rawPacket` is
 * what Node keeps of a request that is no HTTP.
 */
export function logging(level: string, stream?: DestinationStream): FastifyServerOptions {
  return {
    genReqId: () => randomUUID(),
    logger: {
      level,
      redact: {
        paths: ['authorization', '*.authorization', '*.cookie', '*.headers', '*.body', '*.token', '*.rawPacket'],
        censor: '[redacted]',
      },
      serializers: { req: requestView },
      ...(stream ? { stream } : {}),
    },
  };
}

/** Whatever else is logged as `req` comes through here too, so it may have no URL. */
function requestView({ method, url, ip }: FastifyRequest) {
  return { method, path: url?.split('?')[0], client: ip };
}
