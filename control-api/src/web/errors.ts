import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../lib/errors.ts';

/** Gives every failure of this app the one shape of the API; what is not meant to be read is logged and stays here. */
export function handleErrors(app: FastifyInstance): void {
  app.setErrorHandler(answerError);
  app.setNotFoundHandler((request) => {
    const [path] = request.url.split('?');
    throw new AppError('route_not_found', `There is no route ${request.method} ${path}.`);
  });
}

/** Also for what fails before a route is found. */
export function answerError(
  error: FastifyError | AppError,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const known = error instanceof AppError ? error : translate(error, request.id);
  if (known.code === 'internal_error') request.log.error({ err: error }, 'a defect');
  else request.log.info({ code: known.code }, known.message);
  if (known.code === 'unauthorized') reply.header('www-authenticate', 'Bearer');
  return reply.code(known.status).type('application/json').serializer(JSON.stringify).send(failureBody(known));
}

/** The body of a failed call. */
function failureBody({ code, message, hint, details }: AppError): Record<string, unknown> {
  return { status: 'error', code, message, hint, ...(details ? { details } : {}) };
}

const jsonHint =
  'Look for a missing quotation mark, comma or bracket; in a shell, put all of it between single quotes.';

/** Fastify's own refusals as ours. Its texts are not passed on. */
function translate(error: FastifyError, requestId: string): AppError {
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new AppError('payload_too_large');
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new AppError('unsupported_media_type');
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return new AppError('invalid_request', 'The body is empty; a JSON object is wanted.', { hint: jsonHint });
    case 'FST_ERR_BAD_URL':
      return new AppError('invalid_request', 'The path is not properly percent-encoded.', { hint: '% is %25 there.' });
  }
  if (error.code === 'FST_ERR_CTP_INVALID_JSON_BODY' || error.name === 'SyntaxError') {
    return new AppError('invalid_request', 'The body is not JSON.', { hint: jsonHint });
  }
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) {
    return new AppError('invalid_request', 'The request is malformed.', { hint: 'GET /docs shows each call.' });
  }
  return new AppError('internal_error', `The control API itself failed in request ${requestId}.`);
}
