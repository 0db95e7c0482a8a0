import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { storageFailure } from './database/failures.ts';

/** More of them help nobody, and a long list may fail at every item. */
const DETAILS = 20;

/** A service that another one could not reach is asked again after this time. */
export const RETRY_AFTER_S = 5;

/** A failure that the caller is meant to read: V1's `{message}` with the additive `errorCode` and `details`. */
export class ServiceError extends Error {
  readonly status: number;
  readonly errorCode: string;
  readonly details: readonly string[] | undefined;

  constructor(status: number, errorCode: string, message: string, details?: readonly string[], cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.name = 'ServiceError';
    this.status = status;
    this.errorCode = errorCode;
    this.details = details;
  }
}

/** 400: the request does not fit; `details` name what. */
export const invalid = (message: string, details?: readonly string[]) =>
  new ServiceError(400, 'invalid_request', message, details);

/** 404: what the path, or a list in the body, names is not there. */
export const notFound = (message: string, details?: readonly string[]) =>
  new ServiceError(404, 'not_found', message, details);

/** 409: what is kept forbids it; nothing has changed. */
export const conflict = (message: string, details?: readonly string[]) =>
  new ServiceError(409, 'conflict', message, details);

/** Answers a failure in the one shape; what nobody foresaw is logged, and told to nobody. */
export function answerFailure(error: FastifyError | ServiceError, request: FastifyRequest, reply: FastifyReply) {
  const known = error instanceof ServiceError ? error : translate(error);
  if (known.status >= 500) request.log.error(error);
  const { status, message, errorCode, details } = known;
  if (status === 503) reply.header('retry-after', RETRY_AFTER_S);
  return reply.code(status).send({ message, errorCode, ...(details ? { details } : {}) });
}

/** Answers every failure of a handler, of validation or of a hook, and what no route is there for. */
export function handleErrors(app: FastifyInstance): void {
  app.setErrorHandler(answerFailure);
  app.setNotFoundHandler(({ method, url }, reply) =>
    reply.code(404).send({ message: `There is no ${method} ${url.split('?')[0]}.`, errorCode: 'no_such_route' }),
  );
}

/** Fastify's own refusals: validation, malformed JSON, a body that is too large, a foreign content type. */
function translate(error: FastifyError): ServiceError {
  if (error.validation) {
    const place = error.validationContext === 'querystring' ? 'query' : (error.validationContext ?? 'body');
    const failed = error.validation.slice(0, DETAILS);
    const details = failed.map(({ instancePath, message, params }) => {
      const { allowedValues } = params as { allowedValues?: readonly unknown[] };
      return `${place}${instancePath} ${message}${allowedValues ? `: ${allowedValues.join(', ')}` : ''}`;
    });
    return invalid('The request does not fit the contract.', details);
  }
  const { statusCode = 500, code, message } = error;
  if (code === 'FST_ERR_CTP_INVALID_JSON_BODY') return invalid('The body is not JSON.');
  if (statusCode === 413) return new ServiceError(413, 'too_large', 'The request body is too large.');
  if (statusCode === 415) return new ServiceError(415, 'unsupported_media_type', 'Send application/json.');
  if (statusCode >= 400 && statusCode < 500) return new ServiceError(400, 'invalid_request', message);
  const [errorCode, words] = storageFailure(error) ?? [
    'internal_error',
    'The service itself failed; its log says more.',
  ];
  return new ServiceError(500, errorCode, words, undefined, error);
}
