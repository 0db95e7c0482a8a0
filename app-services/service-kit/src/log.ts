import { type FastifyReply, type FastifyRequest, LogController } from 'fastify';

/** Lines wait this long, in milliseconds. */
const BATCH_MS = 20;

/**
 * Where a log's lines go: to the standard output, many in one write, as a write for each takes a tenth of a request's
 * time. What a killed process has not written yet is lost; one that ends, or fails, writes all.
 */
export function batchedOutput(): { write(line: string): void } {
  let waiting = '';
  const flush = () => {
    const lines = waiting;
    waiting = '';
    if (lines !== '') process.stdout.write(lines);
  };
  process.on('exit', flush);
  return {
    write(line) {
      if (waiting === '') setTimeout(flush, BATCH_MS).unref();
      waiting += line;
    },
  };
}

/** One line for each request, once it is answered; Fastify itself writes two. */
export class OneLineEach extends LogController {
  override incomingRequest(): void {}

  override requestCompleted(
    error: Error | null | undefined,
    { method, url }: FastifyRequest,
    reply: FastifyReply,
  ): void {
    const line = { method, url, statusCode: reply.statusCode, responseTime: reply.elapsedTime };
    if (error) reply.log.error({ ...line, err: error }, 'request errored');
    else reply.log.info(line, 'request completed');
  }
}
